import type { Duration, Labels } from '../model/types.js';
import type { ResolvedRule, RuleScope } from '../resolve/types.js';

/** A Prometheus alerting rule: rendered, scoped and inspected; all that an emitter prints. */
export interface ConcreteRule {
  readonly alert: string;
  readonly expr: string;
  /** The same without the matchers that select its targets and series. */
  readonly unscoped: string;
  readonly for: Duration | null;
  readonly keepFiringFor: Duration | null;
  /** In the order in which they are printed. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly resolved: ResolvedRule;
}

/** A rule group of Prometheus: `<group name>_<category>_alerts`. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly ConcreteRule[];
}

/** The rules of one scope: one file. */
export interface RuleFile {
  readonly scope: RuleScope;
  readonly groups: readonly RuleGroup[];
}
