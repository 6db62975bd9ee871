import type { Labels, Matcher, Severity } from '../../model/types.js';
import type { ParsedExpr } from '../../promql/index.js';
import type { SourceRule } from '../types.js';

/** A rule in the world of the imported repo: over the labels that series have there. */
export interface TranslatedRule {
  readonly source: SourceRule;
  readonly expr: ParsedExpr;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Why it is no longer what it was; null where it is. */
  readonly trouble: string | null;
}

/** An alert that can become one by a template. */
export interface Candidate extends TranslatedRule {
  readonly severity: Severity;
  /** `targets`: each target apart. `aggregate`: all in scope together. `fleet`: as it is, without matchers of aami. */
  readonly looksAt: 'targets' | 'aggregate' | 'fleet';
}

/** An alert or recording rule that is carried through as a hand-written one. */
export interface Carried {
  readonly rule: TranslatedRule;
  /** Why it is not made by a template; null for a recording rule, which cannot be. */
  readonly why: string | null;
  /** Tells it apart from others of the same name and labels, as the label `imported_rule`; null where it need not. */
  readonly mark: string | null;
}

/** Where a template is bound, and for which of the original rules. */
export interface Cell {
  /** Ids of groups, or null for the whole fleet. */
  readonly groups: readonly string[] | null;
  /** By target label, without its prefix. */
  readonly targets: readonly Matcher[];
  readonly series: readonly Matcher[];
  readonly members: readonly Member[];
}

/** An original rule as a set of values for its template. */
export interface Member {
  readonly rule: Candidate;
  readonly config: Readonly<Record<string, number>>;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Alerts of one name that one template makes. */
export interface Family {
  readonly name: string;
  readonly category: string;
  /** With `${…}`. */
  readonly expr: string;
  readonly aggregate: boolean;
  /** Names of exporters. */
  readonly requires: readonly string[];
  /** The parameters in order of their place in the expression. */
  readonly params: readonly string[];
  readonly cells: readonly Cell[];
}
