import type {
  AlertTemplate,
  Duration,
  Group,
  JsonObject,
  Labels,
  Matcher,
  Repo,
  ScriptTemplate,
  Severity,
  Target,
} from '../model/types.js';
import type { Origin } from '../source/types.js';

/** Where the values of a resolved alert or check came from: by path, e.g. `config/threshold`, `for`, `labels/team`. */
export type Provenance = ReadonlyMap<string, Origin>;

/** The final values of one rule: everything merged, nothing rendered. */
export interface EffectiveAlert {
  readonly severity: Severity;
  readonly config: JsonObject;
  readonly for: Duration | null;
  readonly keepFiringFor: Duration | null;
  /** The template's and the policies' labels; the group's are added when the rule is built. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly provenance: Provenance;
}

/** Whose series a rule looks at. */
export type RuleScope =
  /** The targets whose primary group it is. */
  | { readonly kind: 'group'; readonly group: Group }
  /** An aggregate over the targets of a group and its descendants. */
  | { readonly kind: 'subtree'; readonly group: Group }
  /** An aggregate over all targets. */
  | { readonly kind: 'fleet' };

/** A conjunction of matchers within the scope of a rule. The pieces of one rule are disjoint. */
export interface Piece {
  /** For every selector: groups, target_label_*. */
  readonly target: readonly Matcher[];
  /** For the selectors whose labels reach the result. */
  readonly series: readonly Matcher[];
}

/** A policy's matcher that shaped a rule: for findings about a narrowing that cannot be carried out. */
export interface Narrowing {
  readonly kind: 'targets' | 'series' | 'group';
  /** The label that it asks for: of the target, of the series, or `groups`. */
  readonly label: string;
  /** As in the `override` label, e.g. `type=gpu`. */
  readonly text: string;
  readonly origin: Origin;
}

/** One rule to be: the cells of one alert (and level) in one scope that share all values. */
export interface ResolvedRule {
  readonly template: AlertTemplate;
  readonly scope: RuleScope;
  /** The level of a template or policy with `levels`. */
  readonly level: Severity | null;
  /** The value of the `override` label, or null for the plain rule. */
  readonly override: string | null;
  readonly effective: EffectiveAlert;
  /** Select the series of its scope: for every selector. None for the whole fleet. */
  readonly scopeMatchers: readonly Matcher[];
  /** At least one. */
  readonly pieces: readonly Piece[];
  /** The targets that it covers, wholly or for some of their series, in order of id. */
  readonly targets: readonly Target[];
  /** The policy entries that meet in it, whether or not they set something. */
  readonly boundBy: readonly Origin[];
  /** Every narrowing that cuts this alert in this scope, also those of the other cells. */
  readonly narrowings: readonly Narrowing[];
}

export interface ResolvedCheck {
  readonly template: ScriptTemplate;
  readonly config: JsonObject;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly provenance: Provenance;
}

export interface ResolvedModel {
  readonly repo: Repo;
  /** Ordered by file (fleet first, then group id), category, alert name, level, override. */
  readonly rules: readonly ResolvedRule[];
  /** Enabled checks of each active target, in order of name. Targets with the same checks share one array. */
  readonly checks: ReadonlyMap<Target, readonly ResolvedCheck[]>;
}
