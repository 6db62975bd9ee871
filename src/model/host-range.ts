/** More names than this in one range is taken for a slip of the pen. */
export const MAX_NAMES = 100_000;
/** A longer number would lose digits as a JavaScript number. */
export const MAX_DIGITS = 15;

/** What is wrong with a range, and where in its text. */
export interface RangeError {
  readonly message: string;
  readonly hint: string | null;
  readonly start: number;
  readonly end: number;
}

export type Expansion =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly error: RangeError };

/** What may stand outside of the brackets. */
export interface RangeAlphabet {
  readonly allowed: RegExp;
  readonly words: string;
}

export const HOST_ALPHABET: RangeAlphabet = { allowed: /[A-Za-z0-9_.-]/, words: 'letters, digits, `.`, `-` and `_`' };
export const ADDRESS_ALPHABET: RangeAlphabet = {
  allowed: /[A-Za-z0-9_.:%-]/,
  words: 'letters, digits, `.`, `-`, `_` and the `:` of an IPv6 address',
};

/** Numbers `first` to `last`, padded with zeros to `width`. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly width: number;
}

const RUN = new RegExp(`^\\s*(\\d{1,${MAX_DIGITS}})(?:\\s*-\\s*(\\d{1,${MAX_DIGITS}}))?\\s*$`);

/** A stretch of plain text, or the runs of one bracket. */
type Segment = { readonly literal: string } | { readonly runs: readonly Run[]; readonly count: number };

type Parsed<T> = { readonly value: T } | { readonly error: RangeError };

/**
 * Expands `gpu-node-[001-128]`, `rack[1-4]-n[01-32]`, `n[1,3,5-9]` in the order in which a reader counts:
 * the last bracket turns fastest. Padding is kept as it is written.
 */
export function expandRange(text: string, alphabet: RangeAlphabet = HOST_ALPHABET): Expansion {
  const segments = segmentsOf(text, alphabet);
  if ('error' in segments) return { ok: false, error: segments.error };
  const count = segments.value.reduce((product, segment) => product * ('runs' in segment ? segment.count : 1), 1);
  if (count > MAX_NAMES) {
    const message = `This range stands for ${count} names; ${MAX_NAMES} is the most that one range may have`;
    return { ok: false, error: problem(message, 0, text.length, 'Split the range into several TargetSets.') };
  }
  return { ok: true, names: crossProduct(segments.value) };
}

function segmentsOf(text: string, alphabet: RangeAlphabet): Parsed<Segment[]> {
  if (text === '') return { error: problem('The range is empty', 0, 0) };
  const segments: Segment[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === '[') {
      const close = text.indexOf(']', at);
      if (close < 0) return { error: problem('This bracket is not closed', at, text.length) };
      const bracket = bracketOf(text.slice(at + 1, close), at + 1);
      if ('error' in bracket) return bracket;
      segments.push(bracket.value);
      at = close + 1;
    } else {
      const start = at;
      while (at < text.length && text[at] !== '[') {
        if (!alphabet.allowed.test(text.charAt(at))) return { error: strayCharacter(text, at, alphabet) };
        at++;
      }
      segments.push({ literal: text.slice(start, at) });
    }
  }
  return { value: segments };
}

function strayCharacter(text: string, at: number, alphabet: RangeAlphabet): RangeError {
  if (text[at] === ']') return problem('This bracket was never opened', at, at + 1);
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const message = `${JSON.stringify(character)} cannot stand in a name`;
  return problem(message, at, at + character.length, `Names are made of ${alphabet.words}.`);
}

function bracketOf(inside: string, offset: number): Parsed<Segment> {
  if (inside.trim() === '') return { error: problem('This bracket is empty', offset - 1, offset + inside.length + 1) };
  const runs: Run[] = [];
  let at = offset;
  for (const part of inside.split(',')) {
    const run = runOf(part, at);
    if ('error' in run) return run;
    const overlap = runs.find((other) => other.first <= run.value.last && run.value.first <= other.last);
    if (overlap !== undefined && overlap.width === run.value.width) {
      return { error: problem(`${part.trim()} repeats a number of this bracket`, at, at + part.length) };
    }
    runs.push(run.value);
    at += part.length + 1;
  }
  return { value: { runs, count: runs.reduce((sum, run) => sum + run.last - run.first + 1, 0) } };
}

function runOf(part: string, offset: number): Parsed<Run> {
  const fail = (message: string, hint: string | null = null): Parsed<Run> => ({
    error: problem(message, offset, offset + Math.max(part.length, 1), hint),
  });
  const match = RUN.exec(part);
  if (match === null) {
    const hint = part.includes(':')
      ? 'An IPv6 address is written without brackets.'
      : 'Brackets hold numbers and ranges of numbers: `[1-8]`, `[001-128]`, `[1,3,5-9]`.';
    return fail(`${JSON.stringify(part.trim())} is not a number or a range of numbers`, hint);
  }
  const from = match[1] ?? '';
  const to = match[2] ?? from;
  const first = Number(from);
  const last = Number(to);
  if (last < first) return fail(`This range ends before it begins: ${last} is less than ${first}`);
  const padded = isPadded(from) || isPadded(to);
  if (padded && from.length !== to.length) {
    const width = Math.max(from.length, to.length);
    const hint = `Write [${from.padStart(width, '0')}-${to.padStart(width, '0')}].`;
    return fail('With leading zeros, both ends need the same number of digits', hint);
  }
  return { value: { first, last, width: padded ? from.length : 0 } };
}

/** Whether leading zeros give a number its width. */
export function isPadded(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0');
}

function crossProduct(segments: readonly Segment[]): string[] {
  let names = [''];
  for (const segment of segments) {
    const endings = 'runs' in segment ? segment.runs.flatMap(numbersOf) : [segment.literal];
    names = names.flatMap((name) => endings.map((ending) => name + ending));
  }
  return names;
}

function numbersOf(run: Run): string[] {
  return Array.from({ length: run.last - run.first + 1 }, (_, i) => String(run.first + i).padStart(run.width, '0'));
}

function problem(message: string, start: number, end: number, hint: string | null = null): RangeError {
  return { message, hint, start, end };
}
