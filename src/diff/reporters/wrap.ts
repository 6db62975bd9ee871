import { cellsOf } from '../../diagnostics/display.js';

/** A stretch of text that is painted alike. */
export interface Run {
  readonly text: string;
  readonly paint: (text: string) => string;
}

const COLUMNS = 100;

/**
 * Lines of some 100 columns, broken at spaces alone.
 * @param lead starts the first line, `indent` columns wide; the others are indented by as much
 */
export function wrapped(lead: string, indent: number, runs: readonly Run[]): string[] {
  const lines: Run[][] = [[]];
  let column = indent;
  for (const word of wordsOf(runs)) {
    const text = word.map((run) => run.text).join('');
    if (column > indent && column + widthOf(text.trimEnd()) > COLUMNS) {
      lines.push([]);
      column = indent;
    }
    lines.at(-1)?.push(...word);
    column += widthOf(text);
  }
  return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(indent)) + painted(line));
}

/** A word may be of several colours: `(policies/gpu.yaml:12)`. Each holds the space behind it. */
function wordsOf(runs: readonly Run[]): Run[][] {
  const words: Run[][] = [[]];
  for (const { text, paint } of runs) {
    for (const piece of text.split(/(?<= )/)) {
      words.at(-1)?.push({ text: piece, paint });
      if (piece.endsWith(' ')) words.push([]);
    }
  }
  return words;
}

function painted(line: readonly Run[]): string {
  const runs: { text: string; readonly paint: Run['paint'] }[] = [];
  for (const { text, paint } of line) {
    const last = runs.at(-1);
    if (last?.paint === paint) last.text += text;
    else runs.push({ text, paint });
  }
  const last = runs.at(-1);
  if (last !== undefined) last.text = last.text.trimEnd();
  return runs.map(({ text, paint }) => paint(text)).join('');
}

function widthOf(text: string): number {
  return cellsOf(text).reduce((sum, { width }) => sum + width, 0);
}
