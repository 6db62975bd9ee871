import { basename, dirname, extname } from 'node:path';
import type { InputFile, Loss } from '../import/types.js';
import { diskTree } from '../source/disk-tree.js';
import type { FileTree } from '../source/file-tree.js';
import { MAX_FILE_BYTES, yamlText } from '../source/text.js';

export interface Inputs {
  readonly files: readonly InputFile[];
  readonly losses: readonly Loss[];
  /** Files that were named and cannot be read. */
  readonly errors: readonly Loss[];
}

/** More than this is no configuration of a monitoring. */
const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
const READ = new Set(['.yml', '.yaml', '.json', '.csv', '.ini', '.rules']);
/** What inventories are called that have no extension. */
const NAMES = new Set(['hosts', 'inventory']);

/** A file, or a folder with all below it that can be imported. */
export interface InputPath {
  /** As the user wrote it. */
  readonly shown: string;
  readonly absolute: string;
  readonly isFolder: boolean;
}

/** Reads files; of folders those with a known extension. No link leads out of a folder, no file is too large. */
export function readInputFiles(paths: readonly InputPath[]): Inputs {
  const files = new Map<string, InputFile>();
  const losses: Loss[] = [];
  const errors: Loss[] = [];
  let bytes = 0;
  const add = (tree: FileTree, path: string, shown: string): void => {
    const text = yamlText(shown, tree.read(path, MAX_FILE_BYTES));
    const place = { file: shown, line: 1 };
    if (typeof text !== 'string') errors.push({ place, what: 'the file cannot be read', why: text.message });
    else if (files.size >= MAX_FILES || bytes + text.length > MAX_BYTES)
      errors.push({
        place,
        what: 'the file is one too many',
        why: `an import is of at most ${MAX_FILES} files with 64 MiB`,
      });
    else {
      bytes += text.length;
      files.set(shown, { path: shown, text });
    }
  };
  for (const { shown, absolute, isFolder } of paths) {
    if (!isFolder) add(diskTree(dirname(absolute)), basename(absolute), shown.replace(/^\.\//, ''));
    else
      walk(
        diskTree(absolute),
        '',
        shown === '.' ? '' : `${shown.replace(/^\.\//, '').replace(/\/+$/, '')}/`,
        add,
        losses,
      );
  }
  return { files: [...files.values()], losses, errors };
}

type Add = (tree: FileTree, path: string, shown: string) => void;

function walk(tree: FileTree, folder: string, prefix: string, add: Add, losses: Loss[], depth = 0): void {
  const listing = tree.list(folder);
  if (listing.kind === 'unreadable') {
    losses.push({
      place: { file: `${prefix}${folder}`, line: 1 },
      what: 'the folder cannot be read',
      why: listing.reason,
    });
    return;
  }
  for (const { name, kind } of [...listing.entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (name.startsWith('.') || name === 'node_modules' || depth > 20) continue;
    // A link to a folder may lead in a circle; the folder is met where it lies.
    const real = kind === 'link' ? tree.resolve(path).kind : kind;
    if (real === 'folder' && kind === 'folder') walk(tree, path, prefix, add, losses, depth + 1);
    else if (real === 'file' && isInput(name)) add(tree, path, `${prefix}${path}`);
    else if (kind === 'link')
      losses.push({
        place: { file: `${prefix}${path}`, line: 1 },
        what: 'a symbolic link',
        why: 'it is followed only to a file in the same folder',
      });
  }
}

function isInput(name: string): boolean {
  return READ.has(extname(name).toLowerCase()) || NAMES.has(name);
}
