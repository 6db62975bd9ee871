import { posix } from 'node:path';
import type { FileBytes, FileTree, Listing, TreeEntry } from '../file-tree.js';
import { MAX_FILE_BYTES } from '../text.js';
import { KIND_FOLDERS } from '../types.js';
import { isYaml } from '../walk.js';
import { BATCH_BYTES, type Blobs, blobsOf } from './blobs.js';
import { type CommitEntry, listCommit } from './objects.js';
import type { Git } from './run.js';
import { type GitTrouble, incomplete } from './trouble.js';

export type GitTree = { readonly kind: 'tree'; readonly tree: FileTree } | GitTrouble;

/** Folders of which most files are read. */
const READ_FOLDERS: ReadonlySet<string> = new Set([...KIND_FOLDERS, 'rules']);
/** Scripts are smaller; what is larger and no YAML is read only when it is asked for. */
const MODEST_BYTES = 256 * 1024;
/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * The repo in `prefix` (which is '' or ends with a slash) as it stands in a commit, read from the objects of git: the
 * work tree is not looked at. Contents are as git stores them, no filter and no line break conversion applied. Two
 * processes of git read what the compiler is likely to want; a file elsewhere comes with the others of its folder.
 */
export function gitTree(git: Git, commit: string, prefix: string): GitTree {
  const entries = listCommit(git, commit, prefix);
  if ('kind' in entries) return entries;
  const blobs = blobsOf(git);
  const lacking = blobs.load(entries.filter((entry) => entry.kind === 'link' || isLikelyRead(entry)));
  if (lacking !== null) return incomplete(lacking);
  return { kind: 'tree', tree: treeOf(entries, blobs, git.root) };
}

function isLikelyRead(entry: CommitEntry): boolean {
  return entry.path === 'aami.yaml' || (READ_FOLDERS.has(topOf(entry.path)) && isModest(entry));
}

function isModest({ kind, path, size }: CommitEntry): boolean {
  return kind === 'file' && size <= (isYaml(path) ? MAX_FILE_BYTES : MODEST_BYTES);
}

function topOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** What stands at a path, links followed. */
type Found =
  | { readonly at: 'file' | 'other'; readonly real: string; readonly entry: CommitEntry }
  | { readonly at: 'folder'; readonly real: string; readonly entries: readonly TreeEntry[] }
  | { readonly at: 'missing' | 'outside' | 'circle' };

function treeOf(all: readonly CommitEntry[], blobs: Blobs, root: string): FileTree {
  const entries = new Map(all.filter(({ garbled }) => garbled === null).map((entry) => [entry.path, entry]));
  const folders = foldersOf(all);
  const rootParts = root.split('/').filter((part) => part !== '');

  /** The path relative to the root; null outside of it. */
  const inside = (parts: readonly string[]): string | null =>
    rootParts.every((part, index) => part === parts[index]) ? parts.slice(rootParts.length).join('/') : null;

  const standing = (real: string): Found => {
    const entry = entries.get(real);
    if (entry !== undefined) return { at: entry.kind === 'file' ? 'file' : 'other', real, entry };
    const listed = folders.get(real);
    return listed === undefined ? { at: 'missing' } : { at: 'folder', real, entries: listed };
  };

  /** Follows links by the absolute path that they would have on the disk: they may leave the repo and come back. */
  const find = (path: string): Found => {
    if (entries.has(path) && entries.get(path)?.kind !== 'link') return standing(path);
    let parts = [...rootParts];
    const ahead = posix.normalize(path).split('/').reverse();
    for (let links = 0; ahead.length > 0; ) {
      const part = ahead.pop() ?? '';
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
      const real = inside(parts);
      const entry = real === null ? undefined : entries.get(real);
      if (entry?.kind === 'link') {
        links++;
        if (links > MAX_LINKS) return { at: 'circle' };
        const target = Buffer.from(blobs.get(entry) ?? []).toString('utf8');
        parts = target.startsWith('/') ? [] : parts.slice(0, -1);
        ahead.push(...target.split('/').reverse());
      } else if (real !== null && (entry === undefined ? !folders.has(real) : ahead.length > 0)) {
        return { at: 'missing' };
      }
    }
    const real = inside(parts);
    return real === null ? { at: 'outside' } : standing(real);
  };

  const contentOf = (wanted: CommitEntry): Uint8Array | null => {
    if (blobs.get(wanted) === undefined) blobs.load(companions(wanted, all));
    return blobs.get(wanted) ?? null;
  };

  return {
    resolve(path) {
      const found = find(path);
      if ('real' in found) return { kind: found.at, real: found.real };
      return { kind: found.at === 'circle' ? 'other' : found.at, real: path };
    },
    list(path): Listing {
      const found = find(path);
      if (found.at === 'folder') return { kind: 'entries', entries: found.entries };
      return { kind: 'unreadable', reason: 'real' in found ? 'it is not a folder' : REASONS[found.at] };
    },
    read(path, limit): FileBytes {
      const found = find(path);
      if (!('real' in found)) return { kind: 'unreadable', reason: REASONS[found.at] };
      if (found.at !== 'file') return { kind: 'unreadable', reason: 'it is not a regular file' };
      if (found.entry.size > limit) return { kind: 'too-large', size: found.entry.size };
      const bytes = contentOf(found.entry);
      return bytes === null ? { kind: 'unreadable', reason: 'git does not have it' } : { kind: 'bytes', bytes };
    },
  };
}

/** In the words of a disk. */
const REASONS = {
  missing: 'it does not exist',
  outside: 'it lies outside of the repo',
  circle: 'its symbolic links lead in a circle',
} as const;

/** The entries of each folder that holds a file; the root is always there. */
function foldersOf(entries: readonly CommitEntry[]): Map<string, TreeEntry[]> {
  const folders = new Map<string, TreeEntry[]>([['', []]]);
  const garbled = new Set<string>();
  const place = (path: string, kind: TreeEntry['kind']): void => {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(slash, 0));
    let siblings = folders.get(folder);
    if (siblings === undefined) {
      siblings = [];
      folders.set(folder, siblings);
      place(folder, 'folder');
    }
    siblings.push({ name: path.slice(slash + 1), kind });
  };
  for (const entry of entries) {
    if (entry.garbled === null) place(entry.path, entry.kind);
    else if (!garbled.has(entry.path)) place(entry.path, entry.garbled);
    if (entry.garbled !== null) garbled.add(entry.path);
  }
  return folders;
}

/** A file and those that are likely to be wanted next, as much as one process of git may answer. */
function companions(wanted: CommitEntry, all: readonly CommitEntry[]): CommitEntry[] {
  const chosen = [wanted];
  let room = BATCH_BYTES - wanted.size;
  for (const entry of all) {
    if (topOf(entry.path) !== topOf(wanted.path) || !isModest(entry) || entry.size > room) continue;
    chosen.push(entry);
    room -= entry.size;
  }
  return chosen;
}
