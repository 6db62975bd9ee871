import { existsSync, renameSync } from 'node:fs';
import type { NativeFileSystem } from './native.js';
import type { OutputPlace } from './place.js';
import { removeFolder } from './staging.js';
import { errorCode } from './trouble.js';

/** Errors of an exchange that say "not here", and not "not this". */
const NO_EXCHANGE = new Set(['ENOSYS', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP']);

/** Puts the staging folder where the output is, in one step, and removes the old output. */
export function replaceOutput(place: OutputPlace, staging: string, native: NativeFileSystem | null): void {
  if (!existsSync(place.folder)) {
    renameSync(staging, place.folder);
    return;
  }
  if (exchange(staging, place.folder, native)) {
    removeQuietly(staging);
    return;
  }
  renameSync(place.folder, place.previous);
  try {
    renameSync(staging, place.folder);
  } catch (error) {
    renameSync(place.previous, place.folder);
    throw error;
  }
  removeQuietly(place.previous);
}

function exchange(from: string, to: string, native: NativeFileSystem | null): boolean {
  if (native === null) return false;
  try {
    native.swapSync(from, to);
    return true;
  } catch (error) {
    if (NO_EXCHANGE.has(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/** The new output stands; what cannot be removed now, the next build removes. */
export function removeQuietly(folder: string): void {
  try {
    removeFolder(folder);
  } catch (error) {
    if (errorCode(error) === null) throw error;
  }
}

/** Undoes the half of a replacement in two steps that a kill has left. Under the lock. */
export function recoverPrevious(place: OutputPlace): void {
  if (!existsSync(place.previous)) return;
  if (existsSync(place.folder)) removeFolder(place.previous);
  else renameSync(place.previous, place.folder);
}
