import type { ChalkInstance } from 'chalk';
import { cellsOf, oneLine } from '../../diagnostics/display.js';

/** What terminals are at least as wide as, for people who have made theirs wide enough for Prometheus. */
const WIDTH = 100;
const GAP = 2;

/** A piece of text that is printed in one way. Names and values come from the repo: they are made safe here. */
export interface Cell {
  readonly text: string;
  readonly paint?: ChalkInstance | undefined;
}

export const cell = (text: string, paint?: ChalkInstance): Cell => ({ text: oneLine(text), paint });

const widthOf = (text: string): number => cellsOf(text).reduce((sum, { width }) => sum + width, 0);

const painted = ({ paint }: Cell, text: string): string => (paint === undefined || text === '' ? text : paint(text));

/** Rows with aligned columns; what does not fit goes on below the last column. Columns that are empty vanish. */
export function table(rows: readonly (readonly (Cell | readonly Cell[])[])[], indent = 2): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row.length > column + 1 ? widthOf(plain(row[column])) : 0))),
  );
  return rows.flatMap((row) => {
    let start = ' '.repeat(indent);
    let column = indent;
    row.slice(0, -1).forEach((one, index) => {
      const width = widths[index] ?? 0;
      if (width === 0) return;
      const text = plain(one);
      start += joined(one) + ' '.repeat(width - widthOf(text) + GAP);
      column += width + GAP;
    });
    const lines = wrapped(parts(row.at(-1)), Math.max(WIDTH - column, WIDTH / 4));
    return lines.map((line, at) => `${at === 0 ? start : ' '.repeat(column)}${line}`.trimEnd());
  });
}

/** Pieces in lines of a width; a piece is broken at its spaces only. */
function wrapped(pieces: readonly Cell[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of pieces) {
    for (const word of piece.text.split(' ')) {
      const length = widthOf(word);
      if (used > 0 && used + 1 + length > width) {
        lines.push(line);
        line = '';
        used = 0;
      }
      line += `${used > 0 ? ' ' : ''}${painted(piece, word)}`;
      used += length + (used > 0 ? 1 : 0);
    }
  }
  return [...lines, line];
}

const parts = (one: Cell | readonly Cell[] | undefined): readonly Cell[] =>
  one === undefined ? [] : 'text' in one ? [one] : one;
const plain = (one: Cell | readonly Cell[] | undefined): string =>
  parts(one)
    .map(({ text }) => text)
    .join(' ');
const joined = (one: Cell | readonly Cell[]): string =>
  parts(one)
    .map((part) => painted(part, part.text))
    .join(' ');

/** Text of several lines, each made safe, indentation kept. */
export function block(text: string, indent: number): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) =>
      line === ''
        ? ''
        : `${' '.repeat(indent)}${cellsOf(line)
            .map(({ shown }) => shown)
            .join('')}`,
    );
}

/** Sections with an empty line between them; a section without lines is none. */
export function sections(...all: readonly (readonly string[])[]): string {
  return `${all
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** A heading over some lines; nothing where there are none. */
export function under(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [heading, ...lines];
}
