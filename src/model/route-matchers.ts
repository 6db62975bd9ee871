import { finding } from '../diagnostics/codes.js';
import type { Staged } from '../diagnostics/finding.js';
import { checkRegex } from '../promql/re2.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { Matcher, MatchOp } from './types.js';

/** The matchers of a route; each text may hold several. */
export function routeMatchers(texts: readonly string[], origin: Origin): Staged<readonly Matcher[]> {
  const parts = texts.map((text, index): Staged<readonly Matcher[]> => {
    const place = below(origin, index);
    const value = parseRouteMatchers(text);
    if (value === null)
      return { value: [], findings: [finding('schema/bad-matcher', NONE, spanOf(place), { hint: HINT })] };
    const findings = value.flatMap(({ label, op, value: regex }) => {
      const reason = op === '=~' || op === '!~' ? checkRegex(regex) : null;
      return reason === null
        ? []
        : [finding('schema/bad-regex', `The regex of \`${label}\` cannot be used: ${reason}`, spanOf(place))];
    });
    return { value: findings.length > 0 ? [] : value, findings };
  });
  return { value: parts.flatMap((part) => part.value), findings: parts.flatMap((part) => part.findings) };
}

const NONE = 'This is not a matcher of Alertmanager';
const HINT = 'Write it like `alertname="Watchdog"` or `team=~"a|b"`.';

/**
 * Alertmanager has two syntaxes and takes what either of them reads, the newer one first. Which of them there are
 * depends on its version, so amtool has the last word.
 */
export function parseRouteMatchers(text: string): readonly Matcher[] | null {
  return parseUtf8(text) ?? parseClassic(text);
}

const NAME_OR_VALUE = String.raw`"(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'${'`'}]+`;
const MATCHER = new RegExp(String.raw`\s*(${NAME_OR_VALUE})\s*(=~|!~|!=|=)\s*(${NAME_OR_VALUE})\s*(,|$)`, 'sy');

/** Since 0.27: any name and value, in quotes where they hold more than letters. */
function parseUtf8(text: string): Matcher[] | null {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text;
  const matchers: Matcher[] = [];
  MATCHER.lastIndex = 0;
  while (inner.slice(MATCHER.lastIndex).trim() !== '') {
    const found = MATCHER.exec(inner);
    if (found === null) return null;
    const [, name = '', op, value = ''] = found;
    const [label, wanted] = [unquoted(name), unquoted(value)];
    if (label === null || label === '' || wanted === null) return null;
    matchers.push({ label, op: op as MatchOp, value: wanted });
  }
  return matchers;
}

/** With the escapes of JSON, which are about those of Go. */
function unquoted(text: string): string | null {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text.replaceAll('\n', '\\n')));
  } catch {
    return null;
  }
}

const CLASSIC = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.*?)\s*$/s;

/** Before that: quotes may be left out around nearly everything, and three escapes count. */
function parseClassic(text: string): Matcher[] | null {
  const matchers: Matcher[] = [];
  for (const part of splitAtCommas(text.replace(/^\{/, '').replace(/\}$/, ''))) {
    const [, label, op, written = ''] = CLASSIC.exec(part) ?? [];
    if (label === undefined) return null;
    const inner = /^"(.*)"$/s.exec(written)?.[1] ?? written;
    if (/(?:^|[^\\])(?:\\\\)*"/.test(inner) || (inner === written && written.startsWith('"'))) return null;
    const value = inner.replace(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char));
    matchers.push({ label, op: op as MatchOp, value });
  }
  return matchers;
}

/** At those outside of quotes. A comma at the end is none. */
function splitAtCommas(text: string): string[] {
  const commas = [...text.matchAll(/"(?:[^"\\]|\\.)*(?:"|$)|,/gs)].filter(([found]) => found === ',');
  const ends = [...commas.map(({ index }) => index), text.length];
  const parts = ends.map((end, at) => text.slice(at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end));
  return parts.filter((part, at) => at < parts.length - 1 || part.trim() !== '');
}
