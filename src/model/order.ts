import type { Finding, Staged } from '../diagnostics/finding.js';
import { byCodeUnit } from '../diagnostics/order.js';

/** The first of each key; every other one is a clash with the first. */
export function uniqueBy<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  clash: (first: T, second: T) => Finding,
): Staged<Map<string, T>> {
  const value = new Map<string, T>();
  const findings: Finding[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const first = value.get(key);
    if (first === undefined) value.set(key, item);
    else findings.push(clash(first, item));
  }
  return { value, findings };
}

/** A map in the order of its keys. */
export function sortedMap<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...map].sort(([a], [b]) => byCodeUnit(a, b)));
}
