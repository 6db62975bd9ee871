import { byCodeUnit } from '../diagnostics/order.js';
import { HOST_ALPHABET, isPadded, MAX_DIGITS, MAX_NAMES } from './host-range.js';

const NAME = new RegExp(`^${HOST_ALPHABET.allowed.source}+$`);

/** A name cut at its numbers: `texts` stand around `numbers`, one more of them. */
interface CutName {
  readonly name: string;
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
}

/** Names that are folded from their end up to some number; what stands before it is still one plain text. */
interface Fold {
  readonly name: CutName;
  /** The ranges of everything behind that number. */
  readonly ending: string;
  readonly count: number;
}

/**
 * The inverse of `expandRange`: names as the fewest ranges that read well, in the order in which a reader counts.
 * `rack1-n01` … `rack4-n32` become `rack[1-4]-n[01-32]` where the product is complete, else a range for each set of
 * racks that have the same nodes. Names that the syntax of ranges does not know stay as they are.
 */
export function foldHosts(names: readonly string[]): string[] {
  const plain: string[] = [];
  const shapes = new Map<string, CutName[]>();
  for (const name of new Set(names)) {
    const cut = cutName(name);
    if (cut === null) plain.push(name);
    else append(shapes, cut.texts.join('['), cut);
  }
  const ranges = plain.map((name) => ({ range: name, first: name }));
  for (const shape of shapes.values()) {
    for (const alike of byWidths(shape)) {
      for (const { name, ending } of foldShape(alike)) ranges.push({ range: ending, first: name.name });
    }
  }
  return ranges
    .map(({ range, first }) => ({ range, key: naturalKey(first) }))
    .sort((a, b) => byCodeUnit(a.key, b.key) || byCodeUnit(a.range, b.range))
    .map(({ range }) => range);
}

/** Null for a name without a number, with a character that cannot stand in a range, or a number too long for one. */
function cutName(name: string): CutName | null {
  if (!NAME.test(name)) return null;
  const parts = name.split(/(\d+)/);
  const texts: string[] = [];
  const numbers: string[] = [];
  for (let at = 0; at < parts.length; at++) (at % 2 === 0 ? texts : numbers).push(parts[at] ?? '');
  const foldable = numbers.length > 0 && numbers.every((digits) => digits.length <= MAX_DIGITS);
  return foldable ? { name, texts, numbers } : null;
}

/** Parts names of one shape by the widths of their numbers: `100` is as wide as `099` where there is one, else free. */
function byWidths(shape: CutName[]): Iterable<CutName[]> {
  const padded = (shape[0]?.numbers ?? []).map(() => new Set<number>());
  for (const { numbers } of shape) {
    numbers.forEach((digits, place) => {
      if (isPadded(digits)) padded[place]?.add(digits.length);
    });
  }
  if (padded.every(({ size }) => size === 0)) return [shape];
  const parts = new Map<string, CutName[]>();
  for (const cut of shape) {
    const widths = cut.numbers.map((digits, place) => (padded[place]?.has(digits.length) ? digits.length : 0));
    append(parts, widths.join(), cut);
  }
  return parts.values();
}

/** Folds number by number, from the last to the first: what differs in that number alone becomes one. */
function foldShape(names: readonly CutName[]): Fold[] {
  const places = names[0]?.numbers.length ?? 0;
  let folds = names.map((name): Fold => ({ name, ending: name.texts[places] ?? '', count: 1 }));
  for (let place = places - 1; place >= 0; place--) {
    const together = new Map<string, Fold[]>();
    for (const fold of folds) append(together, `${fold.name.numbers.slice(0, place).join()} ${fold.ending}`, fold);
    folds = [...together.values()].flatMap((alike) => foldPlace(alike, place));
  }
  return folds;
}

/** Folds that differ in one number alone, as one; as several only where a range may not have so many names. */
function foldPlace(alike: readonly Fold[], place: number): Fold[] {
  const digitsOf = (fold: Fold): string => fold.name.numbers[place] ?? '';
  const sorted = [...alike].sort((a, b) => Number(digitsOf(a)) - Number(digitsOf(b)));
  const most = Math.floor(MAX_NAMES / (alike[0]?.count ?? 1));
  const folds: Fold[] = [];
  for (let from = 0; from < sorted.length; from += most) {
    const part = sorted.slice(from, from + most);
    const [first] = part;
    if (first === undefined) continue;
    const ending = `${first.name.texts[place] ?? ''}${bracketOf(part.map(digitsOf))}${first.ending}`;
    folds.push({ name: first.name, ending, count: first.count * part.length });
  }
  return folds;
}

/** Sorted numbers as a range has them; a single one without brackets. */
function bracketOf(numbers: readonly string[]): string {
  const runs: { readonly first: string; last: string }[] = [];
  for (const digits of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && Number(run.last) + 1 === Number(digits)) run.last = digits;
    else runs.push({ first: digits, last: digits });
  }
  const texts = runs.map(({ first, last }) => (first === last ? first : `${first}-${last}`));
  return numbers.length === 1 ? texts.join() : `[${texts.join()}]`;
}

/** Sorts by code unit as a reader counts: `n2` before `n10`. */
function naturalKey(name: string): string {
  return name.replace(/\d+/g, (digits) => {
    const value = digits.replace(/^0+(?=\d)/, '');
    return `0${String.fromCharCode(value.length)}${value}`;
  });
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}
