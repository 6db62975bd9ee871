import { durationMs, formatDuration, quoteLabelValue } from './literals.js';
import { parseNumber } from './tree-numbers.js';

/** One spelling for each number, duration and string, so that equal ones are equal text. */

export function spellNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A number of a modifier, which is no node of the tree. */
export function respellNumber(compacted: string): string {
  const value = parseNumber(compacted.replace(/^[+-]/, ''));
  if (value === null) return compacted;
  return spellNumber(compacted.startsWith('-') ? -value : value);
}

/** A duration with its sign; a plain number is one of seconds. One that is computed stays as it is written. */
export function respellDuration(compacted: string): string {
  const body = compacted.replace(/^[+-]/, '');
  const ms = durationMs(body) ?? (parseNumber(body) ?? Number.NaN) * 1000;
  if (!Number.isSafeInteger(ms)) return compacted;
  return `${compacted.startsWith('-') && ms > 0 ? '-' : ''}${formatDuration(ms)}`;
}

/** A string in double quotes. `literal` is as the author wrote it. */
export function spellString(value: string, literal: string): string {
  // Bytes that are no UTF-8 are lost in the value: strings that differ would become equal.
  if (value.includes('\ufffd') && literal.includes('\\')) return literal;
  return quoteLabelValue(value);
}
