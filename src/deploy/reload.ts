import { readFileSync } from 'node:fs';
import { errorCode } from '../output/trouble.js';
import type { NoAnswer } from '../servers/answer.js';
import type { Client } from './clients.js';
import { type Deadline, deadlineIn, retry } from './retry.js';
import type { ServerKind, ServerSettings } from './settings.js';

export type Reloaded = { readonly kind: 'reloaded'; readonly by: 'http' | 'signal' } | ReloadTrouble;

export interface ReloadTrouble {
  /** `refused`: the server does not take what it found; `unreachable`: it could not be told, or was not ready in time. */
  readonly kind: 'refused' | 'unreachable';
  /** A clause that goes behind the address. */
  readonly trouble: string;
  readonly hint: string | null;
}

/** Tells a server to read its files again, by HTTP or else by SIGHUP, and waits until it is ready. */
export async function reloadServer(client: Client, settings: ServerSettings): Promise<Reloaded> {
  const deadline = deadlineIn(settings.reloadTimeoutMs);
  const reloaded = await reloadByHttp(client, deadline);
  const outcome =
    reloaded.kind === 'off' ? await reloadBySignal(client, settings, deadline, reloaded.trouble) : reloaded;
  if (outcome.kind !== 'reloaded') return outcome;
  const ready = await retry(deadline, async () => {
    const answer = await client.ready();
    return { final: answer.ok, value: answer };
  });
  return ready.ok ? outcome : { kind: 'unreachable', trouble: `is not ready: it ${ready.trouble}`, hint: null };
}

type ByHttp = Reloaded | { readonly kind: 'off'; readonly trouble: string };

/** What a single question is given, however late it is. */
const LEAST_MS = 1_000;

function reloadByHttp(client: Client, deadline: Deadline): Promise<ByHttp> {
  return retry<ByHttp>(deadline, async () => {
    const answer = await client.reload(Math.max(LEAST_MS, deadline.left()));
    if (answer.ok) return { final: true, value: { kind: 'reloaded', by: 'http' } };
    return judge(answer);
  });
}

function judge({ trouble, status }: NoAnswer): { readonly final: boolean; readonly value: ByHttp } {
  // Prometheus says 403 where it runs without --web.enable-lifecycle; a proxy may not let the path through.
  if (status === 403 || status === 404 || status === 405) return { final: true, value: { kind: 'off', trouble } };
  if (status === 500 && /failed to reload/i.test(trouble))
    return { final: true, value: { kind: 'refused', trouble: trouble.replace(/^answers 500: /, ''), hint: null } };
  // Whoever sends on, or asks who we are, will do so again.
  const final = status !== null && status < 500 && status !== 429;
  return { final, value: { kind: 'unreachable', trouble, hint: null } };
}

async function reloadBySignal(
  client: Client,
  { kind, pidFile }: ServerSettings,
  deadline: Deadline,
  trouble: string,
): Promise<Reloaded> {
  if (pidFile === null) {
    const hint =
      kind === 'prometheus'
        ? 'Start Prometheus with --web.enable-lifecycle, or name the file with its process id: `pid_file`, --prometheus-pid-file.'
        : 'Name the file with its process id: `pid_file`, --alertmanager-pid-file.';
    return { kind: 'refused', trouble: `does not reload by HTTP: it ${trouble}`, hint };
  }
  const before = await client.lastReload();
  const refused = sendHangup(pidFile, kind);
  if (refused !== null) return { kind: 'unreachable', trouble: `does not reload by HTTP, and ${refused}`, hint: null };
  const notYet: Reloaded = {
    kind: 'unreachable',
    trouble: 'does not say that it has reloaded after SIGHUP',
    hint: null,
  };
  return retry<Reloaded>(deadline, async () => {
    const now = await client.lastReload();
    if (!now.ok) return { final: false, value: { ...notYet, trouble: now.trouble } };
    if (!before.ok || now.value.successAt > before.value.successAt)
      return { final: before.ok, value: { kind: 'reloaded', by: 'signal' } };
    // A reload that failed leaves the time of the last good one.
    if (before.value.successful && !now.value.successful)
      return {
        final: true,
        value: { kind: 'refused', trouble: 'could not load what it found; its log says why', hint: null },
      };
    return { final: false, value: notYet };
  });
}

/** Why the process could not be told, as a clause; null: it was. */
function sendHangup(pidFile: string, kind: ServerKind): string | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    if (!Number.isSafeInteger(pid) || pid <= 1) return `${pidFile} holds no process id`;
    if (!isServer(pid, kind)) return `process ${pid} of ${pidFile} is no ${kind}`;
    process.kill(pid, 'SIGHUP');
    return null;
  } catch (error) {
    const code = errorCode(error);
    if (code === null) throw error;
    return `the process of ${pidFile} cannot be told (${code})`;
  }
}

/** SIGHUP ends most programs, and the number of one that is gone may be that of another by now. */
function isServer(pid: number, kind: ServerKind): boolean {
  let name: string;
  try {
    name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === null) throw error;
    // Where there is no /proc, the file is believed.
    return true;
  }
  // The kernel keeps 15 characters; Debian's Alertmanager is `prometheus-alertmanager`.
  return kind === 'prometheus' ? name === 'prometheus' : /^(?:alertmanager|prometheus-aler)/.test(name);
}
