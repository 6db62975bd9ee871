import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type FileDigest, MANIFEST_NAME, sha256 } from './manifest.js';
import type { OutputPlace } from './place.js';
import type { OutputPlan } from './plan.js';
import { errorCode } from './trouble.js';

/** Readable for all whatever the umask: Prometheus, a web server or rsync read the output as other users. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** A new folder next to the output, on the same file system. */
export function createStaging(place: OutputPlace): string {
  const staging = mkdtempSync(join(place.parent, place.stagingPrefix));
  chmodSync(staging, FOLDER_MODE);
  return staging;
}

/** An output that may hold some of the same files already. */
export interface Reusable {
  readonly folder: string;
  readonly files: ReadonlyMap<string, FileDigest>;
}

/**
 * Fills the staging folder. A file that the old output holds to the byte is linked from there: that is quicker than a
 * new one, and rsync sees by its time that nothing changed. Synchronous: at thousands of small files that is twice as
 * fast as the thread pool.
 */
export function writeStaging(staging: string, plan: OutputPlan, old: Reusable): void {
  const made = new Set<string>(['.']);
  // The manifest comes first: it also shows whether the umask takes something from the mode that we ask for.
  const manifest = join(staging, MANIFEST_NAME);
  writeFileSync(manifest, plan.manifestText, { mode: FILE_MODE });
  const masked = (statSync(manifest).mode & 0o777) !== FILE_MODE;
  if (masked) chmodSync(manifest, FILE_MODE);
  for (const { path, content } of plan.files) {
    makeFolder(staging, dirname(path), made);
    const file = join(staging, path);
    if (isKept(path, plan, old) && tryLink(join(old.folder, path), file, old.files.get(path)?.sha256)) continue;
    writeFileSync(file, content, { mode: FILE_MODE, flag: 'wx' });
    if (masked) chmodSync(file, FILE_MODE);
  }
}

function isKept(path: string, plan: OutputPlan, old: Reusable): boolean {
  const digest = old.files.get(path)?.sha256;
  return digest !== undefined && digest === plan.manifest.files.get(path)?.sha256;
}

/** Not where someone has edited the file by hand, nor where the file system has no links. */
function tryLink(from: string, to: string, digest: string | undefined): boolean {
  try {
    const entry = lstatSync(from);
    if (!entry.isFile() || (entry.mode & 0o777) !== FILE_MODE || sha256(readFileSync(from)) !== digest) return false;
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === null) throw error;
    return false;
  }
}

function makeFolder(staging: string, folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  makeFolder(staging, dirname(folder), made);
  const path = join(staging, folder);
  mkdirSync(path);
  chmodSync(path, FOLDER_MODE);
  made.add(folder);
}

/** Removes what builds that were killed have left. Only under the lock: no living build has a staging folder then. */
export function removeStaleStaging(place: OutputPlace): void {
  for (const name of readdirSync(place.parent)) {
    if (name.startsWith(place.stagingPrefix)) removeFolder(join(place.parent, name));
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
