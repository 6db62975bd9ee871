import { type Client, clientOf } from '../deploy/clients.js';
import type { ServerSettings } from '../deploy/settings.js';
import { compareConfig, type Expected, expectedFrom } from '../drift/index.js';
import { ALERTMANAGER_CONFIG } from '../emit/alertmanager/index.js';
import type { AlertmanagerClient } from '../servers/alertmanager.js';
import type { Answer } from '../servers/answer.js';
import type { LastReload } from '../servers/lifecycle.js';
import { lookAtPrometheus } from './prometheus.js';
import { withoutThoseElsewhere } from './shards.js';
import type { Reached, ServerStatus, Status } from './types.js';

export interface Question {
  readonly servers: readonly ServerSettings[];
  /** Of the build that they are held against: text by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Rule files that aami may have installed before, relative to the folder of rules. */
  readonly installed: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a server is asked about whichever it is. */
export interface Common {
  readonly notReady: string | null;
  readonly lastReload: Answer<LastReload>;
}

/** Prepares to ask, again and again, how servers stand to a build. */
export function statusOf({ servers, files, installed, now }: Question): (signal?: AbortSignal) => Promise<Status> {
  const expected = expectedFrom(files);
  const ask = (client: Client): Promise<ServerStatus> => askServer(client, { expected, files, installed, now });
  return async (signal) => ({
    servers: withoutThoseElsewhere(
      await Promise.all(servers.flatMap((server) => clientOf(server, signal) ?? []).map(ask)),
    ),
    unreadable: expected.unreadable,
  });
}

export interface Built extends Pick<Question, 'files' | 'installed' | 'now'> {
  readonly expected: Expected;
}

async function askServer(client: Client, built: Built): Promise<ServerStatus> {
  const { kind, shown } = client;
  const ready = await client.ready();
  if (!ready.ok && ready.status === null) return { state: 'unreachable', kind, shown, trouble: ready.trouble };
  const common: Common = { notReady: ready.ok ? null : ready.trouble, lastReload: await client.lastReload() };
  const looked =
    client.kind === 'prometheus'
      ? await lookAtPrometheus(client, built, common)
      : await lookAtAlertmanager(client, built, common);
  return { state: 'reached', kind, shown, ...looked };
}

async function lookAtAlertmanager(
  client: AlertmanagerClient,
  { files }: Built,
  { notReady, lastReload }: Common,
): Promise<Omit<Reached, 'state' | 'kind' | 'shown'>> {
  const status = await client.status();
  const built = files.get(ALERTMANAGER_CONFIG);
  const compared = status.ok && built !== undefined ? compareConfig('alertmanager', built, status.value.config) : null;
  return {
    notReady,
    version: status.ok ? status.value.version : null,
    reloadFailed: lastReload.ok && !lastReload.value.successful,
    troubles: [
      ...(status.ok ? [] : [status.trouble]),
      ...(compared?.kind === 'unreadable' ? [`cannot be compared: ${compared.reason}`] : []),
    ],
    rules: null,
    targets: null,
    config: compared?.kind === 'read' ? 'compared' : null,
    drift: compared?.kind === 'read' ? compared.value : [],
  };
}
