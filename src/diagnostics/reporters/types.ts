import type { Finding } from '../finding.js';

/** The text of a file that a span names; undefined where there is none to show. */
export type TextLookup = (file: string) => string | undefined;

export interface ReportOptions {
  readonly color: boolean;
}

/** Findings as a string, ready to be written. Without findings it is what a reader of the format expects for none. */
export type Reporter = (findings: readonly Finding[], texts: TextLookup, options: ReportOptions) => string;
