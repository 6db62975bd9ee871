import { posix } from 'node:path';
import type { FileBytes, FileTree, NodeKind, TreeEntry } from '../../../src/source/file-tree.js';

/** A tree of files that exists in a test alone; a link is written as `{ link: '../target' }`. */
export function memoryTree(files: Readonly<Record<string, string | Buffer | { readonly link: string }>>): FileTree {
  const paths = Object.keys(files);
  const isFolder = (path: string): boolean => path === '' || paths.some((file) => file.startsWith(`${path}/`));

  const resolve = (path: string): { kind: NodeKind; real: string } => {
    let real = '';
    for (const part of posix.normalize(path).split('/')) {
      real = real === '' ? part : `${real}/${part}`;
      const file = files[real];
      if (file === undefined || typeof file === 'string' || Buffer.isBuffer(file)) continue;
      real = posix.join(posix.dirname(real), file.link);
      if (real.startsWith('..')) return { kind: 'outside', real: path };
    }
    if (real === '.') real = '';
    return { kind: Object.hasOwn(files, real) ? 'file' : isFolder(real) ? 'folder' : 'missing', real };
  };

  return {
    resolve,
    list: (path) => {
      const { real } = resolve(path);
      const prefix = real === '' ? '' : `${real}/`;
      const below = paths.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
      const names = [...new Set(below.map((file) => file.split('/')[0] ?? ''))];
      // In no useful order, as a disk gives them.
      return { kind: 'entries', entries: names.reverse().map((name) => entry(name, files[prefix + name])) };
    },
    read: (path, limit): FileBytes => {
      const file = files[resolve(path).real];
      if (typeof file !== 'string' && !Buffer.isBuffer(file))
        return { kind: 'unreadable', reason: 'it does not exist' };
      const bytes = Buffer.from(file);
      return bytes.length > limit ? { kind: 'too-large', size: bytes.length } : { kind: 'bytes', bytes };
    },
  };
}

function entry(name: string, file: string | Buffer | { readonly link: string } | undefined): TreeEntry {
  if (file === undefined) return { name, kind: 'folder' };
  return { name, kind: typeof file === 'string' || Buffer.isBuffer(file) ? 'file' : 'link' };
}
