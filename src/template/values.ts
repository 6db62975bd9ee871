/** Longest text that one value may become. Templates are a stranger's data, so nothing may grow without end. */
export const MAX_VALUE_LENGTH = 65_536;

/** Keys that lead from data to JavaScript's own objects; refused even where data has them. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What a value is, with its article, for a sentence. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a string';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'a boolean';
    default:
      return 'a mapping';
  }
}

/** A number as PromQL, YAML and people read it: the shortest text that reads back as the same number. */
export function formatNumber(value: number): string {
  return Object.is(value, -0) ? '0' : String(value);
}

/** The text of a string, number or boolean; null for what has none of its own. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? formatNumber(value) : null;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return null;
}
