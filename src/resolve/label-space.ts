import type { Matcher } from '../model/types.js';
import { matcherAccepts, quoteRegex } from '../promql/index.js';
import type { RegexRegions } from './regex-regions.js';

/**
 * The values of one label, cut into classes that no matcher in play tells apart. All questions about
 * narrowings (do they overlap, what is left over, can a rule select anything) become set algebra over
 * a few classes, and the answers are exact.
 */
export interface LabelSpace {
  readonly label: string;
  /** What a set of classes may be written with: the policies' own matchers. */
  readonly terms: readonly Term[];
  /** Known values beside them, for sets that the policies' matchers cannot tell apart. */
  readonly fallback: readonly Term[];
  /** All classes. */
  readonly all: ClassSet;
  /** The classes that a matcher lets through. The matcher must be one that the space was made for. */
  readonly accepted: (matcher: Matcher) => ClassSet;
}

/** A set of classes: bit i stands for class i. */
export type ClassSet = bigint;

/** A positive matcher: one value, or one regex. */
interface Term {
  readonly kind: 'value' | 'regex';
  readonly text: string;
  readonly classes: ClassSet;
}

/** A conjunction of matchers on one label; empty: any value. */
export type Conjunction = readonly Matcher[];

const isRegex = (matcher: Matcher): boolean => matcher.op === '=~' || matcher.op === '!~';
const isNegative = (matcher: Matcher): boolean => matcher.op === '!=' || matcher.op === '!~';

/** The space of a label whose values are all known, that of targets, and the class of each value. */
export interface ClosedSpace {
  readonly space: LabelSpace;
  readonly classOf: (value: string) => ClassSet;
}

/**
 * One class for all known values that the matchers treat alike; with `apart`, one for each value, for sets that the
 * matchers cannot tell apart: those that the order of groups makes.
 */
export function closedSpace(
  label: string,
  values: readonly string[],
  matchers: readonly Matcher[],
  apart: boolean,
): ClosedSpace {
  const positives = matchers.map((matcher): Matcher => ({ ...matcher, op: isRegex(matcher) ? '=~' : '=' }));
  const members = new Map<string, string[]>();
  for (const value of [...new Set(values)].sort()) {
    const behaviour = apart ? value : positives.map((one) => (matcherAccepts(one, value) ? '1' : '0')).join('');
    const alike = members.get(behaviour);
    if (alike === undefined) members.set(behaviour, [value]);
    else alike.push(value);
  }
  const classes = [...members.values()];
  const index = new Map(classes.flatMap((alike, at) => alike.map((value) => [value, 1n << BigInt(at)] as const)));
  const space = makeSpace(label, matchers, {
    classes: classes.length,
    holdsValue: (at, value) => classes[at]?.[0] === value,
    holdsRegex: (at, pattern) => matcherAccepts({ label, op: '=~', value: pattern }, classes[at]?.[0] ?? ''),
    fallbackValues: apart ? classes.flat() : [],
  });
  return { space, classOf: (value) => index.get(value) ?? 0n };
}

/**
 * The classes of a label whose values nobody knows: one for each value that a matcher names, and one for
 * each way in which the other values can meet the regexes. `regions` is only needed where there are regexes. Null where
 * there are too many such ways.
 */
export function openSpace(
  label: string,
  matchers: readonly Matcher[],
  regions: RegexRegions | null,
): LabelSpace | null {
  const values = distinct(matchers.filter((matcher) => !isRegex(matcher)));
  const patterns = distinct(matchers.filter(isRegex));
  const rest = patterns.length === 0 ? [[]] : (regions?.(values, patterns) ?? null);
  if (rest === null) return null;
  return makeSpace(label, matchers, {
    classes: values.length + rest.length,
    holdsValue: (index, value) => values[index] === value,
    holdsRegex: (index, pattern) => {
      const value = values[index];
      if (value !== undefined) return matcherAccepts({ label, op: '=~', value: pattern }, value);
      return rest[index - values.length]?.[patterns.indexOf(pattern)] ?? false;
    },
    fallbackValues: [],
  });
}

interface Classes {
  readonly classes: number;
  readonly holdsValue: (index: number, value: string) => boolean;
  readonly holdsRegex: (index: number, pattern: string) => boolean;
  readonly fallbackValues: readonly string[];
}

function makeSpace(label: string, matchers: readonly Matcher[], classes: Classes): LabelSpace {
  const collect = (holds: (index: number) => boolean): ClassSet => {
    let set = 0n;
    for (let index = 0; index < classes.classes; index++) if (holds(index)) set |= 1n << BigInt(index);
    return set;
  };
  const term = (kind: Term['kind'], text: string): Term => ({
    kind,
    text,
    classes: collect((index) => (kind === 'value' ? classes.holdsValue(index, text) : classes.holdsRegex(index, text))),
  });
  const named = distinct(matchers.filter((matcher) => !isRegex(matcher))).map((value) => term('value', value));
  const regexes = distinct(matchers.filter(isRegex)).map((pattern) => term('regex', pattern));
  const own = [...named, ...regexes];
  const fallback = classes.fallbackValues
    .filter((value) => !named.some((one) => one.text === value))
    .map((value) => term('value', value));
  const all = (1n << BigInt(classes.classes)) - 1n;
  const byKey = new Map(own.map((one) => [`${one.kind}:${one.text}`, one.classes]));
  return {
    label,
    terms: own,
    fallback,
    all,
    accepted: (matcher) => {
      const positive = byKey.get(`${isRegex(matcher) ? 'regex' : 'value'}:${matcher.value}`) ?? 0n;
      return isNegative(matcher) ? all & ~positive : positive;
    },
  };
}

/** The matchers' values, sorted. */
const distinct = (matchers: readonly Matcher[]): string[] => [
  ...new Set(matchers.map((matcher) => matcher.value).sort()),
];

/**
 * Writes a set of classes as matchers: conjunctions that are disjoint and together select exactly the set.
 * One conjunction of one matcher wherever that can say it.
 */
export function describe(space: LabelSpace, set: ClassSet): Conjunction[] {
  if (set === space.all) return [[]];
  if (set === 0n) return [];
  const all = [...space.terms, ...space.fallback];
  const single = asUnion(space, space.terms, set) ?? asConjunction(space, space.terms, set) ?? asUnion(space, all, set);
  if (single !== null) return [single];
  const pieces: Conjunction[] = [];
  for (let bit = 1n; bit <= set; bit <<= 1n) if ((set & bit) !== 0n) pieces.push(...describe(space, bit));
  return pieces;
}

/** `=~"a|b"` or `!~"a|b"`: whichever needs fewer terms. */
function asUnion(space: LabelSpace, terms: readonly Term[], set: ClassSet): Conjunction | null {
  const positive = fewestTerms(terms, set);
  const negative = fewestTerms(terms, space.all & ~set);
  if (positive !== null && (negative === null || positive.length <= negative.length)) {
    return [union(space.label, positive, false)];
  }
  return negative === null ? null : [union(space.label, negative, true)];
}

/** Every term that holds all of the set, and not any term that holds none of it. */
function asConjunction(space: LabelSpace, terms: readonly Term[], set: ClassSet): Conjunction | null {
  const holding = terms.filter((term) => (term.classes & set) === set);
  const outside = terms.filter((term) => (term.classes & set) === 0n && term.classes !== 0n);
  const selected = (needed: readonly Term[], excluded: readonly Term[]): ClassSet =>
    excluded.reduce(
      (rest, term) => rest & ~term.classes,
      needed.reduce((rest, term) => rest & term.classes, space.all),
    );
  if (selected(holding, outside) !== set) return null;
  const keep = <T>(items: readonly T[], works: (rest: readonly T[]) => boolean): T[] =>
    items.reduceRight<T[]>(
      (kept, item) => {
        const without = kept.filter((other) => other !== item);
        return works(without) ? without : kept;
      },
      [...items],
    );
  const needed = keep(holding, (rest) => selected(rest, outside) === set);
  const excluded = keep(outside, (rest) => selected(needed, rest) === set);
  const positives = needed.map((term) => union(space.label, [term], false));
  return excluded.length === 0 ? positives : [...positives, union(space.label, excluded, true)];
}

/** A small choice of terms within the set that together make it up, or null. */
function fewestTerms(terms: readonly Term[], set: ClassSet): Term[] | null {
  const inside = terms.filter((term) => term.classes !== 0n && (term.classes & ~set) === 0n);
  const chosen: Term[] = [];
  let open = set;
  while (open !== 0n) {
    let best: Term | null = null;
    let gain = 0;
    for (const term of inside) {
      const covers = bits(term.classes & open);
      if (covers > gain) {
        best = term;
        gain = covers;
      }
    }
    if (best === null) return null;
    chosen.push(best);
    open &= ~best.classes;
  }
  return chosen;
}

function bits(set: ClassSet): number {
  let count = 0;
  for (let rest = set; rest !== 0n; rest &= rest - 1n) count++;
  return count;
}

function union(label: string, terms: readonly Term[], negative: boolean): Matcher {
  const [only] = terms;
  if (terms.length === 1 && only?.kind === 'value') return { label, op: negative ? '!=' : '=', value: only.text };
  const patterns = terms.map((term) => (term.kind === 'value' ? quoteRegex(term.text) : term.text));
  const value = patterns.length === 1 ? (patterns[0] ?? '') : [...patterns].sort().map(closed).join('|');
  return { label, op: negative ? '!~' : '=~', value };
}

/** A pattern that keeps its meaning beside `|`: flags such as (?i) would leak to the right. */
const closed = (pattern: string): string => (/\(\?[a-zA-Z-]+\)/.test(pattern) ? `(?:${pattern})` : pattern);
