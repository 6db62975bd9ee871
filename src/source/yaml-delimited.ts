import { type Document, isCollection, isScalar, visit } from 'yaml';
import { nodeRange } from './yaml-node.js';

type Range = readonly [number, number];

/** What a document holds between brackets and between quotes, in order of where it begins. */
export interface Delimited {
  readonly brackets: readonly Range[];
  readonly quotes: readonly Range[];
}

export function delimitedNodes(yaml: Document.Parsed): Delimited {
  const brackets: Range[] = [];
  const quotes: Range[] = [];
  visit(yaml, (_, node) => {
    const range = nodeRange(node);
    if (range === null) return;
    if (isCollection(node) && node.flow === true) brackets.push(range);
    if (isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')) quotes.push(range);
  });
  return { brackets, quotes };
}

/** Where the innermost bracket opens that has not been closed before an offset. */
export function openBracket({ brackets }: Delimited, offset: number): number | null {
  for (let index = countBefore(brackets, offset) - 1; index >= 0; index--) {
    const [start, end] = brackets[index] ?? [0, 0];
    if (end >= offset - 1) return start;
  }
  return null;
}

/** Where the quoted text opens that lasts up to an offset. */
export function openQuote({ quotes }: Delimited, offset: number): number | null {
  return quotes[countBefore(quotes, offset) - 1]?.[0] ?? null;
}

function countBefore(ranges: readonly Range[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[0] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
