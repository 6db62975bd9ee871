import { byCodeUnit } from '../diagnostics/order.js';

export interface LiveFiles {
  /** As the server names it; null: none of aami's files is there. */
  readonly folder: string | null;
  /** The relative path of each live file that is aami's. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Finds aami's own files among those that a server names: it knows them by paths of its own, which a container or a
 * mount makes different from ours. All lie below one folder, that in which most of them are found.
 *
 * @param own relative to the folder of rules
 * @param live as the server names them
 */
export function liveFiles(own: Iterable<string>, live: Iterable<string>): LiveFiles {
  const known = new Set(own);
  const byFolder = new Map<string, Map<string, string>>();
  for (const path of new Set(live)) {
    for (const [folder, relative] of splits(path)) {
      if (!known.has(relative)) continue;
      const found = byFolder.get(folder) ?? new Map<string, string>();
      byFolder.set(folder, found.set(path, relative));
    }
  }
  const [best] = [...byFolder].sort(([a, one], [b, other]) => other.size - one.size || byCodeUnit(a, b));
  return best === undefined ? { folder: null, files: new Map() } : { folder: best[0], files: best[1] };
}

/** The ways to cut a path into a folder and what lies below it. */
function* splits(path: string): Iterable<readonly [folder: string, relative: string]> {
  const parts = partsOf(path);
  for (let at = 0; at < parts.length; at++) yield [parts.slice(0, at).join('/'), parts.slice(at).join('/')];
}

const partsOf = (path: string): readonly string[] => path.split(/[/\\]/).filter((part, at) => part !== '.' || at > 0);

/**
 * Whether a server runs with the prometheus.yml of aami: the folder of aami's rules lies beside it. One of somebody else
 * may name that folder as well, but from elsewhere.
 *
 * @param configFile as the server was started with it
 * @param rulesFolder of aami, as the server names it; null: it has none of its rules
 */
export function isOwnConfig(configFile: string, rulesFolder: string | null): boolean {
  if (rulesFolder === null) return /(?:^|[/\\])aami[/\\]prometheus\.yml$/.test(configFile);
  return [...partsOf(configFile).slice(0, -1), 'rules'].join('/') === rulesFolder;
}
