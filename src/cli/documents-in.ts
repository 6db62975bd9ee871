import { join } from 'node:path';
import { backedBy, type Cache, cacheIn } from '../cache/cache.js';
import { type DocumentMemory, loadDocuments, NO_MEMORY } from '../source/document-memory.js';
import { buildId, packageFolder } from './package.js';

/** The documents of earlier runs, if they were of this build of aami; at first, those of the libraries that it ships. */
export function documentsIn(cache: Cache): DocumentMemory {
  const id = buildId();
  if (id === null) return NO_MEMORY;
  return loadDocuments(backedBy(cache, cacheIn(join(packageFolder(), 'dist'))), id);
}
