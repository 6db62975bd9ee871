import type { ReportFormat } from '../diagnostics/reporters/index.js';

/** The options that every command has. */
export interface CommonOptions {
  /** `-C`: the folder that the command is as if started in. */
  readonly C?: string;
  readonly debug?: boolean;
}

/** Those of commands whose result is findings. */
export interface FindingsOptions extends CommonOptions {
  readonly format: ReportFormat;
}

/** Those of commands that ask an Alertmanager. */
export interface SilenceOptions extends CommonOptions {
  readonly alertmanager?: string;
  readonly format: 'pretty' | 'json';
}
