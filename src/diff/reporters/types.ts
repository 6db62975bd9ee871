import type { FleetDiff } from '../types.js';

export interface DiffReportOptions {
  /** What the two sides are, for people: `main (1a2b3c4)`, `the working tree`. */
  readonly before: string;
  readonly after: string;
  readonly color: boolean;
}

/** A diff as a string, ready to be written. */
export type DiffReporter = (diff: FleetDiff, options: DiffReportOptions) => string;
