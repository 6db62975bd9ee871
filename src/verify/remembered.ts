import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../output/manifest.js';
import { ensureCache } from '../output/memory.js';
import type { Tool } from './tool.js';

/** Contents that a tool has found good, by kind of check and digest. */
export interface Verified {
  readonly has: (kind: string, digest: string) => boolean;
  readonly add: (kind: string, digest: string) => void;
  /** Keeps what this build asked for or added; contents that are gone are forgotten. */
  readonly save: () => void;
}

/** What this build of the tool has said yes to before. A damaged or missing memory knows nothing, which is never an error. */
export function loadVerified(cache: string | null, tool: Tool): Verified {
  const path = cache === null ? null : join(cache, `${tool.name}-${sha256(tool.mark).slice(0, 16)}.txt`);
  const known = path === null ? new Set<string>() : read(path);
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
      if (cache === null || path === null || (!added && kept.size === known.size)) return;
      try {
        ensureCache(cache);
        const draft = `${path}.${process.pid}`;
        writeFileSync(draft, `${[...kept].sort().join('\n')}\n`);
        renameSync(draft, path);
      } catch {
        // The next build checks again, no more.
      }
    },
  };
}

function read(path: string): Set<string> {
  try {
    return new Set(
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => /^[a-z]+ [0-9a-f]{64}$/.test(line)),
    );
  } catch {
    return new Set();
  }
}
