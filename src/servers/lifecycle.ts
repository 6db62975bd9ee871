import type { ServerAccess } from './access.js';
import { type Answer, understood } from './answer.js';
import type { Ask } from './request.js';

/** What Prometheus and Alertmanager have in common. */
export interface LifecycleClient {
  /** The address without a password, for people. */
  readonly shown: string;
  /** `/-/ready` */
  readonly ready: () => Promise<Answer<null>>;
  /** `/-/reload`; it answers when the reload is over, for good or ill. */
  readonly reload: (timeoutMs: number) => Promise<Answer<null>>;
  readonly lastReload: () => Promise<Answer<LastReload>>;
}

/** What a server counts of its reloads; its start is one. */
export interface LastReload {
  readonly successful: boolean;
  /** When it last took a configuration: seconds since 1970. */
  readonly successAt: number;
}

/** @param name of the server, as its metrics begin */
export function lifecycleOf(
  name: 'prometheus' | 'alertmanager',
  { address }: ServerAccess,
  ask: Ask,
  timeoutMs: number,
): LifecycleClient {
  const plainly = async (question: Parameters<Ask>[0]): Promise<Answer<null>> => {
    const answer = await ask(question);
    return answer.ok ? { ok: true, value: null } : answer;
  };
  return {
    shown: address.shown,
    ready: () => plainly({ method: 'GET', path: '/-/ready', timeoutMs }),
    reload: (limitMs) => plainly({ method: 'POST', path: '/-/reload', timeoutMs: limitMs }),
    lastReload: async () =>
      understood(await ask({ method: 'GET', path: '/metrics', timeoutMs }), `a server with metrics`, (metrics) => {
        const read = (metric: string): number | null => metricIn(metrics, `${name}_config_last_reload_${metric}`);
        const [successful, successAt] = [read('successful'), read('success_timestamp_seconds')];
        return successful === null || successAt === null ? null : { successful: successful === 1, successAt };
      }),
  };
}

/** The value of a metric without labels. */
function metricIn(metrics: unknown, name: string): number | null {
  if (typeof metrics !== 'string') return null;
  const value = new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1];
  return value === undefined || Number.isNaN(Number(value)) ? null : Number(value);
}
