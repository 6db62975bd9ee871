import type { FindingCode } from '../codes.js';
import type { Finding } from '../finding.js';

/** The text of a file that a span names; undefined where there is none to show. */
export type TextLookup = (file: string) => string | undefined;

export interface ReportOptions {
  readonly color: boolean;
  /**
   * Leads from the root of the git repo to the aami repo, with a slash at the end, such as `monitoring/`; '' where they
   * are one. The formats of code hosts name files from there.
   */
  readonly root?: string;
  /** The version of aami, for formats that name the tool. */
  readonly version?: string;
  /** The page about a code, in Markdown, for formats that explain their rules. */
  readonly page?: (code: FindingCode) => string | undefined;
}

/** Findings as a string, ready to be written. Without findings it is what a reader of the format expects for none. */
export type Reporter = (findings: readonly Finding[], texts: TextLookup, options: ReportOptions) => string;
