import type { Labels } from '../model/types.js';

/** A rule by its meaning, wherever it was read. */
export interface Rule {
  readonly type: 'alert' | 'record';
  readonly name: string;
  readonly expr: string;
  readonly forSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface RuleGroup<R extends Rule = Rule> {
  /** Relative to the folder of rules in a build; as the server names it where it runs. */
  readonly file: string;
  readonly name: string;
  /** null: the group says nothing, so the server's own interval holds. */
  readonly intervalSeconds: number | null;
  /** 0: any number of series or alerts. */
  readonly limit: number;
  readonly rules: readonly R[];
}

/** A rule as a server evaluates it. */
export interface RunningRule extends Rule {
  readonly health: 'ok' | 'failing' | 'not-evaluated';
  readonly lastError: string | null;
}

export interface RunningGroup extends RuleGroup<RunningRule> {
  /** How long its last evaluation took. */
  readonly evaluationSeconds: number;
}

/** A target of a job; its labels are those that its series get. */
export interface Target {
  readonly job: string;
  /** `host:port` */
  readonly address: string;
  readonly scheme: string;
  readonly metricsPath: string;
  readonly labels: Labels;
}

export interface RunningTarget extends Target {
  /** The labels that its series get by relabelling alone: nothing that was discovered has them. */
  readonly relabelled: ReadonlySet<string>;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string | null;
}

/** Where a rule stands. */
export interface RulePlace {
  readonly file: string;
  readonly group: string;
  readonly type: Rule['type'];
  readonly name: string;
  readonly labels: Labels;
}

/** A field that is not as built. null: there is no such field on that side. */
export interface FieldDrift {
  readonly field: string;
  readonly built: string | null;
  readonly running: string | null;
}

export type RuleDrift =
  | { readonly kind: 'rule-not-running'; readonly rule: RulePlace }
  | { readonly kind: 'rule-not-built'; readonly rule: RulePlace }
  | { readonly kind: 'rule-differs'; readonly rule: RulePlace; readonly fields: readonly FieldDrift[] }
  | {
      readonly kind: 'group-differs';
      readonly file: string;
      readonly group: string;
      readonly fields: readonly FieldDrift[];
    }
  | { readonly kind: 'rule-failing'; readonly rule: RulePlace; readonly error: string }
  /** Its first evaluation comes within the interval of its group after the server took it. */
  | { readonly kind: 'rule-not-evaluated'; readonly rule: RulePlace; readonly intervalSeconds: number }
  | {
      readonly kind: 'group-slow';
      readonly file: string;
      readonly group: string;
      readonly evaluationSeconds: number;
      readonly intervalSeconds: number;
    };

export interface TargetPlace {
  readonly job: string;
  readonly address: string;
  /** The label `instance`, if there is one. */
  readonly instance: string | null;
}

export type TargetDrift =
  | { readonly kind: 'target-not-scraped'; readonly target: TargetPlace; readonly dropped: boolean }
  | { readonly kind: 'target-not-built'; readonly target: TargetPlace }
  | { readonly kind: 'target-differs'; readonly target: TargetPlace; readonly fields: readonly FieldDrift[] };

/** Parts of a configuration are named in words that its readers know: `job node-exporter`, `receiver oncall`. */
export type ConfigDrift =
  | { readonly kind: 'config-not-running'; readonly part: string }
  | { readonly kind: 'config-not-built'; readonly part: string }
  | { readonly kind: 'config-differs'; readonly part: string; readonly fields: readonly FieldDrift[] };

export type Drift = RuleDrift | TargetDrift | ConfigDrift;

/** What an unknown answer holds, or why it cannot be read. */
export type Answer<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unreadable'; readonly reason: string };
