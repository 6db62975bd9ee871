import { byCodeUnit } from '../diagnostics/order.js';
import type { Json } from '../model/types.js';
import type { FieldChange } from './types.js';

/** Whether two sets of labels or annotations are equal, in any order. */
export function sameTexts(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** What differs between two flat descriptions, by path. */
export function fieldChanges(
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
): FieldChange[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(byCodeUnit);
  return paths.flatMap((path) => {
    const [old, now] = [own(before, path), own(after, path)];
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path, before: old, after: now }];
  });
}

const own = (fields: Readonly<Record<string, Json>>, path: string): Json =>
  Object.hasOwn(fields, path) ? (fields[path] ?? null) : null;
