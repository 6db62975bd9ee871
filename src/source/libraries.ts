import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diskTree } from './disk-tree.js';
import type { FileTree } from './file-tree.js';

/** The template libraries that are shipped with aami. */
export interface LibraryShelf {
  names(): readonly string[];
  /** null when there is no such library. */
  open(name: string): FileTree | null;
}

/** Those in the package's own `templates/`. */
export function shippedLibraries(): LibraryShelf {
  const folder = join(packageFolder(), 'templates');
  const names = (): string[] =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => entry.name)
          .sort()
      : [];
  return { names, open: (name) => (names().includes(name) ? diskTree(join(folder, name)) : null) };
}

/** The folder of package.json, whether this runs from `src/` or, bundled, from `dist/`. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
