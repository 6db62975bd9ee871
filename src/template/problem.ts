import type { FindingCode } from '../diagnostics/codes.js';

/** What is wrong with a template text. Positions are offsets in that text; the caller maps them to the file. */
export interface TemplateProblem {
  readonly code: Extract<FindingCode, `template/${string}`>;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly hint: string | null;
}
