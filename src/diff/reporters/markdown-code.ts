import { oneLine } from '../../diagnostics/display.js';

/**
 * A text from a repo inside of Markdown. It always stands as code: there no format of a code host looks for markup,
 * HTML, links, mentions or references.
 */
export function codeSpan(text: string): string {
  const shown = text === '' ? '""' : oneLine(text);
  const fence = fenceFor([shown], 1);
  // One space at each end is taken off again, and keeps the text's own backticks apart from the fence.
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Lines, none of which may hold a line break, as a block that highlights a diff. */
export function diffBlock(lines: readonly string[]): string[] {
  const fence = fenceFor(lines, 3);
  return [`${fence}diff`, ...lines, fence];
}

/** More backticks than stand together anywhere in the texts. */
function fenceFor(texts: readonly string[], least: number): string {
  const runs = texts.flatMap((text) => text.match(/`+/g) ?? []);
  return '`'.repeat(runs.reduce((most, run) => Math.max(most, run.length + 1), least));
}
