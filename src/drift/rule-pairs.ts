import { byCodeUnit } from '../diagnostics/order.js';
import type { Meaning } from './expressions.js';
import { type Pairs, pairUp } from './pairs.js';
import type { Rule, RunningRule } from './types.js';

/** Rules that Prometheus itself takes for the same go together before those that share no more than the name. */
export function pairRules(
  built: readonly Rule[],
  running: readonly RunningRule[],
  meaning: Meaning,
): Pairs<Rule, RunningRule> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const rule of built) {
    const key = identity(rule);
    (seen.has(key) ? repeated : seen).add(key);
  }
  const exact = (rule: Rule): string => {
    const key = identity(rule);
    return repeated.has(key) ? `${key} ${meaning(rule.expr)}` : key;
  };
  return pairUp<Rule, RunningRule>(built, running, [exact, identity, name]);
}

const name = (rule: Rule): string => JSON.stringify([rule.type, rule.name]);

/** What Prometheus knows a rule of a group by. */
const identity = (rule: Rule): string =>
  JSON.stringify([
    rule.type,
    rule.name,
    Object.entries(rule.labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => byCodeUnit(a, b)),
  ]);
