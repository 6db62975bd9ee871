import { byCodeUnit } from '../diagnostics/order.js';
import type { SameExpr } from './expressions.js';
import type { Rule, RunningRule } from './types.js';

export interface RulePairs {
  readonly pairs: readonly { readonly built: Rule; readonly running: RunningRule }[];
  readonly onlyBuilt: readonly Rule[];
  readonly onlyRunning: readonly RunningRule[];
  /** Whether those that are on both sides run in another order. */
  readonly reordered: boolean;
}

type Likeness = (rule: Rule) => string;

/**
 * Which rule that runs is which that was built: one that Prometheus itself takes for the same before one that shares no
 * more than the name. Equal ones go by their order.
 */
export function pairRules(built: readonly Rule[], running: readonly RunningRule[], same: SameExpr): RulePairs {
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  const match = (likeness: Likeness, fits: (one: Rule, other: Rule) => boolean): void => {
    const free = new Map<string, number[]>();
    for (const [at, rule] of running.entries()) {
      if (taken.has(at)) continue;
      const key = likeness(rule);
      free.set(key, [...(free.get(key) ?? []), at]);
    }
    for (const [at, rule] of built.entries()) {
      if (partner.has(at)) continue;
      const candidates = free.get(likeness(rule)) ?? [];
      const found = candidates.find((other) => !taken.has(other) && fits(rule, running[other] ?? rule));
      if (found === undefined) continue;
      partner.set(at, found);
      taken.add(found);
    }
  };
  match(identity, (one, other) => same(one.expr, other.expr));
  match(identity, () => true);
  match(name, () => true);

  const pairs = built.flatMap((rule, at) => {
    const other = running[partner.get(at) ?? -1];
    return other === undefined ? [] : [{ built: rule, running: other }];
  });
  const places = [...partner].sort(([a], [b]) => a - b).map(([, at]) => at);
  return {
    pairs,
    onlyBuilt: built.filter((_, at) => !partner.has(at)),
    onlyRunning: running.filter((_, at) => !taken.has(at)),
    reordered: places.some((at, index) => at < (places[index - 1] ?? -1)),
  };
}

const name: Likeness = (rule) => JSON.stringify([rule.type, rule.name]);

/** What Prometheus knows a rule of a group by. */
const identity: Likeness = (rule) =>
  JSON.stringify([
    rule.type,
    rule.name,
    Object.entries(rule.labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => byCodeUnit(a, b)),
  ]);
