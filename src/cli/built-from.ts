import { digestOfSources } from '../output/digest.js';
import type { BuiltFrom } from '../output/manifest.js';
import type { DocumentMemory } from '../source/document-memory.js';
import { headOf } from '../source/git/index.js';
import { shippedLibraries } from '../source/libraries.js';
import { readTree } from '../source/read.js';

export interface BuiltFromRequest {
  readonly root: string;
  /** Digest of the sources in the working tree. */
  readonly inputs: string;
  readonly memory: DocumentMemory;
  /** As the pipeline counts; null: as git does. */
  readonly number: number | null;
}

/** What the manifest says of where an output comes from. Dirty: the commit would compile from other sources. */
export function builtFrom({ root, inputs, memory, number }: BuiltFromRequest): BuiltFrom | null {
  const head = headOf(root);
  if (head === null) return number === null ? null : { revision: null, number, dirty: false };
  const dirty = digestOfSources(readTree(head.tree, shippedLibraries(), memory)) !== inputs;
  return { revision: head.commit, number: number ?? head.number, dirty };
}
