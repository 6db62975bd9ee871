import { posix } from 'node:path';
import type { FileTree } from './file-tree.js';
import { decode, MAX_FILE_BYTES } from './text.js';
import type { ScriptFile, SourceDocument } from './types.js';

/** The path of a script, as `Sources.scripts` knows it: relative to the file of its template, library prefix kept. */
export function scriptKey(documentFile: string, scriptFile: string): string {
  if (scriptFile.startsWith('/')) return scriptFile;
  const { library, path } = splitLibrary(documentFile);
  return library + posix.join(posix.dirname(path), scriptFile);
}

/** `node:` and `cpu.yaml` of `node:cpu.yaml`; files of the repo have no library. */
export function splitLibrary(file: string): { readonly library: string; readonly path: string } {
  const colon = file.indexOf(':');
  const isLibrary = colon > 0 && !file.slice(0, colon).includes('/');
  return isLibrary ? { library: file.slice(0, colon + 1), path: file.slice(colon + 1) } : { library: '', path: file };
}

/** The file that a ScriptTemplate names; null for other documents. */
export function namedScript(document: SourceDocument): string | null {
  const value = document.value as { readonly kind?: unknown; readonly script?: { readonly file?: unknown } | null };
  const file = value.kind === 'ScriptTemplate' ? value.script?.file : null;
  return typeof file === 'string' && file !== '' ? file : null;
}

/** Whether a path, as it is written, leads out of the tree that it is relative to. */
export function leavesTree(path: string): boolean {
  const normal = posix.normalize(path);
  return normal.startsWith('/') || normal === '..' || normal.startsWith('../');
}

/** Reads a script; `path` is relative to the tree, and must not leave it. */
export function readScript(tree: FileTree, path: string): ScriptFile {
  if (leavesTree(path)) return { kind: 'outside' };
  const { kind } = tree.resolve(path);
  if (kind === 'outside' || kind === 'missing') return { kind };
  if (kind !== 'file')
    return { kind: 'unreadable', reason: kind === 'folder' ? 'it is a folder' : 'it is not a regular file' };
  const read = tree.read(path, MAX_FILE_BYTES);
  if (read.kind === 'too-large') return { kind: 'unreadable', reason: 'it is larger than 5 MiB' };
  if (read.kind === 'unreadable') return read;
  const decoded = decode(read.bytes);
  return decoded.ok ? { kind: 'text', text: decoded.text } : { kind: 'unreadable', reason: decoded.reason };
}
