import { type Cell, cellsOf, oneLine } from './display.js';
import { type LineIndex, lineIndex } from './position.js';

export interface FrameStyle {
  readonly gutter: (text: string) => string;
  readonly mark: (text: string) => string;
}

export interface FrameOptions {
  /** Stands beside the carets. */
  readonly message?: string | null;
  readonly style?: FrameStyle;
  /** Lines of the same text, where the caller has them already. */
  readonly lines?: LineIndex;
}

const CONTEXT_LINES = 2;
/** Longer lines are cut around what is marked. */
const MAX_WIDTH = 110;
/** How many characters of a line are looked at: some files are one endless line. */
const MAX_CHARACTERS = 4000;

const PLAIN: FrameStyle = { gutter: (text) => text, mark: (text) => text };

/** The lines around a range of a text, the range underlined. */
export function codeFrame(
  text: string,
  range: { readonly start: number; readonly end: number },
  options: FrameOptions = {},
): string {
  const { style = PLAIN, lines = lineIndex(text) } = options;
  const marked = lines.at(range.start).line;
  const first = Math.max(1, marked - CONTEXT_LINES);
  const last = lastShown(lines, text, marked);
  const digits = String(last).length;
  const shift = shiftOf(text, lines, marked, range);
  const gutter = (line: number): string => `${line === marked ? '>' : ' '} ${String(line).padStart(digits)} |`;

  const drawn: string[] = [];
  for (let line = first; line <= last; line++) {
    const content = visible(lineCells(text, lines, line, shift), shift).trimEnd();
    drawn.push(`${style.gutter(gutter(line))} ${content}`.trimEnd());
    if (line !== marked) continue;
    const message = options.message ? ` ${oneLine(options.message)}` : '';
    const blank = style.gutter(`  ${' '.repeat(digits)} |`);
    drawn.push(`${blank} ${caretLine(text, lines, marked, range, shift, style, message)}`);
  }
  return drawn.join('\n');
}

/** Where the window on long lines begins: characters left out, and whether any are. */
interface Shift {
  readonly characters: number;
}

function shiftOf(
  text: string,
  lines: LineIndex,
  line: number,
  range: { readonly start: number; readonly end: number },
): Shift {
  const bounds = lines.range(line);
  const column = range.start - bounds.start;
  const end = Math.min(range.end, bounds.end) - bounds.start;
  // Only a mark that would be cut off moves the window.
  if (
    widthOf(text.slice(bounds.start, bounds.start + Math.min(end, MAX_CHARACTERS))) <= MAX_WIDTH &&
    end <= MAX_CHARACTERS
  )
    return { characters: 0 };
  const wanted = Math.max(0, column - Math.floor(MAX_WIDTH / 3));
  const isHalf = /[\udc00-\udfff]/.test(text.charAt(bounds.start + wanted));
  return { characters: isHalf ? wanted - 1 : wanted };
}

function widthOf(text: string): number {
  return cellsOf(text).reduce((sum, cell) => sum + cell.width, 0);
}

function lineCells(text: string, lines: LineIndex, line: number, shift: Shift): Cell[] {
  const bounds = lines.range(line);
  const from = Math.min(bounds.start + shift.characters, bounds.end);
  return cellsOf(text.slice(from, Math.min(bounds.end, from + MAX_CHARACTERS)));
}

function visible(cells: readonly Cell[], shift: Shift): string {
  let shown = '';
  let width = 0;
  for (const cell of cells) {
    width += cell.width;
    if (width > MAX_WIDTH) return `${lead(shift)}${shown}…`;
    shown += cell.shown;
  }
  return lead(shift) + shown;
}

function lead(shift: Shift): string {
  return shift.characters > 0 ? '…' : '';
}

function caretLine(
  text: string,
  lines: LineIndex,
  line: number,
  range: { readonly start: number; readonly end: number },
  shift: Shift,
  style: FrameStyle,
  message: string,
): string {
  const base = lines.range(line).start + shift.characters;
  let before = lead(shift).length;
  let carets = 0;
  for (const cell of lineCells(text, lines, line, shift)) {
    const offset = base + cell.offset;
    if (offset < range.start) before += cell.width;
    else if (offset < range.end && before + carets + cell.width <= MAX_WIDTH + 1) carets += cell.width;
  }
  return ' '.repeat(before) + style.mark('^'.repeat(Math.max(1, carets)) + message);
}

/** The empty line after the last line break is no line to anybody. */
function lastShown(lines: LineIndex, text: string, marked: number): number {
  const count = text.endsWith('\n') ? lines.count - 1 : lines.count;
  return Math.max(marked, Math.min(count, marked + CONTEXT_LINES));
}
