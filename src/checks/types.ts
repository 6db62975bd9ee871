import type { JsonObject } from '../model/types.js';
import type { Sample } from './samples.js';

/** What came of running a check once. */
export interface CheckRun {
  readonly check: string;
  /** null: with the defaults of its template. */
  readonly target: string | null;
  readonly config: JsonObject;
  /** `unsupported`: the check says that it cannot run on this machine. */
  readonly status: 'measured' | 'unsupported' | 'failed';
  readonly milliseconds: number;
  /** None unless it measured. */
  readonly samples: readonly Sample[];
  /** What the check and the agent said beside it. */
  readonly log: string;
}
