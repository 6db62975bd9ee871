import { byCodeUnit } from '../diagnostics/order.js';

/**
 * Finds aami's own files among those that a server names: it knows them by paths of its own, which a container or a
 * mount makes different from ours. All lie below one folder, that in which most of them are found.
 *
 * @param own relative to the folder of rules
 * @param live as the server names them
 * @returns the relative path of each live file that is aami's
 */
export function ownFiles(own: Iterable<string>, live: Iterable<string>): ReadonlyMap<string, string> {
  const known = new Set(own);
  const byFolder = new Map<string, Map<string, string>>();
  for (const path of new Set(live)) {
    for (const [folder, relative] of splits(path)) {
      if (!known.has(relative)) continue;
      const found = byFolder.get(folder) ?? new Map<string, string>();
      byFolder.set(folder, found.set(path, relative));
    }
  }
  const best = [...byFolder].sort(([a, one], [b, other]) => other.size - one.size || byCodeUnit(a, b))[0];
  return best?.[1] ?? new Map();
}

/** The ways to cut a path into a folder and what lies below it. */
function* splits(path: string): Iterable<readonly [folder: string, relative: string]> {
  const parts = path.split(/[/\\]/);
  for (let at = 0; at < parts.length; at++) yield [parts.slice(0, at).join('/'), parts.slice(at).join('/')];
}
