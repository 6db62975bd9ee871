import type { Scalar } from 'yaml';
import { nodeRange } from './yaml-node.js';

/** For each UTF-16 unit of a string value: where the characters that it is written with begin and end. */
export interface ScalarOffsets {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A unit of the value as the source writes it: itself, `''`, or an escape sequence. */
interface Written {
  readonly char: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Lines a value up with its source. All that YAML does to a text beside escapes is to change white space (folding,
 * indentation, chomping), so every other character of the value stands in the source, in order. null when that fails.
 */
export function scalarOffsets(text: string, node: Scalar): ScalarOffsets | null {
  const range = nodeRange(node);
  if (range === null || typeof node.value !== 'string') return null;
  const written = writtenUnits(text, range[0], range[1], node.type);
  const starts: number[] = [];
  const ends: number[] = [];
  let next = 0;
  for (const char of unitsOf(node.value)) {
    const index = isSpace(char) ? spaceIndex(written, next, char) : nextVisible(written, next);
    const unit = written[index];
    if (!isSpace(char) && unit?.char !== char) return null;
    const start = unit?.start ?? range[1];
    starts.push(start);
    ends.push(unit?.end ?? start);
    // A space that stands for a whole line break leaves the break to the characters after it.
    if (unit?.char === char) next = index + 1;
  }
  return { starts, ends };
}

function writtenUnits(text: string, start: number, end: number, type: Scalar['type']): Written[] {
  switch (type) {
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return plainUnits(text, text.indexOf('\n', start) + 1, end);
    case 'QUOTE_SINGLE':
      return plainUnits(text, start + 1, end - 1).filter(isNotSecondQuote);
    case 'QUOTE_DOUBLE':
      return escapedUnits(text, start + 1, end - 1);
    default:
      return plainUnits(text, start, end);
  }
}

function plainUnits(text: string, start: number, end: number): Written[] {
  const units: Written[] = [];
  for (let at = start; at < end; at++) units.push({ char: text.charAt(at), start: at, end: at + 1 });
  return units;
}

/** Of `''`, which stands for one quote, the first is kept; quotes come in pairs inside of single quotes. */
function isNotSecondQuote(unit: Written, index: number, units: readonly Written[]): boolean {
  let quotes = 0;
  for (let at = index - 1; unit.char === "'" && units[at]?.char === "'"; at--) quotes += 1;
  return quotes % 2 === 0;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function escapedUnits(text: string, start: number, end: number): Written[] {
  const units: Written[] = [];
  for (let at = start; at < end; ) {
    const letter = text.charAt(at + 1);
    if (text[at] !== '\\') {
      units.push({ char: text.charAt(at), start: at, end: at + 1 });
      at += 1;
    } else if (letter === '\n' || letter === '\r') {
      at += 2;
    } else {
      const digits = HEX_DIGITS[letter] ?? 0;
      const after = at + 2 + digits;
      const code = Number.parseInt(text.slice(at + 2, after), 16);
      const meant = digits > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : (ESCAPES[letter] ?? letter);
      for (const char of unitsOf(meant)) units.push({ char, start: at, end: after });
      at = after;
    }
  }
  return units;
}

function unitsOf(text: string): string[] {
  return text.split('');
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r';
}

function nextVisible(written: readonly Written[], from: number): number {
  let at = from;
  while (at < written.length && isSpace(written[at]?.char ?? '')) at += 1;
  return at;
}

/** The same white space before the next visible character; where there is none, the line was folded here. */
function spaceIndex(written: readonly Written[], from: number, char: string): number {
  const end = nextVisible(written, from);
  for (let at = from; at < end; at++) if (written[at]?.char === char) return at;
  return from;
}
