/** A place as people and editors count it: both from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds lines in one text; made once for a text that is asked about often. */
export interface LineIndex {
  /** The place of an offset; one past the end of the text is allowed. */
  at(offset: number): Position;
  /** How many lines there are. */
  readonly count: number;
  /** The range of a line (from 1), its line break left out. */
  range(line: number): { readonly start: number; readonly end: number };
}

export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const startOf = (line: number): number => starts[line - 1] ?? text.length;
  return {
    count: starts.length,
    at(offset) {
      const inside = Math.max(0, Math.min(offset, text.length));
      const line = lastAtMost(starts, inside) + 1;
      return { line, column: inside - startOf(line) + 1 };
    },
    range(line) {
      const start = startOf(line);
      let end = line < starts.length ? startOf(line + 1) - 1 : text.length;
      if (end > start && text[end - 1] === '\r') end -= 1;
      return { start, end };
    },
  };
}

/** Line and column of an offset; for many offsets in one text, keep a `lineIndex`. */
export function positionAt(text: string, offset: number): Position {
  return lineIndex(text).at(offset);
}

function lastAtMost(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
