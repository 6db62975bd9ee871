import type { Json, JsonObject, Labels, Severity } from '../model/types.js';

/** What `aami explain` says. Plain data: `--format json` prints it as it is. */
export type Explanation = TargetExplanation | AlertOnTarget | CheckOnTarget | GroupExplanation | AlertExplanation;

/** A line of the source; `<library>:…` for a template that aami ships. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface GroupRef {
  readonly id: string;
  readonly name: string;
}

/** A final value, by its path as an author writes it: `config.threshold`, `for`, `labels.team`. */
export interface FinalValue {
  readonly path: string;
  readonly value: Json;
  /** `number` of the layer that set it; null for what aami itself assumes. */
  readonly layer: number | null;
  readonly at: Place | null;
}

/** A value as a layer sets it, and what became of it. */
export interface LayerValue {
  readonly path: string;
  readonly value: Json;
  readonly at: Place;
  /** `repeats`: a weaker layer had said the same. */
  readonly outcome: 'wins' | 'repeats' | 'overridden';
  /** `number` of the layer that overrode it. */
  readonly overriddenBy: number | null;
}

/** What one policy's entry is about. */
export interface PolicyRef {
  readonly at: Place;
  /** `global`, or ids of groups. */
  readonly scope: 'global' | readonly string[];
  /** As PromQL matchers; null: not narrowed. */
  readonly targets: string | null;
  readonly series: string | null;
  readonly priority: number;
  readonly merge: 'deep' | 'replace';
  readonly reason: string | null;
}

export interface ExplainedLayer {
  /** From 1, weakest first; 1 is the template. */
  readonly number: number;
  /** null: the template. */
  readonly policy: PolicyRef | null;
  /** The group of the policy's scope that the target is in; null: the template, or `scope: global`. */
  readonly group: GroupRef | null;
  /** Whether that group is only a secondary one of the target. */
  readonly secondary: boolean;
  readonly at: Place;
  readonly sets: readonly LayerValue[];
}

/** Who mutes, and why. */
export interface Muting {
  readonly layer: number;
  readonly at: Place;
  readonly reason: string | null;
}

/** A rule of the output. */
export interface EmittedRule {
  /** Relative to the output folder. */
  readonly file: string;
  readonly group: string;
  readonly alert: string;
  readonly expr: string;
  readonly for: string | null;
  readonly keep_firing_for: string | null;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Somebody who is told of an alert. */
export interface Recipient {
  readonly receiver: string;
  /** A hand-written route, or the layer whose `notify` counts. */
  readonly by: 'route' | 'group' | 'namespace' | 'project' | 'default-receiver';
  /** Of the route or the namespace, or the id of the group. */
  readonly name: string | null;
  readonly at: Place;
  /** false: it depends on labels of the series whether a hand-written route takes the alert. */
  readonly certain: boolean;
}

/** A maintenance: at its times, nobody is told. */
export interface KeptBack {
  readonly maintenance: string;
  /** When, again and again; null: once, from `start` to `end`, if `aami silence sync` has told Alertmanager. */
  readonly schedule: readonly string[] | null;
  /** As in RFC 3339. */
  readonly start: string | null;
  readonly end: string | null;
  /** Ids of those that it is about; null: all. */
  readonly targets: readonly string[] | null;
  readonly comment: string | null;
  readonly at: Place;
}

/** What an alert does with some series of a target; `series` as PromQL matchers, null: all. */
export type AlertCell =
  | {
      readonly state: 'alerts';
      readonly level: Severity | null;
      readonly series: string | null;
      readonly override: string | null;
      readonly values: readonly FinalValue[];
      /** null: nothing could ever match it, so it is left out. */
      readonly rule: EmittedRule | null;
      readonly told: readonly Recipient[];
    }
  | {
      readonly state: 'muted';
      readonly level: Severity | null;
      readonly series: string | null;
      readonly by: Muting;
    }
  | { readonly state: 'unbound'; readonly series: string | null };

/** The rules of an alert in one scope: of the target's primary group, or of an aggregate that counts the target. */
export interface Binding {
  readonly scope: 'group' | 'subtree' | 'fleet';
  /** null: the fleet. */
  readonly group: GroupRef | null;
  readonly layers: readonly ExplainedLayer[];
  readonly cells: readonly AlertCell[];
}

/** A policy that speaks of the alert or check, but not to the target. */
export interface MissedPolicy {
  readonly policy: PolicyRef;
  /** `group`: the target is in none of its groups; `targets`: the labels differ. */
  readonly why: 'group' | 'targets';
  /** Matchers of `targets` that do not hold; `actual` is null where the target lacks the label. */
  readonly mismatches: readonly { readonly matcher: string; readonly label: string; readonly actual: string | null }[];
}

/** What an alert `requires` and the target does not have. */
export interface Missing {
  readonly exporters: readonly string[];
  readonly checks: readonly string[];
}

export interface AlertOnTarget {
  readonly kind: 'alert-on-target';
  readonly target: string;
  readonly targetAt: Place;
  readonly group: GroupRef;
  readonly alert: string;
  readonly aggregate: boolean;
  readonly at: Place;
  readonly status: 'alerts' | 'muted' | 'unbound' | 'requirements' | 'inactive';
  readonly missing: Missing;
  readonly bindings: readonly Binding[];
  readonly keptBack: readonly KeptBack[];
  readonly missed: readonly MissedPolicy[];
}

export interface CheckOnTarget {
  readonly kind: 'check-on-target';
  readonly target: string;
  readonly targetAt: Place;
  readonly group: GroupRef;
  readonly check: string;
  readonly at: Place;
  readonly status: 'runs' | 'muted' | 'unbound' | 'inactive';
  readonly mutedBy: Muting | null;
  readonly layers: readonly ExplainedLayer[];
  readonly values: readonly FinalValue[];
  /** null where it does not run. */
  readonly bundle: {
    readonly file: string;
    readonly config: JsonObject;
    readonly args: readonly string[];
    readonly version: string;
    readonly hash: string;
  } | null;
  /** Alerts that require it. */
  readonly requiredBy: readonly string[];
  readonly missed: readonly MissedPolicy[];
}

export interface TargetExplanation {
  readonly kind: 'target';
  readonly target: string;
  readonly hostname: string;
  readonly address: string;
  readonly active: boolean;
  readonly at: Place;
  /** The first is the primary group; ancestors from the root down. */
  readonly groups: readonly (GroupRef & { readonly ancestors: readonly GroupRef[] })[];
  readonly labels: Labels;
  readonly exporters: readonly { readonly name: string; readonly job: string; readonly port: number }[];
  readonly alerts: readonly TargetAlert[];
  readonly muted: readonly {
    readonly alert: string;
    readonly level: Severity | null;
    readonly series: string | null;
    readonly at: Place;
    readonly reason: string | null;
  }[];
  /** Bound by a policy, but the target lacks what they require. */
  readonly requirements: readonly (Missing & { readonly alert: string })[];
  readonly keptBack: readonly KeptBack[];
  readonly checks: readonly TargetCheck[];
  readonly mutedChecks: readonly { readonly check: string; readonly at: Place; readonly reason: string | null }[];
}

export interface TargetAlert {
  readonly alert: string;
  readonly scope: Binding['scope'];
  readonly group: GroupRef | null;
  readonly level: Severity | null;
  readonly series: string | null;
  readonly severity: Severity;
  readonly values: readonly FinalValue[];
  readonly file: string | null;
  readonly told: readonly Recipient[];
}

export interface TargetCheck {
  readonly check: string;
  readonly values: readonly FinalValue[];
  readonly file: string;
}

/** One rule, as a row of a table. */
export interface RuleRow {
  readonly alert: string;
  readonly scope: Binding['scope'];
  readonly group: GroupRef | null;
  readonly level: Severity | null;
  readonly override: string | null;
  readonly severity: Severity;
  readonly for: string | null;
  readonly keep_firing_for: string | null;
  readonly config: Readonly<Record<string, Json>>;
  /** Ids. */
  readonly targets: readonly string[];
  readonly file: string;
  readonly told: readonly Recipient[];
}

export interface AlertExplanation {
  readonly kind: 'alert';
  readonly alert: string;
  readonly description: string | null;
  readonly aggregate: boolean;
  readonly at: Place;
  readonly requires: Missing;
  readonly rules: readonly RuleRow[];
  /** Active targets that do not get it, or not all of it, by primary group and reason. */
  readonly without: readonly Without[];
  readonly policies: readonly PolicyRef[];
}

export interface Without {
  readonly group: GroupRef;
  readonly targets: readonly string[];
  readonly why: 'muted' | 'unbound' | 'requirements';
  readonly missing: Missing;
  readonly level: Severity | null;
  readonly series: string | null;
  readonly at: Place | null;
  readonly reason: string | null;
}

export interface GroupExplanation {
  readonly kind: 'group';
  readonly group: GroupRef;
  readonly at: Place;
  /** From the root down. */
  readonly ancestors: readonly GroupRef[];
  readonly children: readonly GroupRef[];
  readonly namespace: string | null;
  readonly labels: Labels;
  /** Ids of the targets, by how they are in the group. */
  readonly targets: {
    readonly primary: readonly string[];
    readonly secondary: readonly string[];
    readonly below: readonly string[];
    readonly inactive: readonly string[];
  };
  /** Of the group, of its ancestors and of the fleet. */
  readonly policies: readonly GroupPolicy[];
  /** Whom its alerts are told to by severity, hand-written routes left out; empty without an alertmanager.yml. */
  readonly notified: readonly { readonly severity: Severity; readonly told: readonly Recipient[] }[];
  readonly keptBack: readonly KeptBack[];
  readonly rules: readonly RuleRow[];
}

export interface GroupPolicy {
  readonly kind: 'alerts' | 'checks';
  /** The group that it is for: this one, an ancestor; null: the fleet. */
  readonly from: GroupRef | null;
  readonly policy: Omit<PolicyRef, 'merge' | 'reason'>;
  readonly entries: readonly {
    readonly name: string;
    readonly muted: boolean;
    readonly reason: string | null;
    readonly at: Place;
  }[];
}
