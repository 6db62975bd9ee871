import type { Finding, Span } from '../diagnostics/finding.js';
import type { ResolvedModel } from '../resolve/types.js';
import type { RuleFile } from '../rules/types.js';
import type { Origin } from '../source/types.js';
import type { OutputFile } from './types.js';

/** All that an emitter may look at. */
export interface EmitInput {
  readonly model: ResolvedModel;
  readonly ruleFiles: readonly RuleFile[];
  /** Text of each file of the agent that aami ships, by name. */
  readonly agent: ReadonlyMap<string, string>;
}

/** A file and who claims it, so that two claims on one path can be told apart. */
export interface EmittedFile {
  readonly file: OutputFile;
  /** null: the repo as a whole. */
  readonly claimedBy: Origin | Span | null;
}

export interface Emitted {
  readonly files: readonly EmittedFile[];
  readonly findings: readonly Finding[];
}

/** A pure function from the model to files in memory. */
export type Emitter = (input: EmitInput) => Emitted;
