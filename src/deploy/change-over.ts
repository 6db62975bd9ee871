import { type Client, clientOf } from './clients.js';
import { confirmServer, failingRules, type Wanted } from './confirm.js';
import { prepareWayBack, switchTo } from './install.js';
import type { ServerResult } from './outcome.js';
import type { LivePlace } from './parts.js';
import { reloadServer } from './reload.js';
import type { ServerSettings } from './settings.js';

/** A live folder with what is in it and what is to be in it; both are whole on its disk already. */
export interface PlaceChange {
  readonly place: LivePlace;
  /** The generation that is gone back to where anything fails; null: to nothing. */
  readonly from: number | null;
  readonly to: number;
  /** By their path in the build. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

export interface ChangeOver {
  readonly kind: 'confirmed' | 'rolled-back';
  readonly servers: readonly ServerResult[];
  /** Only where it was rolled back. */
  readonly restored: readonly ServerResult[];
}

export type OnStep = (text: string) => void;

/**
 * Switches all live folders, reloads the servers one after the other and asks each whether it runs what it should. As
 * soon as one does not, all live folders are switched back, and the servers are reloaded and asked again.
 */
export async function changeOver(
  changes: readonly PlaceChange[],
  servers: readonly ServerSettings[],
  onStep: OnStep,
): Promise<ChangeOver> {
  const askers = askersOf(changes, servers);
  const failedBefore = await Promise.all(
    askers.map(({ client, change }) => (client === null ? new Set<string>() : failingRules(client, change.before))),
  );
  for (const { place, from } of changes) prepareWayBack(place, from);
  try {
    for (const { place, to } of changes) switchTo(place, to);
  } catch (error) {
    for (const { place, from } of changes) switchTo(place, from);
    throw error;
  }
  const results: ServerResult[] = [];
  for (const [index, { server, client, change }] of askers.entries()) {
    const wanted = {
      files: change.after,
      others: [...change.before.keys()],
      failedBefore: failedBefore[index] ?? new Set(),
    };
    const result = await askServer(server, client, wanted, onStep);
    results.push(result);
    if (result.state === 'failed') return await rollBack(changes, askers, failedBefore, results, onStep);
  }
  return { kind: 'confirmed', servers: results, restored: [] };
}

interface Asker {
  readonly server: ServerSettings;
  /** null: it is not to be asked. */
  readonly client: Client | null;
  readonly change: PlaceChange;
}

/** Alertmanagers come first: they should know whom to tell before there is anything to tell. */
function askersOf(changes: readonly PlaceChange[], servers: readonly ServerSettings[]): Asker[] {
  const askers = servers.flatMap((server): Asker[] => {
    const change = changes.find(({ place }) => place.folder === server.path && place.part === server.kind);
    return change === undefined ? [] : [{ server, client: server.reload ? clientOf(server) : null, change }];
  });
  return askers.sort((a, b) => rank(a.server) - rank(b.server));
}

const rank = ({ kind }: ServerSettings): number => (kind === 'alertmanager' ? 0 : 1);

async function rollBack(
  changes: readonly PlaceChange[],
  askers: readonly Asker[],
  failedBefore: readonly ReadonlySet<string>[],
  servers: readonly ServerResult[],
  onStep: OnStep,
): Promise<ChangeOver> {
  onStep('Going back to what was before');
  for (const { place, from } of changes) switchTo(place, from);
  const restored: ServerResult[] = [];
  for (const [index, { server, client, change }] of askers.slice(0, servers.length).entries()) {
    const wanted = {
      files: change.before,
      others: [...change.after.keys()],
      failedBefore: failedBefore[index] ?? new Set(),
    };
    restored.push(await askServer(server, client, wanted, onStep));
  }
  return { kind: 'rolled-back', servers, restored };
}

/** Reloads one server and asks it. */
export async function askServer(
  server: ServerSettings,
  client: Client | null,
  wanted: Wanted,
  onStep: OnStep,
): Promise<ServerResult> {
  const { kind } = server;
  const result = { kind, reloadedBy: null, problems: [], warnings: [], hint: null };
  if (client === null) return { ...result, address: server.access?.address.shown ?? null, state: 'not-asked' };
  const address = client.shown;
  onStep(`Reloading ${address}`);
  const reloaded = await reloadServer(client, server);
  if (reloaded.kind !== 'reloaded') {
    const problem = reloaded.kind === 'refused' ? `It refuses: ${reloaded.trouble}` : `It ${reloaded.trouble}`;
    return { ...result, address, state: 'failed', problems: [problem], hint: reloaded.hint };
  }
  onStep(`Asking ${address} what it runs`);
  const { problems, warnings } = await confirmServer(client, wanted, server.reloadTimeoutMs);
  const state = problems.length === 0 ? 'confirmed' : 'failed';
  return { ...result, address, state, reloadedBy: reloaded.by, problems, warnings };
}
