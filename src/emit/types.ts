import type { ConcreteRule } from '../rules/types.js';

/** A generated place that a verification tool can name, and the rule that it came from. */
export interface RuleOrigin {
  readonly group: string;
  /** From 1, as promtool counts within its group. */
  readonly number: number;
  readonly rule: ConcreteRule;
}

export interface OutputFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly content: string;
  /** For rule files: how to get back to the source. */
  readonly origins: readonly RuleOrigin[];
}
