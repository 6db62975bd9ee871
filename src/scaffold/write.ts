import { closeSync, lstatSync, mkdirSync, openSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, systemTrouble } from '../output/trouble.js';
import type { ScaffoldFile } from './starter.js';

export type WriteOutcome =
  | { readonly kind: 'written' }
  /** There is something of that name, but no folder. */
  | { readonly kind: 'not-a-folder' }
  /** Nothing was written: these paths, relative to the folder, are in the way. */
  | { readonly kind: 'in-the-way'; readonly paths: readonly string[] }
  /** The system would not; `left` is what could not be taken back. */
  | { readonly kind: 'failed'; readonly message: string; readonly left: readonly string[] };

/** Writes new files into a folder, which need not be there: all of them, or none. Replaces nothing, follows no links. */
export function writeScaffold(folder: string, files: readonly ScaffoldFile[]): WriteOutcome {
  const made: { readonly path: string; readonly remove: (path: string) => void }[] = [];
  let at = folder;
  try {
    if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined && !isFolder(folder))
      return { kind: 'not-a-folder' };
    const paths = [...new Set(files.flatMap(({ path }) => obstacle(folder, path) ?? []))];
    if (paths.length > 0) return { kind: 'in-the-way', paths };
    const makeFolder = (path: string): void => {
      if (isFolder(path)) return;
      at = path;
      if (dirname(path) !== path) makeFolder(dirname(path));
      mkdirSync(path);
      made.push({ path, remove: rmdirSync });
    };
    for (const { path, content } of files) {
      makeFolder(dirname(join(folder, path)));
      at = join(folder, path);
      // Not in one step: where a full disk lets a file begin but not end, it is to be taken back too.
      const file = openSync(at, 'wx');
      made.push({ path: at, remove: unlinkSync });
      try {
        writeFileSync(file, content);
      } finally {
        closeSync(file);
      }
    }
    return { kind: 'written' };
  } catch (error) {
    const trouble = systemTrouble(error, `write ${at}`);
    if (trouble === null) throw error;
    const left = made.reverse().flatMap(({ path, remove }) => (isDone(() => remove(path)) ? [] : [path]));
    return { kind: 'failed', message: trouble.message, left };
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What keeps a file from being new: itself, or something other than a folder where its folder would be. */
function obstacle(folder: string, path: string): string | null {
  const steps = path.split('/');
  for (let depth = 1; depth <= steps.length; depth += 1) {
    const step = steps.slice(0, depth).join('/');
    const entry = lstatSync(join(folder, step), { throwIfNoEntry: false });
    if (entry === undefined) return null;
    if (depth === steps.length || !entry.isDirectory()) return step;
  }
  return null;
}

function isDone(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (errorCode(error) === null) throw error;
    return false;
  }
}
