import type { Json, NotifyKey, Severity } from '../model/types.js';

/** What a change does to the fleet. Plain data: `--format json` prints it as it is. */
export interface FleetDiff {
  /** What weakens monitoring, the widest first. */
  readonly weakened: readonly Weakening[];
  /** Changes of expressions of which nobody can tell whether they make an alert louder or quieter. */
  readonly unclear: readonly Pointer[];
  readonly alerts: readonly AlertChange[];
  readonly notified: readonly NotifiedChange[];
  readonly receivers: readonly ReceiverChange[];
  readonly routes: readonly RouteChange[];
  readonly maintenances: readonly MaintenanceChange[];
  readonly checks: readonly CheckChange[];
  readonly scripts: readonly ScriptChange[];
  readonly targets: readonly TargetChange[];
  readonly groups: readonly GroupChange[];
  readonly staticRules: readonly StaticRuleChange[];
  readonly renamed: readonly Rename[];
  /** Of the project: what reaches prometheus.yml, and how alerts are named. */
  readonly settings: readonly FieldChange[];
  /** Which alerts lose their pending and firing state at the reload although they stay. */
  readonly stateLost: readonly StateLoss[];
  /** Output files whose content differs, comments aside. */
  readonly files: FilesChange;
}

/** A place in the source; `side` tells in which of the two. */
export interface Place {
  readonly side: 'before' | 'after';
  readonly file: string;
  readonly line: number;
}

/** Where a change holds: the targets, by primary group; those of a fleet-wide rule stand under theirs as well. */
export interface Where {
  readonly group: string;
  readonly groupName: string;
  /** Ids, in order. */
  readonly targets: readonly string[];
}

/** Whether a changed value makes monitoring weaker; `unclear`: it reaches the expression in a way that does not tell. */
export type Effect = 'weaker' | 'stronger' | 'unclear' | 'neutral';

export interface ValueChange {
  /** `config.threshold`, `for`, `keep_firing_for`, `severity`, `expr`, `labels.team`, `annotations.summary`. */
  readonly path: string;
  /** null: not set. */
  readonly before: Json;
  readonly after: Json;
  /** Where the value was, or is, set. null where only the output is known. */
  readonly beforeAt: Place | null;
  readonly afterAt: Place | null;
  /** The `reason` of the policy that sets the new value. */
  readonly reason: string | null;
  readonly effect: Effect;
}

/** Why something is covered now, or is not any more. */
export type Cause =
  | { readonly kind: 'bound' | 'unbound' | 'muted' | 'unmuted'; readonly at: Place; readonly reason: string | null }
  /** The template itself: a level, or what it requires, came or went. It has no reasons. */
  | { readonly kind: 'template'; readonly at: Place; readonly reason: null }
  /** What the alert `requires` and the targets do not have any more, or have now. */
  | { readonly kind: 'requirement'; readonly what: string }
  | {
      readonly kind: 'target';
      readonly change: 'added' | 'removed' | 'activated' | 'deactivated' | 'moved' | 'relabelled';
    };

/** Targets that gain, lose or keep an alert, and how its values change there. */
export interface AlertChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Names of the templates, as they are after the change; several where it is the same for all. */
  readonly alerts: readonly string[];
  /** Which of the targets' series, as matchers: `mountpoint="/scratch"`. null: all. */
  readonly series: string | null;
  readonly severityBefore: Severity | null;
  readonly severityAfter: Severity | null;
  /** Of an added or removed alert, its severity, parameters and `for`. */
  readonly values: readonly ValueChange[];
  readonly causes: readonly Cause[];
  readonly where: readonly Where[];
  /** How many targets `where` holds. */
  readonly count: number;
  readonly weakens: readonly WeakeningKind[];
}

/** Alerts of which others are told now, or at other times. */
export interface NotifiedChange {
  /** Alerts of the targets of `where`; or those of no group, which are about these. */
  readonly of: 'groups' | 'fleet';
  /** Their severities; `default`: any other. */
  readonly alerts: readonly NotifyKey[];
  /** Which of them; null: all. */
  readonly names: readonly string[] | null;
  /** Names of receivers. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** Where those who are lost were named, and where those are who are told now. null: there are none, or as before. */
  readonly beforeAt: Place | null;
  readonly afterAt: Place | null;
  readonly timing: readonly TimingChange[];
  readonly where: readonly Where[];
  readonly count: number;
  readonly weakens: readonly WeakeningKind[];
}

export interface TimingChange extends FieldChange {
  /** null: it was, or is, not said anywhere. */
  readonly beforeAt: Place | null;
  readonly afterAt: Place | null;
}

/** Without what it holds, which may be nobody's business. */
export interface ReceiverChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly name: string;
  readonly at: Place;
}

/** A hand-written route. */
export interface RouteChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly name: string;
  readonly fields: readonly FieldChange[];
  readonly at: Place;
}

/** When nobody is told of the alerts of some targets. */
export interface MaintenanceChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly name: string;
  readonly values: readonly ValueChange[];
  readonly at: Place;
  /** The targets that it holds for; of a removed one, held. */
  readonly where: readonly Where[];
  readonly count: number;
  readonly weakens: readonly WeakeningKind[];
}

export interface CheckChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly checks: readonly string[];
  /** Parameters, `interval`, `timeout`, `args`, `version`, `language`. */
  readonly values: readonly ValueChange[];
  /** Whether its script differs: see `scripts`. */
  readonly scriptChanged: boolean;
  readonly causes: readonly Cause[];
  readonly where: readonly Where[];
  readonly count: number;
  readonly weakens: readonly WeakeningKind[];
}

export interface ScriptChange {
  readonly check: string;
  /** How many targets run it. */
  readonly count: number;
  readonly hunks: readonly ScriptHunk[];
}

export interface ScriptHunk {
  /** From 1. */
  readonly beforeLine: number;
  readonly afterLine: number;
  readonly lines: readonly { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }[];
}

export interface FieldChange {
  readonly path: string;
  /** null: not there. */
  readonly before: Json;
  readonly after: Json;
}

export interface TargetChange {
  readonly kind: 'added' | 'removed' | 'activated' | 'deactivated' | 'changed';
  readonly where: readonly Where[];
  readonly count: number;
  /** Of changed targets. Where the values differ from target to target, both sides are null and `varies` is true. */
  readonly fields: readonly (FieldChange & { readonly varies: boolean })[];
  /** Whether their series are new to Prometheus, so that alerts pending or firing on them start over. */
  readonly newSeries: boolean;
  readonly weakens: readonly WeakeningKind[];
}

export interface GroupChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly id: string;
  readonly name: string;
  readonly fields: readonly FieldChange[];
}

export interface StaticRuleChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly type: 'alert' | 'record';
  readonly name: string;
  /** Below `rules/`. */
  readonly file: string;
  readonly values: readonly ValueChange[];
  readonly stateLost: boolean;
  readonly weakens: readonly WeakeningKind[];
}

export interface Rename {
  readonly kind: 'alert' | 'check';
  readonly before: string;
  readonly after: string;
  readonly at: Place | null;
}

export interface StateLoss {
  readonly alerts: readonly string[];
  /** What Prometheus knows a rule by, and which of it changes. */
  readonly because: readonly FieldChange[];
  readonly where: readonly Where[];
  readonly count: number;
}

export interface FilesChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export type WeakeningKind =
  | 'alert-removed'
  | 'coverage-lost'
  | 'muted'
  | 'level-removed'
  | 'severity-lowered'
  | 'for-lengthened'
  | 'threshold-quieter'
  | 'check-removed'
  | 'target-removed'
  | 'target-inactive'
  | 'exporter-removed'
  | 'static-alert-removed'
  | 'recipient-lost'
  | 'kept-back';

/** An entry of a section of the diff. */
export interface Pointer {
  readonly section: 'alerts' | 'notified' | 'maintenances' | 'checks' | 'targets' | 'staticRules';
  readonly index: number;
}

export interface Weakening extends Pointer {
  readonly kind: WeakeningKind;
  /** How many targets; null where nobody knows, as with hand-written rules. */
  readonly count: number | null;
}
