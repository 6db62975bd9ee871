import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../model/types.js';
import { listFiles } from './inspect.js';
import { MANIFEST_NAME, sha256 } from './manifest.js';
import { errorCode } from './trouble.js';

/** Where a repo's caches lie, relative to the repo. */
export const CACHE_FOLDER = '.aami-cache';

/** What makes one build the same as another. */
export interface BuildKey {
  /** The cache folder, absolute. */
  readonly cache: string;
  /** The output folder, absolute. */
  readonly folder: string;
  /** Digest of everything that the build depends on: inputs, options, versions of aami and its tools. */
  readonly inputs: string;
}

/** Size, times and inode of a file: as in git's index, when these stand, the content does. */
type FileMark = readonly [size: number, mtime: number, ctime: number, inode: number];

interface BuildRecord {
  readonly folder: string;
  readonly inputs: string;
  readonly files: Readonly<Record<string, FileMark>>;
  /** What the caller wants back, e.g. the summary and the warnings of that build. */
  readonly note: Json;
}

/** Remembers that the output folder holds what these inputs make. A cache that cannot be written is no error. */
export function rememberBuild({ cache, folder, inputs }: BuildKey, note: Json): void {
  try {
    const files: Record<string, FileMark> = {};
    for (const path of listFiles(folder)) files[path] = markOf(join(folder, path));
    const record: BuildRecord = { folder, inputs, files, note };
    ensureCache(cache);
    const path = recordPath(cache, folder);
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(record));
    renameSync(draft, path);
  } catch (error) {
    if (errorCode(error) === null) throw error;
  }
}

/** The note of the last build, when it had the same inputs and every file of its output still is as it left it; else null. */
export function recallBuild({ cache, folder, inputs }: BuildKey): { readonly note: Json } | null {
  try {
    const record: unknown = JSON.parse(readFileSync(recordPath(cache, folder), 'utf8'));
    if (!isBuildRecord(record) || record.folder !== folder || record.inputs !== inputs) return null;
    return isIntact(folder, record.files) ? { note: record.note } : null;
  } catch {
    return null;
  }
}

/** Forgets the build of this folder. */
export function forgetBuild({ cache, folder }: Pick<BuildKey, 'cache' | 'folder'>): void {
  rmSync(recordPath(cache, folder), { force: true });
}

/** Makes the cache folder, which git is to ignore. */
export function ensureCache(cache: string): void {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, '.gitignore'), '*\n');
}

function recordPath(cache: string, folder: string): string {
  return join(cache, `build-${sha256(folder).slice(0, 16)}.json`);
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

function isBuildRecord(value: unknown): value is BuildRecord {
  if (typeof value !== 'object' || value === null) return false;
  if (!('folder' in value) || !('inputs' in value) || !('note' in value) || !('files' in value)) return false;
  return typeof value.files === 'object' && value.files !== null;
}
