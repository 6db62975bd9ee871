import type { Json, JsonObject, Labels, Matcher, Severity } from '../model/types.js';
import type { Piece, ResolvedCheck, ResolvedModel } from '../resolve/types.js';
import type { ConcreteRule } from '../rules/types.js';

/**
 * What monitoring does at one point of the repo's history: all that a diff compares. It is made from a compilation, or
 * read from an output folder, which knows neither parameters nor policies.
 */
export interface Snapshot {
  /** null: read from an output folder. */
  readonly model: ResolvedModel | null;
  /** By id. */
  readonly groups: ReadonlyMap<string, SnapshotGroup>;
  /** By id, in order of id; also the inactive ones, where they are known. */
  readonly targets: ReadonlyMap<string, SnapshotTarget>;
  readonly rules: readonly SnapshotRule[];
  /** Checks of each active target, by id; targets with the same checks share one array. */
  readonly checks: ReadonlyMap<string, readonly SnapshotCheck[]>;
  /** Text of each output file, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** What the Project says and the output files do not, e.g. `rules.alert_name`. */
  readonly settings: Readonly<Record<string, Json>>;
  /** Texts of the sources by file, to tell lines; none for an output folder. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface SnapshotGroup {
  readonly id: string;
  readonly name: string;
  /** What a reader of the Group calls its fields: `name`, `parent`, `namespace`, `labels.team`. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface SnapshotTarget {
  readonly id: string;
  readonly hostname: string;
  /** Ids; the first is the primary group. */
  readonly groups: readonly string[];
  readonly labels: Labels;
  readonly active: boolean;
  /** The rest of what is scraped: `address`, `exporter node_exporter` → `9100`, `job of node_exporter`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** One emitted rule. */
export interface SnapshotRule {
  /** The name of its template; of its alert, where no template is known. */
  readonly template: string;
  /** Whether it looks at several targets at once: each scope then has rules of its own. */
  readonly aggregate: boolean;
  /** null: the whole fleet. */
  readonly group: string | null;
  readonly severity: Severity;
  /** The four that Prometheus knows a rule by. */
  readonly file: string;
  readonly ruleGroup: string;
  readonly alert: string;
  readonly labels: Labels;
  readonly for: string | null;
  readonly keepFiringFor: string | null;
  readonly annotations: Labels;
  /** Without the matchers that scope it to its targets. */
  readonly expr: string;
  /** Ids of the targets that it covers, wholly or for some of their series, in order. */
  readonly targets: readonly string[];
  /** Disjoint; they say which series of which targets. */
  readonly pieces: readonly Piece[];
  /** null: read from an output folder. */
  readonly concrete: ConcreteRule | null;
}

export interface SnapshotCheck {
  readonly name: string;
  readonly config: JsonObject;
  readonly interval: string;
  readonly timeout: string;
  /** As the author wrote them; rendered, where only the output is known. */
  readonly args: readonly string[];
  readonly version: string;
  readonly language: string;
  /** null: the one that the agent says. */
  readonly user: string | null;
  /** As declared, by name; null: not declared. */
  readonly metrics: JsonObject | null;
  readonly script: string;
  /** null: read from an output folder. */
  readonly resolved: ResolvedCheck | null;
}

/** Before there was a repo. */
export const EMPTY_SNAPSHOT: Snapshot = {
  model: null,
  groups: new Map(),
  targets: new Map(),
  rules: [],
  checks: new Map(),
  files: new Map(),
  settings: {},
  texts: new Map(),
};

/** The label of a target's series that target matchers speak of. */
export function seriesLabel(target: SnapshotTarget, { label }: Matcher): string {
  if (label === 'groups') return target.groups.join(',');
  const name = label.replace(/^target_label_/, '');
  return Object.hasOwn(target.labels, name) ? (target.labels[name] ?? '') : '';
}
