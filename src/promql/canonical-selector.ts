import { byCodeUnit } from '../diagnostics/order.js';
import type { Matcher } from '../model/types.js';
import type { Selector, SelectorMatcher } from './ast.js';
import { isAggregator } from './functions.js';
import { formatLabel } from './matchers.js';
import { KEYWORDS } from './parse.js';
import { spellString } from './spelling.js';
import { tokenize } from './tokens.js';

/**
 * What a selector is for. `series`: it selects. `told`: absent() reads it, to which the order of matchers on a label
 * and their repetition count. `list`: matchers only, as info() takes them.
 */
export type Role = 'series' | 'told' | 'list';

export interface SelectorWriter {
  /** The author's text. */
  readonly text: string;
  readonly drops: (matcher: Matcher) => boolean;
  readonly role: Role;
}

interface Written {
  readonly label: string;
  readonly text: string;
}

export function writeSelector(selector: Selector, writer: SelectorWriter): string {
  const { role } = writer;
  const kept = selector.matchers.filter((matcher) => !writer.drops(matcher));
  const written = kept.map((matcher) => writeMatcher(matcher, writer.text));
  const named = selector.matchers.some(({ label, op }) => label === '__name__' && op === '=');
  // A name before the braces or in quotes is no matcher in the tree.
  if (selector.metric !== null && !named) written.unshift(nameMatcher(selector.metric));
  const names = unique(written.filter(({ label }) => label === '__name__'));
  const others = written.filter(({ label }) => label !== '__name__');
  const ordered = role === 'told' ? others.sort(byLabel) : unique(others);
  const bare = role !== 'list' && names.length === 1 ? bareName(selector, names) : null;
  const list = [...(bare === null ? names : []), ...ordered].map(({ text }) => text).join(', ');
  return list === '' && bare !== null ? bare : `${bare ?? ''}{${list}}`;
}

function writeMatcher(matcher: SelectorMatcher, text: string): Written {
  const literal = tokenize(text.slice(matcher.start, matcher.end)).at(-1)?.text ?? '';
  const { label, op, value } = matcher;
  return { label, text: `${formatLabel(label)}${op}${spellString(value, literal)}` };
}

function nameMatcher(name: string): Written {
  return { label: '__name__', text: `__name__=${spellString(name, '')}` };
}

function unique(written: readonly Written[]): Written[] {
  const byText = new Map(written.map((each) => [each.text, each]));
  return [...byText.values()].sort((a, b) => byLabel(a, b) || byCodeUnit(a.text, b.text));
}

function byLabel(a: Written, b: Written): number {
  return byCodeUnit(a.label, b.label);
}

/** Words that read as something else where a metric may stand. */
const CONTEXTUAL: ReadonlySet<string> = new Set(['anchored', 'end', 'range', 'smoothed', 'start', 'step']);

/** The name that may stand before the braces, if the metric has one. */
function bareName({ metric }: Selector, [only]: readonly Written[]): string | null {
  if (metric === null || only?.text !== nameMatcher(metric).text) return null;
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric)) return null;
  const word = metric.toLowerCase();
  return KEYWORDS.has(word) || CONTEXTUAL.has(word) || isAggregator(word) ? null : metric;
}
