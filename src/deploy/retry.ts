import { setTimeout as pause } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** A moment by which something must be done. */
export interface Deadline {
  /** Milliseconds that are left, at least 1. */
  readonly left: () => number;
}

export function deadlineIn(milliseconds: number): Deadline {
  const end = performance.now() + milliseconds;
  return { left: () => Math.max(1, Math.ceil(end - performance.now())) };
}

/**
 * Tries until there is a result that is final, or the time is up; then the last one stands. The pauses grow, and differ
 * by chance, so that many who wait for one server do not come all at once.
 */
export async function retry<T>(
  deadline: Deadline,
  attempt: () => Promise<{ readonly final: boolean; readonly value: T }>,
): Promise<T> {
  for (let longest = FIRST_PAUSE_MS; ; longest = Math.min(2 * longest, LONGEST_PAUSE_MS)) {
    const { final, value } = await attempt();
    const pauseMs = longest * (0.5 + Math.random() / 2);
    // An attempt that has no time left would only hide why the one before it failed.
    if (final || deadline.left() <= pauseMs) return value;
    await pause(pauseMs);
  }
}
