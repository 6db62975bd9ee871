import { isUtf8 } from 'node:buffer';
import type { Git } from './run.js';
import { type GitTrouble, incomplete, refusal, trouble } from './trouble.js';

/** What a commit holds at a path. */
export interface CommitEntry {
  readonly kind: 'file' | 'link' | 'other';
  /** Relative to the folder that was asked for. */
  readonly path: string;
  /** Its path is not UTF-8: it can be listed, not opened, as on a disk. `path` may end at the first such folder. */
  readonly garbled: 'file' | 'folder' | null;
  /** Of its content. */
  readonly object: string;
  readonly size: number;
}

/** More than the listing of a million files. */
const MAX_LISTING = 256 * 1024 * 1024;
/** No file system takes a longer path. */
const MAX_PATH = 4096;

/** Every file of a commit below a folder; `prefix` is '' or ends with a slash. */
export function listCommit(git: Git, commit: string, prefix: string): readonly CommitEntry[] | GitTrouble {
  const below = prefix === '' ? [] : ['--', prefix];
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', '--end-of-options', commit, ...below];
  const answer = git.run(args, { maxBytes: MAX_LISTING });
  if (answer.kind === 'broken' && answer.reason === 'ENOBUFS') return trouble('The base holds too many files', null);
  if (answer.kind !== 'ended') return refusal(answer, git.root);
  if (!answer.ok) return incomplete(answer);
  const entries: CommitEntry[] = [];
  for (const { line, garbled } of linesOf(answer.stdout)) {
    const tab = line.indexOf('\t');
    const [mode = '', , object = '', size = ''] = line.slice(0, tab).split(/ +/);
    const path = line.slice(tab + 1);
    if (!path.startsWith(prefix) || !isCheckedOut(path)) continue;
    if (size === 'BAD') return incomplete(answer);
    const place = garbled
      ? garbledPlace(path.slice(prefix.length))
      : { path: path.slice(prefix.length), garbled: null };
    entries.push({ kind: kindOf(mode), ...place, object, size: Number(size) || 0 });
  }
  return entries;
}

interface Line {
  readonly line: string;
  readonly garbled: boolean;
}

function linesOf(listing: Buffer): Line[] {
  const lines = listing.toString('utf8').split('\0').slice(0, -1);
  if (isUtf8(listing)) return lines.map((line) => ({ line, garbled: false }));
  // What is no UTF-8 has become U+FFFD; a name that is really written with it is as rare as that.
  return lines.map((line) => ({ line, garbled: line.includes('\ufffd') }));
}

function garbledPlace(path: string): Pick<CommitEntry, 'path' | 'garbled'> {
  const parts = path.split('/');
  const first = parts.findIndex((part) => part.includes('\ufffd'));
  return { path: parts.slice(0, first + 1).join('/'), garbled: first + 1 < parts.length ? 'folder' : 'file' };
}

function kindOf(mode: string): CommitEntry['kind'] {
  return mode.startsWith('100') ? 'file' : mode === '120000' ? 'link' : 'other';
}

/** A forged commit may hold paths that git would refuse to write to a disk: as little are they read. */
function isCheckedOut(path: string): boolean {
  return path.length <= MAX_PATH && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
