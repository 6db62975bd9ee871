import { asObject } from '../silence/read.js';
import type { ServerAccess } from './access.js';
import { type Answer, understood } from './answer.js';
import { type LifecycleClient, lifecycleOf } from './lifecycle.js';
import { askerOf } from './request.js';

/** As much of Prometheus's API v1 as aami asks. What lies in `data` of an answer is read by those who need it. */
export interface PrometheusClient extends LifecycleClient {
  /** `/api/v1/rules`: `{ groups: [...] }` */
  readonly rules: () => Promise<Answer<unknown>>;
  /** `/api/v1/targets`: `{ activeTargets: [...], droppedTargets: [...] }` */
  readonly targets: () => Promise<Answer<unknown>>;
  /** The configuration that it runs with, as YAML. Secrets are left out, and defaults are filled in. */
  readonly config: () => Promise<Answer<string>>;
  readonly version: () => Promise<Answer<string>>;
  /** Path of its configuration, as it was started with. */
  readonly configFile: () => Promise<Answer<string>>;
}

const TIMEOUT_MS = 10_000;

export function prometheusClient(access: ServerAccess, timeoutMs = TIMEOUT_MS, signal?: AbortSignal): PrometheusClient {
  const send = askerOf(access, signal);
  const get = async <T>(path: string, reader: (data: unknown) => T | null): Promise<Answer<T>> => {
    const answer = await send({ method: 'GET', path: `/api/v1${path}`, timeoutMs });
    return understood(answer, 'a Prometheus', (value) => {
      const { status, data } = asObject(value);
      return status === 'success' ? reader(data) : null;
    });
  };
  return {
    ...lifecycleOf('prometheus', access, send, timeoutMs),
    rules: () => get<unknown>('/rules', (data) => data ?? null),
    targets: () => get<unknown>('/targets', (data) => data ?? null),
    config: () => get('/status/config', (data) => textIn(data, 'yaml')),
    version: () => get('/status/buildinfo', (data) => textIn(data, 'version')),
    configFile: () => get('/status/flags', (data) => textIn(data, 'config.file')),
  };
}

function textIn(data: unknown, key: string): string | null {
  const value = asObject(data)[key];
  return typeof value === 'string' ? value : null;
}
