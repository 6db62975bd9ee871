/** What a path leads to, symbolic links followed. `outside`: a link leads out of the tree. */
export type NodeKind = 'file' | 'folder' | 'other' | 'missing' | 'outside';

export interface TreeEntry {
  readonly name: string;
  /** Not followed: a link is a link. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export type Listing =
  | { readonly kind: 'entries'; readonly entries: readonly TreeEntry[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

export type FileBytes =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large'; readonly size: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Where a repo's files come from: a folder of the disk, or a commit. Paths are relative to its root, with `/`. */
export interface FileTree {
  /** Where a path leads; `real` is the path without links, for telling whether two paths are one. */
  resolve(path: string): { readonly kind: NodeKind; readonly real: string };
  /** The entries of a folder, in any order. */
  list(path: string): Listing;
  /** The content of a regular file of at most `limit` bytes. */
  read(path: string, limit: number): FileBytes;
}
