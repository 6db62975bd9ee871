import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type OutputFiles, readOutput } from '../output/read.js';
import type { DocumentMemory } from '../source/document-memory.js';
import { findBase } from '../source/git/index.js';
import { shippedLibraries } from '../source/libraries.js';
import { readRepo, readTree } from '../source/read.js';
import type { Sources } from '../source/types.js';
import type { Place } from './locate.js';

/** What the working tree is compared with. */
export type DiffBase =
  | { readonly kind: 'sources'; readonly sources: Sources; readonly described: string }
  | { readonly kind: 'output'; readonly files: OutputFiles; readonly described: string }
  /** The base has no repo here: everything is new. */
  | { readonly kind: 'nothing'; readonly described: string }
  | { readonly kind: 'trouble'; readonly message: string; readonly hint: string | null };

/** A commit. Its documents are mostly those of the working tree: what is parsed already is not parsed again. */
export function baseOfCommit(revision: string | null, { root }: Place, memory: DocumentMemory): DiffBase {
  const base = findBase(root, revision);
  if (base.kind === 'trouble') return base;
  const { described, tree, empty } = base;
  return empty
    ? { kind: 'nothing', described }
    : { kind: 'sources', sources: readTree(tree, shippedLibraries(), memory), described };
}

/** A folder that holds a repo, or the output of a build. */
export async function baseOfFolder(dir: string, { base }: Place): Promise<DiffBase> {
  const folder = resolve(base, dir);
  const described = relative(base, folder) || '.';
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    return { kind: 'trouble', message: `there is no folder ${dir}`, hint: null };
  if (existsSync(join(folder, 'aami.yaml'))) return { kind: 'sources', sources: await readRepo(folder), described };
  const output = readOutput(folder);
  return output.kind === 'trouble' ? output : { kind: 'output', files: output.files, described };
}
