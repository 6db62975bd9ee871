/** The options that every command has. */
export interface CommonOptions {
  /** `-C`: the folder that the command is as if started in. */
  readonly C?: string;
  readonly format: Format;
  readonly debug?: boolean;
}

export const FORMATS = ['pretty', 'json'] as const;
export type Format = (typeof FORMATS)[number];
