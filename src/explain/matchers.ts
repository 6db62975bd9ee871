import type { Matcher } from '../model/types.js';
import { formatMatcher } from '../promql/index.js';

/** A conjunction as PromQL matchers; null for none. */
export function matcherText(matchers: readonly Matcher[]): string | null {
  return matchers.length === 0 ? null : matchers.map(formatMatcher).join(',');
}

/** Disjoint conjunctions; null where they hold for everything. */
export function alternativesText(conjunctions: readonly (readonly Matcher[])[]): string | null {
  if (conjunctions.some((one) => one.length === 0)) return null;
  return conjunctions.map((one) => one.map(formatMatcher).join(',')).join(' or ');
}
