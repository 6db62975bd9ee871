import type { FindingCode } from '../codes.js';
import type { FindingSeverity, Span } from '../finding.js';
import { type IndexedText, indexedTexts } from './lines.js';
import { countFindings } from './summary.js';
import type { Reporter } from './types.js';

/** A place: lines and columns from 1, columns in UTF-16 code units, the end exclusive. null: the repo as a whole. */
export interface JsonPlace {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
}

export interface JsonFinding extends JsonPlace {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly message: string;
  readonly hint: string | null;
  readonly related: readonly (JsonPlace & { readonly message: string })[];
  /** The page about this code, in aami's own repo. */
  readonly docs: string;
}

/** The stable shape of `--format json`; keys may be added, never renamed. */
export interface JsonReport {
  readonly findings: readonly JsonFinding[];
  readonly summary: { readonly errors: number; readonly warnings: number; readonly infos: number };
}

/** For programs: one JSON object. */
export const json: Reporter = (findings, texts) => {
  const textOf = indexedTexts(texts);
  const counts = countFindings(findings);
  const report: JsonReport = {
    findings: findings.map(({ code, severity, message, span, hint, related }) => ({
      code,
      severity,
      message,
      ...placeOf(span, textOf),
      hint,
      related: related.map((place) => ({ message: place.message, ...placeOf(place.span, textOf) })),
      docs: `docs/findings/${code}.md`,
    })),
    summary: { errors: counts.error, warnings: counts.warning, infos: counts.info },
  };
  return `${escaped(JSON.stringify(report, null, 2))}\n`;
};

/** JSON leaves in texts what a terminal, or the eye, can be misled by; written as escapes, it means the same. */
function escaped(text: string): string {
  return text.replaceAll(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function placeOf(span: Span | null, textOf: (file: string) => IndexedText | null): JsonPlace {
  if (span === null) return { file: null, line: null, column: null, endLine: null, endColumn: null };
  const lines = textOf(span.file)?.lines;
  const start = lines?.at(span.start) ?? { line: 1, column: 1 };
  const end = lines?.at(span.end) ?? { line: 1, column: 1 };
  return { file: span.file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
