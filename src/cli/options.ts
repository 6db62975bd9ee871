import { REPORT_FORMATS, type ReportFormat } from '../diagnostics/reporters/index.js';

/** The options that every command has. */
export interface CommonOptions {
  /** `-C`: the folder that the command is as if started in. */
  readonly C?: string;
  readonly format: ReportFormat;
  readonly debug?: boolean;
}

export const FORMATS = REPORT_FORMATS;
