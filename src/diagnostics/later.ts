import type { Finding } from './finding.js';

/** A finding that is one from a moment on. What a repo compiles to does not depend on the day, so no stage looks at a clock. */
export interface LaterFinding {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly finding: Finding;
}

/** Those that have come true. */
export function dueFindings(later: readonly LaterFinding[], now: number): Finding[] {
  return later.filter(({ from }) => from <= now).map(({ finding }) => finding);
}
