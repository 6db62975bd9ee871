import type { CommitEntry } from './objects.js';
import type { Git, GitAnswer } from './run.js';

/** Contents of files of a commit, read many at a time. */
export interface Blobs {
  /** Reads what is not there yet; the answer of git's if it failed, or lacked a content. */
  load(entries: readonly CommitEntry[]): GitAnswer | null;
  /** undefined: not asked for so far; null: git does not have it. */
  get(entry: CommitEntry): Uint8Array | null | undefined;
}

/** What one process of git answers; larger demands take several. */
export const BATCH_BYTES = 64 * 1024 * 1024;
/** The line before a content, and the line break behind it. */
const HEADER_BYTES = 256;

export function blobsOf(git: Git): Blobs {
  const contents = new Map<string, Uint8Array | null>();
  return {
    get: ({ object }) => contents.get(object),
    load(entries) {
      let trouble: GitAnswer | null = null;
      for (const batch of batchesOf(entries.filter(({ object }) => !contents.has(object)))) {
        const maxBytes = [...batch.values()].reduce((sum, size) => sum + size + HEADER_BYTES, 0);
        const input = [...batch.keys(), ''].join('\n');
        const answer = git.run(['cat-file', '--batch', '--buffer'], { input, maxBytes });
        const found = answer.kind === 'ended' ? contentsOf(answer.stdout) : new Map<string, Uint8Array>();
        for (const object of batch.keys()) {
          const content = found.get(object) ?? null;
          contents.set(object, content);
          if (content === null) trouble = answer;
        }
      }
      return trouble;
    },
  };
}

/** Objects with their sizes, each once. */
function batchesOf(entries: readonly CommitEntry[]): Map<string, number>[] {
  const batches: Map<string, number>[] = [];
  let room = 0;
  for (const [object, size] of new Map(entries.map((entry) => [entry.object, entry.size]))) {
    if (size > room || batches.length === 0) {
      batches.push(new Map());
      room = BATCH_BYTES;
    }
    batches.at(-1)?.set(object, size);
    room -= size;
  }
  return batches;
}

/** `<object> blob <size>`, a line break, the content, a line break; `<object> missing` for what is not there. */
function contentsOf(answer: Buffer): Map<string, Uint8Array> {
  const contents = new Map<string, Uint8Array>();
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf('\n', at);
    if (end < 0) break;
    const [object = '', type, size] = answer.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type !== 'blob') continue;
    const past = at + Number(size);
    if (past > answer.length) break;
    contents.set(object, answer.subarray(at, past));
    at = past + 1;
  }
  return contents;
}
