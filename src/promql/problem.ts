import type { FindingCode } from '../diagnostics/codes.js';
import type { Range } from './ast.js';

/** A mistake in an expression. The range is within its text. */
export interface PromqlProblem extends Range {
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string | null;
}

export function problem(code: FindingCode, range: Range, message: string, hint: string | null = null): PromqlProblem {
  return { code, message, start: range.start, end: range.end, hint };
}
