import type { Matcher } from '../model/types.js';
import type { SelectorMatcher } from './ast.js';
import { parseExpr } from './parse.js';
import { type PromqlProblem, problem } from './problem.js';
import { checkRegex } from './re2.js';

export interface MatcherList {
  /** With their ranges in the text. Empty where there are problems. */
  readonly matchers: readonly SelectorMatcher[];
  readonly problems: readonly PromqlProblem[];
}

/** A PromQL matcher list such as `mountpoint=~"/s.*",fstype!="nfs"`, with or without braces. */
export function parseMatcherList(text: string): MatcherList {
  // A metric name before it allows matchers that accept the empty value.
  const inner = text.trim().startsWith('{') ? text : `{${text}}`;
  const before = `m${inner === text ? '' : '{'}`;
  const { expr, problems } = parseExpr(`m${inner}`);
  const shift = <T extends { readonly start: number; readonly end: number }>(each: T): T => ({
    ...each,
    start: clamp(each.start - before.length, text),
    end: clamp(each.end - before.length, text),
  });
  if (expr === null) return { matchers: [], problems: problems.map(shift) };
  const whole = { start: 0, end: text.length };
  const { root } = expr;
  if (root.kind !== 'selector' || root.braces === null) {
    return { matchers: [], problems: [problem('promql/syntax', whole, 'This is not a list of matchers')] };
  }
  if (root.matchers.length === 0) {
    return { matchers: [], problems: [problem('promql/syntax', whole, 'The list holds no matcher')] };
  }
  const matchers = root.matchers.map(shift);
  const unusable = matchers.flatMap((matcher) => regexProblem(matcher));
  return unusable.length > 0 ? { matchers: [], problems: unusable } : { matchers, problems: [] };
}

function clamp(offset: number, text: string): number {
  return Math.max(0, Math.min(text.length, offset));
}

/** aami computes with the matchers of policies, so it must understand their regexes, not only accept them. */
function regexProblem(matcher: SelectorMatcher): PromqlProblem[] {
  if (!isRegex(matcher)) return [];
  const reason = checkRegex(matcher.value);
  return reason === null
    ? []
    : [problem('schema/bad-regex', matcher, `The regex of \`${matcher.label}\` cannot be used: ${reason}`)];
}

function isRegex(matcher: Matcher): boolean {
  return matcher.op === '=~' || matcher.op === '!~';
}
