import type { ServerAccess } from './access.js';
import type { Answer } from './answer.js';
import type { Ask } from './request.js';

/** What Prometheus and Alertmanager have in common. */
export interface LifecycleClient {
  /** The address without a password, for people. */
  readonly shown: string;
  /** `/-/ready` */
  readonly ready: () => Promise<Answer<null>>;
  /** `/-/reload`; it answers when the reload is over, for good or ill. */
  readonly reload: (timeoutMs: number) => Promise<Answer<null>>;
}

export function lifecycleOf({ address }: ServerAccess, ask: Ask, timeoutMs: number): LifecycleClient {
  const plainly = async (question: Parameters<Ask>[0]): Promise<Answer<null>> => {
    const answer = await ask(question);
    return answer.ok ? { ok: true, value: null } : answer;
  };
  return {
    shown: address.shown,
    ready: () => plainly({ method: 'GET', path: '/-/ready', timeoutMs }),
    reload: (limitMs) => plainly({ method: 'POST', path: '/-/reload', timeoutMs: limitMs }),
  };
}
