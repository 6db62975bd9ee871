import type { Matcher } from '../model/types.js';
import { quoteLabelValue } from './literals.js';
import { compileRegex } from './re2.js';

/** A label name in the classic characters, which every Prometheus takes unquoted. */
export const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A matcher as PromQL has it; a label name beyond the classic characters is quoted. */
export function formatMatcher(matcher: Matcher): string {
  return `${formatLabel(matcher.label)}${matcher.op}${quoteLabelValue(matcher.value)}`;
}

/** A label name as PromQL has it. */
export function formatLabel(name: string): string {
  return LABEL_NAME.test(name) ? name : quoteLabelValue(name);
}

export function sameMatcher(a: Matcher, b: Matcher): boolean {
  return a.label === b.label && a.op === b.op && a.value === b.value;
}

/** Whether a matcher accepts a value; null where its regex cannot be judged. An absent label is the empty value. */
export function judgeMatcher(matcher: Matcher, value: string): boolean | null {
  if (matcher.op === '=') return matcher.value === value;
  if (matcher.op === '!=') return matcher.value !== value;
  const regex = compileRegex(matcher.value);
  if (regex.kind !== 'regex') return null;
  return regex.regex.test(value) === (matcher.op === '=~');
}

/** As judgeMatcher; a regex that cannot be judged accepts nothing. Check regexes with checkRegex first. */
export function matcherAccepts(matcher: Matcher, value: string): boolean {
  return judgeMatcher(matcher, value) ?? false;
}

/**
 * How a selector's own matchers stand to one more: it may be there already or follow from them, nothing may
 * satisfy both, or it narrows the selector.
 */
export function relate(own: readonly Matcher[], added: Matcher): 'implied' | 'contradicted' | 'narrows' {
  const onLabel = own.filter((matcher) => matcher.label === added.label);
  const wanted = finiteValues(added);
  const rejected = (value: string): boolean => onLabel.some((matcher) => judgeMatcher(matcher, value) === false);
  if (wanted?.every(rejected)) return 'contradicted';
  let implied = false;
  for (const matcher of onLabel) {
    const values = finiteValues(matcher);
    if (values?.every((value) => judgeMatcher(added, value) === false)) return 'contradicted';
    if (isComplement(matcher, added)) return 'contradicted';
    if (sameMatcher(matcher, added) || values?.every((value) => judgeMatcher(added, value) === true)) implied = true;
  }
  return implied ? 'implied' : 'narrows';
}

/** The values that a matcher accepts, where they can be listed: `="a"`, `=~"a|b"`. */
function finiteValues({ op, value }: Matcher): readonly string[] | null {
  if (op === '=') return [value];
  if (op !== '=~') return null;
  // Literal alternatives: no special character but escaped ones and `|`.
  if (!/^(?:[^\\.+*?()|[\]{}^$]|\\[^\w\s]|\|)*$/.test(value)) return null;
  return splitAlternatives(value);
}

/** The alternatives of a literal regex, without their backslashes. */
function splitAlternatives(pattern: string): string[] {
  const values = [''];
  for (const [part] of pattern.matchAll(/\\.|\||[^\\|]+/gsu)) {
    if (part === '|') values.push('');
    else values[values.length - 1] += part.startsWith('\\') ? part.slice(1) : part;
  }
  return values;
}

function isComplement(a: Matcher, b: Matcher): boolean {
  return a.value === b.value && ((a.op === '=~' && b.op === '!~') || (a.op === '!~' && b.op === '=~'));
}
