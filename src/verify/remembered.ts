import { type Cache, recallText } from '../cache/cache.js';
import { sha256 } from '../output/manifest.js';
import type { Tool } from './tool.js';

/** Contents that a tool has found good, by kind of check and digest. */
export interface Verified {
  readonly has: (kind: string, digest: string) => boolean;
  readonly add: (kind: string, digest: string) => void;
  /** Keeps what this build asked for or added; contents that are gone are forgotten. */
  readonly save: () => void;
}

/** What this build of the tool has said yes to before. */
export function loadVerified(cache: Cache, tool: Tool): Verified {
  // Under a name of its own, because two versions may take turns.
  const name = `${tool.name}-${sha256(tool.mark).slice(0, 16)}`;
  const known = new Set(recallText(cache, name, tool.mark)?.split('\n'));
  const kept = new Set<string>();
  let added = false;
  return {
    has: (kind, digest) => {
      const entry = `${kind} ${digest}`;
      if (!known.has(entry)) return false;
      kept.add(entry);
      return true;
    },
    add: (kind, digest) => {
      kept.add(`${kind} ${digest}`);
      added = true;
    },
    save: () => {
      if (added || kept.size < known.size) cache.keep(name, tool.mark, [...kept].sort().join('\n'));
    },
  };
}
