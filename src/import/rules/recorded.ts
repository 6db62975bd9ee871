import { droppedBy, type ParsedExpr, resultLabels } from '../../promql/index.js';
import type { RenamedRule } from './types.js';

/** Whether a metric may come without the labels of its target, by its name. */
export type Unlabelled = (metric: string | null) => boolean;

/**
 * Recording rules make metrics that have lost the labels of targets, unless their expressions keep them. A name with a
 * colon is one of a recording rule, also of one that is not among the imported ones. A selector without a name may read any.
 */
export function unlabelledMetrics(recording: readonly RenamedRule[]): Unlabelled {
  const byName = new Map<string, ParsedExpr[]>();
  for (const { source, expr } of recording) byName.set(source.name, [...(byName.get(source.name) ?? []), expr]);
  const known = new Map<string, boolean>();
  const lost = (metric: string | null): boolean => {
    if (metric === null) return true;
    const exprs = byName.get(metric);
    if (exprs === undefined) return metric.includes(':');
    const seen = known.get(metric);
    if (seen !== undefined) return seen;
    // One that reads itself has no labels but those that it had before.
    known.set(metric, true);
    const made = exprs.some(
      (expr) => droppedBy(resultLabels(expr), 'group_id') !== null || expr.selectors.some((one) => lost(one.metric)),
    );
    known.set(metric, made);
    return made;
  };
  return lost;
}

/** Metrics that Prometheus makes of rules: of them, only the rule's own labels are known. */
export const isOfRules = (metric: string | null): boolean => metric === 'ALERTS' || metric === 'ALERTS_FOR_STATE';
