import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diskTree } from './disk-tree.js';
import type { FileTree } from './file-tree.js';

/** What is shipped with aami: template libraries, and the agent for the nodes. */
export interface LibraryShelf {
  names(): readonly string[];
  /** null when there is no such library. */
  open(name: string): FileTree | null;
  /** Text of each file of the agent, by name. */
  agent(): ReadonlyMap<string, string>;
}

/** The package's own `templates/` and `agent/`. */
export function shippedLibraries(): LibraryShelf {
  const folder = join(packageFolder(), 'templates');
  const names = (): string[] =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => entry.name)
          .sort()
      : [];
  return { names, open: (name) => (names().includes(name) ? diskTree(join(folder, name)) : null), agent };
}

function agent(): ReadonlyMap<string, string> {
  const folder = join(packageFolder(), 'agent');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** The folder of package.json, whether this runs from `src/` or, bundled, from `dist/`. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
