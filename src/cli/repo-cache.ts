import { type Cache, cacheIn } from '../cache/cache.js';
import { cacheFolder, repoCacheFolder } from '../cache/folder.js';
import { type DocumentMemory, loadDocuments, NO_MEMORY } from '../source/document-memory.js';
import type { Io } from './io.js';
import type { Place } from './locate.js';
import { buildId } from './package.js';

/** What aami remembers of a repo from run to run. */
export function repoCache({ root }: Place, { env, cwd }: Pick<Io, 'env' | 'cwd'>): Cache {
  return cacheIn(repoCacheFolder(cacheFolder(env, cwd), root));
}

/** The documents of earlier runs, if they were of this build of aami. */
export function documentsIn(cache: Cache): DocumentMemory {
  const id = buildId();
  return id === null ? NO_MEMORY : loadDocuments(cache, id);
}
