import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { FileBytes, FileTree, Listing, NodeKind, TreeEntry } from './file-tree.js';

/** A folder of the disk. Synchronous, because the many small files of a repo are read faster so. */
export function diskTree(root: string): FileTree {
  // The system's own realpath: the one of Node.js takes `link/..` for nothing, where the system goes through the link.
  const realPath = realpathSync.native;
  const realRoot = realPath(root);
  return {
    resolve(path) {
      try {
        const real = relative(realRoot, realPath(join(realRoot, path)));
        if (real === '..' || real.startsWith(`..${sep}`)) return { kind: 'outside', real: path };
        return { kind: kindOf(join(realRoot, real)), real: real.split(sep).join('/') };
      } catch (error) {
        return { kind: isMissing(error) ? 'missing' : 'other', real: path };
      }
    },
    list: (path) => listFolder(join(realRoot, path)),
    read: (path, limit) => readRegularFile(join(realRoot, path), limit),
  };
}

function kindOf(path: string): NodeKind {
  const stat = statSync(path);
  return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
}

function listFolder(path: string): Listing {
  try {
    const entries = readdirSync(path, { withFileTypes: true }).map((entry): TreeEntry => {
      const kind = entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
      return { name: entry.name, kind };
    });
    return { kind: 'entries', entries };
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

function readRegularFile(path: string, limit: number): FileBytes {
  let descriptor: number | null = null;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for a writer for ever.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { kind: 'unreadable', reason: 'it is not a regular file' };
    if (stat.size > limit) return { kind: 'too-large', size: stat.size };
    return { kind: 'bytes', bytes: readFileSync(descriptor) };
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error) };
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** A link to nothing, and a path through what is no folder. */
function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The reason without the path, which would differ from machine to machine. */
function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ELOOP':
      return 'its symbolic links lead in a circle';
    case 'ENOENT':
      return 'it does not exist';
    default:
      return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}
