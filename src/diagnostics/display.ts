/** One character as a terminal shows it. */
export interface Cell {
  /** Offset of the character in the text that was given. */
  readonly offset: number;
  readonly shown: string;
  readonly width: number;
}

const TAB_STOP = 4;

/**
 * A line as it may be written to a terminal: whatever could move the cursor, change colours or turn the writing
 * direction is spelt out, and each character knows how many columns it takes.
 */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = 0;
  for (const char of line) {
    const shown = char === '\t' ? ' '.repeat(TAB_STOP - (column % TAB_STOP)) : isUnsafe(char) ? spelt(char) : char;
    const width = shown === char ? charWidth(char) : shown.length;
    cells.push({ offset, shown, width });
    column += width;
    offset += char.length;
  }
  return cells;
}

/** A text on one line, safe for a terminal. */
export function oneLine(text: string): string {
  let safe = '';
  for (const char of text) safe += isUnsafe(char) || char === '\t' ? spelt(char) : char;
  return safe;
}

/** Control characters, marks that turn the writing direction, invisible ones, and halves of characters. */
function isUnsafe(char: string): boolean {
  return /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]|[\u{e0000}-\u{e0fff}]/u.test(
    char,
  );
}

function spelt(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (char === '\r') return '\\r';
  const hex = code.toString(16);
  return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

function charWidth(char: string): number {
  if (/^[ -~]$/.test(char)) return 1;
  if (/^[\p{Mn}\p{Me}]$/u.test(char)) return 0;
  return isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
}

/** East Asian wide characters and emoji, by their blocks. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x2614, 0x2615],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2753, 0x2757],
  [0x2b50, 0x2b50],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return WIDE.some(([first, last]) => code >= first && code <= last);
}
