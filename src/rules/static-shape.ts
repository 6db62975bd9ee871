import type { FindingCode } from '../diagnostics/codes.js';
import type { FindingSeverity, RelatedPlace, Span } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { LABEL_NAME } from '../promql/matchers.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { isDuration } from '../template/duration.js';

/** Takes what is wrong with a hand-written rule file. */
export type Add = (code: FindingCode, message: string, span: Span, details?: Details) => void;

interface Details {
  readonly hint?: string | null;
  readonly related?: readonly RelatedPlace[];
  readonly severity?: FindingSeverity;
}

export function mapping(
  value: unknown,
  origin: Origin,
  what: string,
  add: Add,
): Readonly<Record<string, unknown>> | null {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value));
  add('schema/bad-rule-file', `${what} must be a mapping`, spanOf(origin));
  return null;
}

export function list(value: unknown, origin: Origin, what: string, add: Add): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isSet(value)) add('schema/bad-rule-file', `${what} must be a list`, spanOf(origin));
  return [];
}

/** The text of a single value; null where there is none. YAML reads `expr: 1` as a number; Prometheus takes the text. */
export function scalar(value: unknown, origin: Origin, what: string, add: Add): string | null {
  if (!isSet(value)) return null;
  if (typeof value !== 'object') return String(value);
  add('schema/bad-rule-file', `${what} must be a text`, spanOf(origin));
  return null;
}

export function checkKeys(
  value: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  origin: Origin,
  add: Add,
  where: string,
): void {
  for (const key of Object.keys(value)) {
    if (known.has(key)) continue;
    const message = `\`${key}\` is no key of ${where}`;
    add('schema/bad-rule-file', message, spanOf(below(origin, key), 'key'), { hint: didYouMean(key, known) });
  }
}

export function checkDuration(value: unknown, origin: Origin, add: Add): void {
  if (value === undefined || value === null || isDuration(String(value))) return;
  const subject = typeof value === 'object' ? 'This' : `"${value}"`;
  add('schema/bad-duration', `${subject} is not a duration such as 30s or 1h30m`, spanOf(origin));
}

/** Labels or annotations; the values that are scalars, as text. */
export function checkLabels(value: unknown, origin: Origin, what: string, add: Add): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(mapping(value, origin, what, add) ?? {})) {
    const place = below(origin, name);
    if (!LABEL_NAME.test(name) || name === '__name__')
      add('schema/bad-label', `"${name}" is not a label name`, spanOf(place, 'key'));
    else texts[name] = scalar(text, place, `\`${name}\``, add) ?? '';
  }
  return texts;
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
