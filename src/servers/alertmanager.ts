import { asObject, readSilences } from '../silence/read.js';
import type { NewSilence, Silence } from '../silence/types.js';
import type { ServerAccess } from './access.js';
import { type Answer, understood } from './answer.js';
import { type LifecycleClient, lifecycleOf } from './lifecycle.js';
import { type Ask, askerOf } from './request.js';

/** As much of Alertmanager's API v2 as aami asks. */
export interface AlertmanagerClient extends LifecycleClient {
  readonly silences: () => Promise<Answer<readonly Silence[]>>;
  /** Makes a silence, or changes the one with this id; answers the id, which may be another one. */
  readonly post: (silence: NewSilence, id: string | null) => Promise<Answer<string>>;
  readonly expire: (id: string) => Promise<Answer<null>>;
  readonly status: () => Promise<Answer<AlertmanagerStatus>>;
}

export interface AlertmanagerStatus {
  readonly version: string;
  /** The configuration that it runs with, as YAML. Secrets are left out, and defaults are filled in. */
  readonly config: string;
}

const TIMEOUT_MS = 10_000;

export function alertmanagerClient(
  access: ServerAccess,
  timeoutMs = TIMEOUT_MS,
  signal?: AbortSignal,
): AlertmanagerClient {
  const send = askerOf(access, signal);
  const ask = (method: Parameters<Ask>[0]['method'], path: string, body?: unknown): Promise<Answer<unknown>> =>
    send({ method, path: `/api/v2${path}`, body, timeoutMs });
  const read = <T>(answer: Answer<unknown>, reader: (value: unknown) => T | null): Answer<T> =>
    understood(answer, 'an Alertmanager', reader);
  return {
    ...lifecycleOf('alertmanager', access, send, timeoutMs),
    silences: async () => read(await ask('GET', '/silences'), readSilences),
    post: async (silence, id) => read(await ask('POST', '/silences', postable(silence, id)), idIn),
    expire: async (id) => {
      const answer = await ask('DELETE', `/silence/${encodeURIComponent(id)}`);
      return answer.ok ? { ok: true, value: null } : answer;
    },
    status: async () => read(await ask('GET', '/status'), statusIn),
  };
}

function postable({ matchers, startsAt, endsAt, createdBy, comment }: NewSilence, id: string | null): unknown {
  const times = { startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString() };
  return { ...(id === null ? {} : { id }), matchers, ...times, createdBy, comment };
}

function idIn(answer: unknown): string | null {
  const { silenceID } = asObject(answer);
  return typeof silenceID === 'string' ? silenceID : null;
}

function statusIn(answer: unknown): AlertmanagerStatus | null {
  const { config, versionInfo } = asObject(answer);
  const { original } = asObject(config);
  const { version } = asObject(versionInfo);
  if (typeof original !== 'string') return null;
  return { version: typeof version === 'string' ? version : '', config: original };
}
