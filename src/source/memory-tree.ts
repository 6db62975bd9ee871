import type { FileTree, TreeEntry } from './file-tree.js';

/** A tree of files that stands nowhere: texts by path. */
export function memoryTree(files: ReadonlyMap<string, string>): FileTree {
  const below = (folder: string): string[] => [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
  return {
    resolve: (path) => ({ kind: files.has(path) ? 'file' : below(path).length > 0 ? 'folder' : 'missing', real: path }),
    list: (path) => {
      const entries = new Map<string, TreeEntry>();
      for (const file of below(path)) {
        const [name = '', ...rest] = file.slice(path.length + 1).split('/');
        entries.set(name, { name, kind: rest.length > 0 ? 'folder' : 'file' });
      }
      return { kind: 'entries', entries: [...entries.values()] };
    },
    read: (path) => ({ kind: 'bytes', bytes: Buffer.from(files.get(path) ?? '') }),
  };
}
