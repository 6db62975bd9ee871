/**
 * Why an output could not be written. `refused`: aami will not touch that folder; `failed`: the system would not.
 * Both leave the previous output whole, and both are exit code 3.
 */
export interface OutputTrouble {
  readonly kind: 'refused' | 'failed';
  readonly message: string;
  readonly hint: string | null;
}

const REASONS: Readonly<Record<string, readonly [reason: string, hint: string | null]>> = {
  ENOSPC: ['the disk is full', 'Free some space and build again; the previous output is whole.'],
  EDQUOT: ['the disk quota is used up', 'Free some space and build again; the previous output is whole.'],
  EFBIG: ['a file would be larger than the system allows', 'Look at the limits of the process (ulimit -f).'],
  EACCES: [
    'permission denied',
    'aami writes next to the output folder too: it needs write permission for the folder above it.',
  ],
  EPERM: [
    'permission denied',
    'aami writes next to the output folder too: it needs write permission for the folder above it.',
  ],
  EROFS: ['the file system is read-only', 'Choose another folder with -o.'],
  EBUSY: ['the folder is in use, perhaps as a mount point', 'Choose a folder below the mount point with -o.'],
  ENAMETOOLONG: ['a file name is too long', 'Shorten the id of the group or target that it is made of.'],
  EMFILE: ['too many files are open', null],
  ENOTDIR: ['a part of the path is not a folder', null],
  EIO: ['the disk reports an error', null],
};

/** A system error as a sentence; null for what is not one: that is a bug of ours and must not be hidden. */
export function systemTrouble(error: unknown, doing: string): OutputTrouble | null {
  const code = errorCode(error);
  if (code === null) return null;
  const [reason, hint] = REASONS[code] ?? [`the system says ${code}`, null];
  return { kind: 'failed', message: `Cannot ${doing}: ${reason}`, hint };
}

/** The code of a system error, e.g. `ENOSPC`. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : null;
}

export function refused(message: string, hint: string | null): OutputTrouble {
  return { kind: 'refused', message, hint };
}
