import { type Dirent, type FSWatcher, readdirSync, watch } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errorCode } from '../output/trouble.js';

export interface TreeWatch {
  /**
   * Looks for folders that are new or gone. Whatever is read after it is told of if it changes later. false: the root
   * itself is gone.
   *
   * @throws as fs.watch does, where the system has no more watchers to give
   */
  readonly refresh: () => boolean;
  readonly close: () => void;
}

/**
 * Tells of whatever changes in a folder and those below it. Folders are watched, not files: an editor that replaces a
 * file is seen as well, and a file that is not there yet. Each folder has a watcher of its own, because Node's recursive
 * ones miss what is made in a new folder before they notice it.
 *
 * @param ignored asked with paths relative to the root, with `/`; nothing below an ignored folder is looked at
 * @param onChange called with such a path, perhaps several times for one change
 */
export function watchTree(
  root: string,
  ignored: (path: string) => boolean,
  onChange: (path: string) => void,
): TreeWatch {
  const watchers = new Map<string, FSWatcher>();
  const drop = (folder: string): void => {
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(`${folder}${sep}`)) continue;
      watcher.close();
      watchers.delete(path);
    }
  };
  const add = (folder: string): void => {
    const watcher = watch(folder, (event, name) => {
      const changed = name === null ? folder : join(folder, name);
      // A folder that was made anew under its old name is another one.
      if (event === 'rename') drop(changed);
      const path = relative(root, changed).split(sep).join('/');
      if (!ignored(path)) onChange(path);
    });
    watcher.on('error', () => drop(folder));
    watchers.set(folder, watcher);
  };
  /** Watches before it looks: what is made in between is told of. */
  const visit = (path: string, found: Set<string>): void => {
    const folder = join(root, path);
    if (!watchers.has(folder) && !succeeds(() => add(folder))) return;
    const entries = entriesOf(folder);
    if (entries === null) return;
    found.add(folder);
    for (const entry of entries) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && !ignored(inside)) visit(inside, found);
    }
  };
  return {
    refresh: () => {
      const found = new Set<string>();
      visit('', found);
      for (const folder of [...watchers.keys()]) if (!found.has(folder)) drop(folder);
      return found.size > 0;
    },
    close: () => drop(root),
  };
}

/** What is gone, or not ours to read, aami does not read either. */
const PASSED_OVER: ReadonlySet<string | null> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (!PASSED_OVER.has(errorCode(error))) throw error;
    return false;
  }
}

function entriesOf(folder: string): readonly Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (!PASSED_OVER.has(errorCode(error))) throw error;
    return null;
  }
}
