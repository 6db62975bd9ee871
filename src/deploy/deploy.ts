import type { Cache } from '../cache/cache.js';
import { readOutput } from '../output/read.js';
import { type OutputTrouble, systemTrouble } from '../output/trouble.js';
import { askServer, changeOver, type OnStep, type PlaceChange } from './change-over.js';
import { clientOf } from './clients.js';
import type { Generation } from './generations.js';
import { noteConfirmed, noteUnconfirmed, prune, writeGeneration } from './install.js';
import type { DeployOutcome, DeployPlan, ServerResult } from './outcome.js';
import { placesOf } from './parts.js';
import { checkPlaces, confirmedOf, lockPlaces, textsOf, undoNote } from './places.js';
import { guardOf, type PlacePreview, planDeploy, previewPlace } from './plan.js';
import type { DeploySettings, ServerSettings } from './settings.js';
import { validateBuild } from './validate.js';

export interface DeployRequest {
  /** The output folder of a build, absolute. */
  readonly build: string;
  readonly settings: DeploySettings;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Who deploys, for those who ask later. */
  readonly by: string;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  readonly allowRemovals: boolean;
  /** Also what is older than what is deployed. */
  readonly force: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cache: Cache;
  readonly onStep: OnStep;
}

/** Installs a verified build, reloads the servers, confirms that they run it, and goes back where they do not. */
export async function deployBuild(request: DeployRequest): Promise<DeployOutcome> {
  const places = placesOf(request.settings);
  try {
    if (request.dryRun) {
      const trouble = checkPlaces(places);
      return trouble === null ? await deployLocked(request) : failed(trouble);
    }
    const locked = await lockPlaces(places, () => request.onStep('Waiting for another deploy to end'));
    if (locked.kind !== 'locked') return failed(locked);
    try {
      return await deployLocked(request);
    } finally {
      locked.release();
    }
  } catch (error) {
    const trouble = systemTrouble(error, 'write to the live folder');
    if (trouble === null) throw error;
    // The hints there are about the output of a build.
    return { kind: 'failed', message: trouble.message, hint: 'What was deployed before is whole, and still runs.' };
  }
}

const failed = ({ message, hint }: OutputTrouble): DeployOutcome => ({ kind: 'failed', message, hint });

async function deployLocked(request: DeployRequest): Promise<DeployOutcome> {
  const { settings, onStep } = request;
  onStep('Reading');
  const output = readOutput(request.build);
  if (output.kind === 'trouble') return { kind: 'failed', message: output.message, hint: output.hint };
  const previews = placesOf(settings).map((place) => previewPlace(place, output.files, output.manifest));
  const deployed = previews.flatMap(({ live }) => live.deployed ?? []);
  const checked = await validateBuild(request.build, output.files, settings, request);
  const plan = await planDeploy(previews, output.manifest, checked.warnings);
  const guard = guardOf(plan, deployed, settings, request);
  if (guard !== null) return { kind: 'refused', ...guard, plan };
  if (checked.errors.length > 0) {
    const message = `promtool or amtool refuses the build: ${checked.errors.join('; ')}`;
    return { kind: 'refused', message, hint: null, plan };
  }
  if (request.dryRun) return { kind: 'planned', plan, servers: [] };
  const absent = await notReachable(settings.servers);
  if (absent !== null) return absent;
  if (previews.every(({ plan: { from, to, interrupted } }) => from === to && !interrupted))
    return await confirmUnchanged(plan, previews, settings, onStep);
  return await install(request, plan, previews, {
    source: output.manifest.source,
    inputs: output.manifest.inputs,
    counts: output.manifest.counts,
  });
}

/** Asked before anything is touched: what cannot be confirmed is not begun. */
async function notReachable(servers: readonly ServerSettings[]): Promise<DeployOutcome | null> {
  const answers = await Promise.all(
    servers.map(async (server) => {
      const client = server.reload && server.path !== null ? clientOf(server) : null;
      const answer = await client?.ready();
      return answer === undefined || answer.ok ? [] : [`${client?.shown} ${answer.trouble}`];
    }),
  );
  const troubles = answers.flat();
  if (troubles.length === 0) return null;
  const hint = 'Nothing was changed. --no-reload installs without asking the servers.';
  return { kind: 'failed', message: troubles.join('; '), hint };
}

/** It is there already: whether the servers run it is worth knowing nevertheless. */
async function confirmUnchanged(
  plan: DeployPlan,
  previews: readonly PlacePreview[],
  { servers }: DeploySettings,
  onStep: OnStep,
): Promise<DeployOutcome> {
  const results: ServerResult[] = [];
  for (const server of servers) {
    const preview = previews.find(({ place }) => place.folder === server.path && place.part === server.kind);
    if (preview === undefined) continue;
    const client = server.reload ? clientOf(server) : null;
    const wanted = { files: preview.after, others: [], failedBefore: new Set<string>() };
    results.push(await askServer(server, client, wanted, onStep));
  }
  if (results.some(({ state }) => state === 'failed')) return { kind: 'not-confirmed', plan, servers: results };
  for (const { place } of previews) noteConfirmed(place.folder);
  return { kind: 'unchanged', plan, servers: results };
}

async function install(
  { settings, now, by, onStep }: DeployRequest,
  plan: DeployPlan,
  previews: readonly PlacePreview[],
  ofBuild: Pick<Generation, 'source' | 'inputs' | 'counts'>,
): Promise<DeployOutcome> {
  const fresh = previews.filter(({ plan: { from, to } }) => from !== to);
  const notes = previews.flatMap(({ place, live, plan: { from, to, interrupted } }) => {
    if (from === to && !interrupted) return [];
    const isFresh = from !== to || live.unconfirmed?.fresh === true;
    return [{ folder: place.folder, note: { to: to ?? 0, from: confirmedOf(live)?.number ?? null, fresh: isFresh } }];
  });
  const undo = (): void => {
    for (const { folder, note } of notes) undoNote(folder, note);
  };
  try {
    onStep('Writing');
    for (const { folder, note } of notes) noteUnconfirmed(folder, note);
    for (const {
      place,
      plan: { to },
      files,
      digests,
    } of fresh) {
      const generation = { number: to ?? 0, ...ofBuild, deployedAt: now, deployedBy: by, files: digests };
      writeGeneration(place, generation, files);
    }
    const result = await changeOver(previews.map(placeChange), settings.servers, onStep);
    if (result.kind === 'rolled-back') {
      undo();
      return { kind: 'rolled-back', plan, servers: result.servers, restored: result.restored };
    }
    for (const { place } of previews) noteConfirmed(place.folder);
    for (const {
      place,
      live,
      plan: { to },
    } of fresh) {
      prune(place.folder, [{ number: to ?? 0 }, ...live.generations], keptIn(place.folder, settings));
    }
    return { kind: 'deployed', plan, servers: result.servers };
  } catch (error) {
    undo();
    throw error;
  }
}

function placeChange({ place, live, plan: { to }, before, after }: PlacePreview): PlaceChange {
  const base = confirmedOf(live);
  const isLive = base?.number === live.deployed?.number;
  return {
    place,
    from: base?.number ?? null,
    to: to ?? 0,
    before: isLive ? before : textsOf(place.folder, base),
    after,
  };
}

/** Without a backup, only what is deployed. */
export function keptIn(folder: string, { servers, keep }: DeploySettings): number {
  const readers = servers.filter(({ path }) => path === folder);
  return readers.length > 0 && readers.every(({ backup }) => !backup) ? 1 : keep;
}
