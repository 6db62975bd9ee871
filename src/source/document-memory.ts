import { createHash } from 'node:crypto';
import { type Cache, recallText } from '../cache/cache.js';

/** The values of the documents of YAML texts that were parsed before and had no mistakes. */
export interface DocumentMemory {
  readonly recall: (text: string) => readonly unknown[] | null;
  readonly remember: (text: string, values: readonly unknown[]) => void;
  /** Keeps what was recalled or remembered; texts that are gone are forgotten. */
  readonly save: () => void;
}

export const NO_MEMORY: DocumentMemory = { recall: () => null, remember: () => undefined, save: () => undefined };

const NAME = 'documents';

/** The memory in a cache. `key` names what parses: another build of aami may read a text otherwise. */
export function loadDocuments(cache: Cache, key: string): DocumentMemory {
  const known = parseRecord(recallText(cache, NAME, key));
  const kept = new Map<string, readonly unknown[]>();
  let added = false;
  return {
    recall: (text) => {
      const digest = digestOf(text);
      const values = kept.get(digest) ?? known.get(digest);
      if (values === undefined) return null;
      kept.set(digest, values);
      return values;
    },
    remember: (text, values) => {
      kept.set(digestOf(text), values);
      added = true;
    },
    save: () => {
      if (added || kept.size < known.size) cache.keep(NAME, key, JSON.stringify([...kept]));
    },
  };
}

function parseRecord(kept: string | null): ReadonlyMap<string, readonly unknown[]> {
  return new Map(kept === null ? [] : (JSON.parse(kept) as [string, unknown[]][]));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
