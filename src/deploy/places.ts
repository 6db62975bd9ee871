import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '../output/lock.js';
import { loadNative } from '../output/native.js';
import { errorCode, type OutputTrouble, refused } from '../output/trouble.js';
import {
  deployedNumber,
  type Generation,
  generationFolder,
  type LiveFolder,
  readLiveFolder,
  storeOf,
  type Unconfirmed,
} from './generations.js';
import {
  checkLiveFolder,
  noteConfirmed,
  noteUnconfirmed,
  prepareStore,
  removeGeneration,
  removeLeftovers,
} from './install.js';
import { type LivePlace, pathInBuild } from './parts.js';

export interface LockedPlaces {
  readonly kind: 'locked';
  readonly release: () => void;
}

const LOCK_TIMEOUT_MS = 10 * 60 * 1000;

/** Why aami will not touch the live folders; null: it may. */
export function checkPlaces(places: readonly LivePlace[]): OutputTrouble | null {
  const known = new Set<string>();
  for (const place of places) {
    const trouble = checkLiveFolder(place);
    if (trouble !== null) return trouble;
    const real = realpathSync(place.folder);
    if (known.has(real))
      return refused(
        `The live folder ${place.folder} is named more than once, for different things`,
        'Give Prometheus, Alertmanager and the web server a folder each, and servers that share one the same path.',
      );
    known.add(real);
  }
  return null;
}

/** Takes all live folders for this process, in an order that all keep, and clears up after one that was killed. */
export async function lockPlaces(
  places: readonly LivePlace[],
  onWait: () => void,
): Promise<LockedPlaces | OutputTrouble> {
  const trouble = checkPlaces(places);
  if (trouble !== null) return trouble;
  const native = loadNative();
  const releases: (() => void)[] = [];
  const release = (): void => {
    for (const one of releases.splice(0)) one();
  };
  try {
    for (const place of places) {
      prepareStore(place);
      const busy = {
        message: `Another deploy to ${place.folder} is under way`,
        hint: 'Wait until it has ended, then deploy again.',
      };
      const options = { timeoutMs: LOCK_TIMEOUT_MS, onWait, busy };
      const lock = await acquireLock(join(storeOf(place.folder), 'lock'), native, options);
      if (lock.kind !== 'locked') {
        release();
        return lock;
      }
      releases.push(lock.release);
    }
    for (const place of places) recover(place);
  } catch (error) {
    release();
    throw error;
  }
  return { kind: 'locked', release };
}

/** A deploy that was killed before the switch has changed nothing that anybody sees: it is undone. */
function recover({ folder, ...place }: LivePlace): void {
  removeLeftovers({ folder, ...place });
  const { deployed, unconfirmed } = readLiveFolder(folder);
  if (unconfirmed !== null && unconfirmed.to !== deployed?.number) undoNote(folder, unconfirmed);
}

/** Takes back what was noted before a switch that did not come about, or was taken back. */
export function undoNote(folder: string, { to, from, fresh }: Unconfirmed): void {
  const deployed = deployedNumber(folder);
  if (deployed === to) return;
  if (fresh) removeGeneration(folder, to);
  // One from an earlier deploy that was cut off is still not confirmed.
  if (deployed !== null && deployed !== from) noteUnconfirmed(folder, { to: deployed, from, fresh: true });
  else noteConfirmed(folder);
}

/** The generation to go back to: the last one that was confirmed. */
export function confirmedOf({ deployed, unconfirmed, generations }: LiveFolder): Generation | null {
  if (unconfirmed === null || unconfirmed.to !== deployed?.number) return deployed;
  if (unconfirmed.from === null) return null;
  return generations.find(({ number }) => number === unconfirmed.from) ?? deployed;
}

/** The texts of a generation by their path in the build, whatever its files hold by now; one that is gone is left out. */
export function textsOf(folder: string, generation: Generation | null): Map<string, string> {
  const texts = new Map<string, string>();
  if (generation === null) return texts;
  const root = generationFolder(folder, generation.number);
  for (const path of generation.files.keys()) {
    try {
      texts.set(pathInBuild(path), readFileSync(join(root, path), 'utf8'));
    } catch (error) {
      if (errorCode(error) === null) throw error;
    }
  }
  return texts;
}
