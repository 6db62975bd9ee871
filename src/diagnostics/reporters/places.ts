import { oneLine } from '../display.js';
import type { Span } from '../finding.js';
import { type IndexedText, indexedTexts } from './lines.js';
import type { ReportOptions, TextLookup } from './types.js';

/** Lines and columns from 1, columns in UTF-16 code units, the end exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A range of a file of the git repo. */
export interface Place extends Range {
  readonly path: string;
}

/** Where findings are, as a code host counts it: from the root of the git repo. */
export interface Places {
  /** null: about the repo as a whole, or in a file that is not of this repo but shipped with aami. */
  inRepo(span: Span | null): Place | null;
  /** For formats that need a place for everything: the beginning of aami.yaml where there is none. */
  orProject(span: Span | null): Place;
  /** `file:line:column`, on one line. */
  named(span: Span): string;
}

const START: Range = { line: 1, column: 1, endLine: 1, endColumn: 1 };

export function placesIn(texts: TextLookup, { root = '' }: ReportOptions): Places {
  const textOf = indexedTexts(texts);
  const inRepo = (span: Span | null): Place | null =>
    span === null || isShipped(span.file) ? null : { path: root + span.file, ...rangeOf(span, textOf) };
  return {
    inRepo,
    orProject: (span) => inRepo(span) ?? { path: `${root}aami.yaml`, ...START },
    named(span) {
      const { line, column } = rangeOf(span, textOf);
      return `${oneLine(inRepo(span)?.path ?? span.file)}:${line}:${column}`;
    },
  };
}

export function rangeOf(span: Span, textOf: (file: string) => IndexedText | null): Range {
  const lines = textOf(span.file)?.lines;
  if (lines === undefined) return START;
  const [start, end] = [lines.at(span.start), lines.at(span.end)];
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** `node:cpu.yaml` is a file of the library `node`; a colon further down is one of a file name. */
function isShipped(file: string): boolean {
  return /^[^/]*:/.test(file);
}
