import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type Cache, recallText } from '../cache/cache.js';
import type { Json } from '../model/types.js';
import { listFiles } from './inspect.js';
import { MANIFEST_NAME, sha256 } from './manifest.js';
import { errorCode } from './trouble.js';

/** What makes one build the same as another. */
export interface BuildKey {
  readonly cache: Cache;
  /** The output folder, absolute. */
  readonly folder: string;
  /** Digest of everything that the build depends on: inputs, options, versions of aami and its tools. */
  readonly inputs: string;
}

/** Size, times and inode of a file: as in git's index, when these stand, the content does. */
type FileMark = readonly [size: number, mtime: number, ctime: number, inode: number];

interface BuildRecord {
  readonly files: Readonly<Record<string, FileMark>>;
  /** What the caller wants back, e.g. the summary and the warnings of that build. */
  readonly note: Json;
}

/** Remembers that the output folder holds what these inputs make. */
export function rememberBuild({ cache, folder, inputs }: BuildKey, note: Json): void {
  try {
    const files: Record<string, FileMark> = {};
    for (const path of listFiles(folder)) files[path] = markOf(join(folder, path));
    const record: BuildRecord = { files, note };
    cache.keep(recordName(folder), inputs, JSON.stringify(record));
  } catch (error) {
    // The folder may be gone already.
    if (errorCode(error) === null) throw error;
  }
}

/** The note of the last build, when it had the same inputs and every file of its output still is as it left it; else null. */
export function recallBuild({ cache, folder, inputs }: BuildKey): { readonly note: Json } | null {
  const kept = recallText(cache, recordName(folder), inputs);
  if (kept === null) return null;
  // Under this key, only rememberBuild keeps anything.
  const { files, note } = JSON.parse(kept) as BuildRecord;
  try {
    return isIntact(folder, files) ? { note } : null;
  } catch {
    return null;
  }
}

function recordName(folder: string): string {
  return `build-${sha256(folder).slice(0, 16)}`;
}

function isIntact(folder: string, files: Readonly<Record<string, FileMark>>): boolean {
  const found = listFiles(folder);
  if (found.length !== Object.keys(files).length || files[MANIFEST_NAME] === undefined) return false;
  return found.every((path) => {
    const known = files[path];
    return known !== undefined && markOf(join(folder, path)).every((part, at) => part === known[at]);
  });
}

function markOf(path: string): FileMark {
  const { size, mtimeMs, ctimeMs, ino } = lstatSync(path);
  return [size, mtimeMs, ctimeMs, ino];
}
