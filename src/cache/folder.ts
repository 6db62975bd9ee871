import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Cache, cacheIn, NO_CACHE } from './cache.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The user's folder for aami's caches: AAMI_CACHE_DIR, else as the XDG Base Directory Specification has it; null for
 * a user without a home. Never in the repo, whose content may come from strangers: what a cache says is believed.
 */
export function cacheFolder(env: Env, cwd: string, home: () => string = homedir): string | null {
  if (env.AAMI_CACHE_DIR) return resolve(cwd, env.AAMI_CACHE_DIR);
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'aami');
  try {
    return isAbsolute(home()) ? join(home(), '.cache', 'aami') : null;
  } catch {
    return null;
  }
}

/** What aami remembers of itself. */
export function ownCache(env: Env, cwd: string): Cache {
  const folder = cacheFolder(env, cwd);
  return folder === null ? NO_CACHE : cacheIn(folder);
}

/** What aami remembers of a repo, given by its real path. */
export function repoCache(root: string, env: Env, cwd: string): Cache {
  const folder = cacheFolder(env, cwd);
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  return folder === null ? NO_CACHE : cacheIn(join(folder, 'repos', name));
}
