import { type ParsedExpr, parseExpr } from '../../promql/index.js';
import type { SourceRule } from '../types.js';
import { carries, type HasAdded } from './added-labels.js';

/**
 * Whether series of a metric have the labels that aami gives to series of targets. Recording rules make metrics that
 * have lost them, unless their expressions keep them. A name with a colon is one of a recording rule, also of one that is
 * not among the imported ones; a selector without a name may read any.
 */
export function labelledMetrics(rules: readonly SourceRule[]): HasAdded {
  const byName = new Map<string, ParsedExpr[]>();
  for (const { kind, name, expr: text } of rules) {
    const { expr } = parseExpr(text);
    if (kind === 'record' && expr !== null) byName.set(name, [...(byName.get(name) ?? []), expr]);
  }
  const known = new Map<string, boolean>();
  const has: HasAdded = (metric) => {
    // Alerts are what the rules make of them.
    if (metric === null || metric === 'ALERTS' || metric === 'ALERTS_FOR_STATE') return false;
    const exprs = byName.get(metric);
    if (exprs === undefined) return !metric.includes(':');
    const seen = known.get(metric);
    if (seen !== undefined) return seen;
    // One that reads itself has no labels but those that it had before.
    known.set(metric, false);
    const made = exprs.every(({ root }) => carries(root, has) === 'all');
    known.set(metric, made);
    return made;
  };
  return has;
}
