import { setTimeout as pause } from 'node:timers/promises';
import { pretty } from '../status/reporters/pretty.js';
import { tableOf } from '../status/reporters/table.js';
import type { StatusReport } from '../status/reporters/types.js';
import { summaryOf } from '../status/reporters/words.js';
import type { Status } from '../status/types.js';
import { type Io, wantsColour } from './io.js';
import { openScreen } from './screen.js';
import type { AskStatus } from './status-asker.js';
import { untilInterrupted } from './until-interrupted.js';

/** Asks again and again until a signal comes. The last answers; null: there were none yet. */
export async function watchStatus(ask: AskStatus, intervalMs: number, io: Io): Promise<Status | null> {
  const terminal = io.stdout.isTTY === true && io.env.TERM !== 'dumb';
  const last = await untilInterrupted((signal) =>
    terminal ? watchOnScreen(ask, intervalMs, io, signal) : watchInLines(ask, intervalMs, io, signal),
  );
  if (last === null) return null;
  // What was on the screen is gone with it.
  if (terminal) io.stdout.write(pretty(last, { color: wantsColour(io.stdout, io.env) }));
  return last.status;
}

async function watchOnScreen(
  ask: AskStatus,
  intervalMs: number,
  io: Io,
  signal: AbortSignal,
): Promise<StatusReport | null> {
  const color = wantsColour(io.stdout, io.env);
  const screen = openScreen(io.stdout);
  try {
    screen.show(() => ['Asking the servers…']);
    return await repeat(ask, intervalMs, signal, (report) => {
      const at = io.clock();
      screen.show((size) => tableOf(report, { ...size, color, at, intervalMs }));
    });
  } finally {
    screen.close();
  }
}

/** Elsewhere than on a terminal, a line whenever something has changed. */
function watchInLines(ask: AskStatus, intervalMs: number, io: Io, signal: AbortSignal): Promise<StatusReport | null> {
  let before = '';
  return repeat(ask, intervalMs, signal, ({ status }) => {
    const summary = summaryOf(status);
    const time = new Date(io.clock()).toISOString().replace(/\.\d+Z$/, 'Z');
    if (summary !== before) io.stdout.write(`${time} ${summary}\n`);
    before = summary;
  });
}

async function repeat(
  ask: AskStatus,
  intervalMs: number,
  signal: AbortSignal,
  show: (report: StatusReport) => void,
): Promise<StatusReport | null> {
  let last: StatusReport | null = null;
  while (!signal.aborted) {
    const report = await ask(signal);
    if (signal.aborted) break;
    last = report;
    show(report);
    await pause(intervalMs, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  return last;
}
