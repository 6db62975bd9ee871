import type { LiveFolder } from '../../deploy/generations.js';
import type { BuiltFrom } from '../../output/manifest.js';
import type { Status } from '../types.js';

export interface StatusReport {
  readonly status: Status;
  readonly build: {
    /** As it is shown. */
    readonly folder: string;
    readonly source: BuiltFrom | null;
    /** Digest of what it was made from. */
    readonly inputs: string;
  };
  readonly folders: readonly LiveFolder[];
}

export type StatusReporter = (report: StatusReport, options: { readonly color: boolean }) => string;
