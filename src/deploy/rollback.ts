import { changesBetween } from '../output/plan.js';
import { type OutputTrouble, refused, systemTrouble } from '../output/trouble.js';
import { changeOver, type OnStep, type PlaceChange } from './change-over.js';
import { type Generation, type LiveFolder, readLiveFolder } from './generations.js';
import { editedByHand, noteConfirmed, noteUnconfirmed } from './install.js';
import type { DeployOutcome, DeployPlan } from './outcome.js';
import { type LivePlace, placesOf } from './parts.js';
import { checkPlaces, confirmedOf, lockPlaces, textsOf, undoNote } from './places.js';
import type { DeploySettings } from './settings.js';

export interface RollbackRequest {
  readonly settings: DeploySettings;
  /** null: the one before what is deployed. */
  readonly generation: number | null;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** Also to a generation whose files were changed by hand. */
  readonly force: boolean;
  readonly onStep: OnStep;
}

/** Puts an earlier generation back in all live folders, with the same confirmation as a deploy. */
export async function rollbackTo(request: RollbackRequest): Promise<DeployOutcome> {
  const places = placesOf(request.settings);
  try {
    if (request.dryRun) {
      const trouble = checkPlaces(places);
      return trouble === null ? await rollbackLocked(request, places) : failed(trouble);
    }
    const locked = await lockPlaces(places, () => request.onStep('Waiting for another deploy to end'));
    if (locked.kind !== 'locked') return failed(locked);
    try {
      return await rollbackLocked(request, places);
    } finally {
      locked.release();
    }
  } catch (error) {
    const trouble = systemTrouble(error, 'write to the live folder');
    if (trouble === null) throw error;
    return { kind: 'failed', message: trouble.message, hint: 'What was deployed before is whole, and still runs.' };
  }
}

const failed = ({ message, hint }: OutputTrouble): DeployOutcome => ({ kind: 'failed', message, hint });

interface Step {
  readonly place: LivePlace;
  readonly live: LiveFolder;
  readonly target: Generation;
}

async function rollbackLocked(request: RollbackRequest, places: readonly LivePlace[]): Promise<DeployOutcome> {
  const steps: Step[] = [];
  for (const place of places) {
    const live = readLiveFolder(place.folder);
    const target = targetOf(live, request.generation);
    if (target === null) return failed(noSuch(live, request.generation));
    steps.push({ place, live, target });
  }
  const plan = planOf(steps);
  const damaged = steps.flatMap(({ place, target }) =>
    editedByHand(place.folder, target).map((path) => `${path} in generation ${target.number} of ${place.folder}`),
  );
  if (damaged.length > 0 && !request.force) {
    const message = `The generation is not as it was deployed: ${damaged.slice(0, 3).join(', ')}`;
    return { kind: 'refused', message, hint: 'Somebody changed it by hand. --force puts it back as it is.', plan };
  }
  if (request.dryRun) return { kind: 'planned', plan, servers: [] };
  const changes = steps.map(changeOf);
  const notes = steps.map(({ place, live, target }, at) => ({
    folder: place.folder,
    note: { to: target.number, from: changes[at]?.from ?? null, fresh: false },
    live,
  }));
  for (const { folder, note } of notes) noteUnconfirmed(folder, note);
  const result = await changeOver(changes, request.settings.servers, request.onStep);
  if (result.kind === 'rolled-back') {
    for (const { folder, note } of notes) undoNote(folder, note);
    return { kind: 'rolled-back', plan, servers: result.servers, restored: result.restored };
  }
  for (const { folder } of notes) noteConfirmed(folder);
  return { kind: 'deployed', plan, servers: result.servers };
}

/** Without a number, the last confirmed one where the deployed one is not, else the newest that is older. */
function targetOf(live: LiveFolder, number: number | null): Generation | null {
  if (number !== null) return live.generations.find((one) => one.number === number) ?? null;
  const { deployed, generations } = live;
  if (deployed === null) return null;
  const confirmed = confirmedOf(live);
  if (confirmed !== null && confirmed.number !== deployed.number) return confirmed;
  return generations.find((one) => one.number < deployed.number) ?? null;
}

function noSuch({ folder, generations }: LiveFolder, number: number | null): OutputTrouble {
  const message =
    number === null ? `There is no earlier generation in ${folder}` : `There is no generation ${number} in ${folder}`;
  const known = generations.map((one) => one.number).reverse();
  return refused(message, known.length === 0 ? 'Nothing was deployed there.' : `There are: ${known.join(', ')}.`);
}

function planOf(steps: readonly Step[]): DeployPlan {
  return {
    source: steps[0]?.target.source ?? null,
    replaces: steps[0]?.live.deployed?.source ?? null,
    places: steps.map(({ place, live, target }) => ({
      ...place,
      from: live.deployed?.number ?? null,
      to: target.number,
      changes: changesBetween(live.deployed?.files ?? new Map(), target.files),
      edited: live.deployed === null ? [] : editedByHand(place.folder, live.deployed),
      interrupted: live.unconfirmed !== null && live.unconfirmed.to === live.deployed?.number,
    })),
    removals: [],
    stateLost: [],
    warnings: [],
  };
}

/** Where it is not confirmed either, what was deployed is put back. */
function changeOf({ place, live, target }: Step): PlaceChange {
  return {
    place,
    from: live.deployed?.number ?? null,
    to: target.number,
    before: textsOf(place.folder, live.deployed),
    after: textsOf(place.folder, target),
  };
}
