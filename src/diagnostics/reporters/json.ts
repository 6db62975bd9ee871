import type { FindingCode } from '../codes.js';
import type { FindingSeverity, Span } from '../finding.js';
import { type IndexedText, indexedTexts } from './lines.js';
import { rangeOf } from './places.js';
import { printableJson } from './printable-json.js';
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
  return printableJson(report);
};

function placeOf(span: Span | null, textOf: (file: string) => IndexedText | null): JsonPlace {
  if (span === null) return { file: null, line: null, column: null, endLine: null, endColumn: null };
  return { file: span.file, ...rangeOf(span, textOf) };
}
