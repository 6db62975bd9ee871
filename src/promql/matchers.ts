import type { Matcher } from '../model/types.js';
import { quoteLabelValue } from './literals.js';
import { compileRegex } from './re2.js';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A matcher as PromQL has it; a label name beyond the classic characters is quoted. */
export function formatMatcher(matcher: Matcher): string {
  const label = LABEL_NAME.test(matcher.label) ? matcher.label : quoteLabelValue(matcher.label);
  return `${label}${matcher.op}${quoteLabelValue(matcher.value)}`;
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
  let implied = false;
  for (const matcher of own) {
    if (matcher.label !== added.label) continue;
    if (sameMatcher(matcher, added)) implied = true;
    else if (matcher.op === '=') {
      const accepted = judgeMatcher(added, matcher.value);
      if (accepted === false) return 'contradicted';
      if (accepted === true) implied = true;
    } else if (added.op === '=') {
      if (judgeMatcher(matcher, added.value) === false) return 'contradicted';
    } else if (isComplement(matcher, added)) {
      return 'contradicted';
    }
  }
  return implied ? 'implied' : 'narrows';
}

function isComplement(a: Matcher, b: Matcher): boolean {
  return a.value === b.value && ((a.op === '=~' && b.op === '!~') || (a.op === '!~' && b.op === '=~'));
}
