import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MANIFEST_NAME } from './manifest.js';
import type { OutputPlace } from './place.js';
import type { OutputPlan } from './plan.js';

/** Readable for all whatever the umask: Prometheus, a web server or rsync read the output as other users. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** A new folder next to the output, on the same file system. */
export function createStaging(place: OutputPlace): string {
  const staging = mkdtempSync(join(place.parent, place.stagingPrefix));
  chmodSync(staging, FOLDER_MODE);
  return staging;
}

/** Writes the whole output. Synchronous: at thousands of small files that is twice as fast as the thread pool. */
export function writeStaging(staging: string, plan: OutputPlan): void {
  const made = new Set<string>(['.']);
  // The manifest comes first: it also shows whether the umask takes something from the mode that we ask for.
  const manifest = join(staging, MANIFEST_NAME);
  writeFileSync(manifest, plan.manifestText, { mode: FILE_MODE });
  const masked = (statSync(manifest).mode & 0o777) !== FILE_MODE;
  if (masked) chmodSync(manifest, FILE_MODE);
  for (const { path, content } of plan.files) {
    makeFolder(staging, dirname(path), made);
    const file = join(staging, path);
    writeFileSync(file, content, { mode: FILE_MODE, flag: 'wx' });
    if (masked) chmodSync(file, FILE_MODE);
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
