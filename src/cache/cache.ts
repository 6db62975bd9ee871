import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Work that need not be done twice. Without it everything is the same, only slower; so it never fails. */
export interface Cache {
  /** What was kept under a name, if it was kept for this very key and is undamaged. */
  readonly recall: (name: string, key: string) => Uint8Array | null;
  readonly keep: (name: string, key: string, content: string | Uint8Array) => void;
}

export const NO_CACHE: Cache = { recall: () => null, keep: () => undefined };

/** A cache in a folder, which is made when there is something to keep. One file for each name. */
export function cacheIn(folder: string): Cache {
  return {
    recall: (name, key) => {
      try {
        const file = readFileSync(join(folder, name));
        const content = file.subarray(SEAL_BYTES);
        return seal(key, content).equals(file.subarray(0, SEAL_BYTES)) ? content : null;
      } catch {
        return null;
      }
    },
    keep: (name, key, content) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const bytes = Buffer.from(content);
        const path = join(folder, name);
        // Another aami may be reading, or writing the same.
        const draft = `${path}.${process.pid}`;
        writeFileSync(draft, Buffer.concat([seal(key, bytes), bytes]));
        renameSync(draft, path);
      } catch {
        // The next run does the work again, no more.
      }
    },
  };
}

/** A cache, and where it knows nothing, what another one knows. */
export function backedBy(cache: Cache, other: Cache): Cache {
  return { ...cache, recall: (name, key) => cache.recall(name, key) ?? other.recall(name, key) };
}

const SEAL_BYTES = 32;

/** The text that was kept under a name, as with `recall`. */
export function recallText(cache: Cache, name: string, key: string): string | null {
  const kept = cache.recall(name, key);
  return kept === null ? null : Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength).toString();
}

/** Fits no other content, and no other key. */
function seal(key: string, content: Buffer): Buffer {
  return createHash('sha256').update(`${key.length} ${key}`).update(content).digest();
}
