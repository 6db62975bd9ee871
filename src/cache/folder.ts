import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * The user's folder for aami's caches: AAMI_CACHE_DIR, else as the XDG Base Directory Specification has it. Never in
 * the repo, whose content may come from strangers: what a cache says is believed.
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, cwd: string): string {
  if (env.AAMI_CACHE_DIR) return resolve(cwd, env.AAMI_CACHE_DIR);
  const base = env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'aami');
}

/** The part of it that is about one repo, given by its real path. */
export function repoCacheFolder(folder: string, root: string): string {
  return join(folder, 'repos', createHash('sha256').update(root).digest('hex').slice(0, 16));
}
