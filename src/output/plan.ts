import type { OutputFile } from '../emit/types.js';
import { type BuiltFrom, type FileDigest, formatManifest, type Manifest, sha256 } from './manifest.js';

/** Paths, in order. */
export interface OutputChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
}

/** What a build is about to leave in its folder. */
export interface OutputPlan {
  readonly files: readonly OutputFile[];
  readonly manifest: Manifest;
  readonly manifestText: string;
}

export interface PlanInput {
  readonly files: readonly OutputFile[];
  /** Digest of the inputs, for the manifest. */
  readonly inputs: string;
  readonly source: BuiltFrom | null;
  readonly counts: Readonly<Record<string, number>>;
}

/** Files to manifest; reads no clock, so that the same input gives the same bytes. */
export function planOutput({ files, inputs, source, counts }: PlanInput): OutputPlan {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const byPath = new Map<string, FileDigest>();
  for (const { path, content } of sorted) {
    byPath.set(path, { sha256: sha256(content), size: Buffer.byteLength(content) });
  }
  const manifest: Manifest = { inputs, source, counts, files: byPath };
  return { files: sorted, manifest, manifestText: formatManifest(manifest) };
}

type Digests = ReadonlyMap<string, FileDigest>;

/** What replacing `before` by `after` does. */
export function changesBetween(before: Digests, after: Digests): OutputChanges {
  const added: string[] = [];
  const changed: string[] = [];
  let unchanged = 0;
  for (const [path, { sha256, size }] of after) {
    const old = before.get(path);
    if (old === undefined) added.push(path);
    else if (old.sha256 !== sha256 || old.size !== size) changed.push(path);
    else unchanged++;
  }
  const removed = [...before.keys()].filter((path) => !after.has(path)).sort();
  return { added, changed, removed, unchanged };
}
