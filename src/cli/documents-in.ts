import type { Cache } from '../cache/cache.js';
import { type DocumentMemory, loadDocuments, NO_MEMORY } from '../source/document-memory.js';
import { buildId } from './package.js';

/** The documents of earlier runs, if they were of this build of aami. */
export function documentsIn(cache: Cache): DocumentMemory {
  const id = buildId();
  return id === null ? NO_MEMORY : loadDocuments(cache, id);
}
