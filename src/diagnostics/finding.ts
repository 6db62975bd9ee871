import type { FindingCode } from './codes.js';

/** A range of a text, in UTF-16 code units, `end` exclusive. `file` is relative to the repo, with `/`. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export type FindingSeverity = 'error' | 'warning' | 'info';

export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

/** One mistake of the user's. Data until a reporter draws it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** One sentence, without path, position or colour. */
  readonly message: string;
  /** null: about the repo as a whole. */
  readonly span: Span | null;
  /** The other half of a clash, the generated place, … */
  readonly related: readonly RelatedPlace[];
  /** What to do, or the nearest spelling. */
  readonly hint: string | null;
}

/** What a stage hands on: what survived, and what was wrong. */
export interface Staged<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}
