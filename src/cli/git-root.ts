import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * The way from the root of the git repo around a folder to that folder, with a slash at the end; '' where they are one,
 * or there is none.
 */
export function pathInGit(folder: string): string {
  return relative(gitRoot(folder) ?? folder, folder)
    .split(sep)
    .map((name) => name && `${name}/`)
    .join('');
}

/** The root of the git repo around a folder; null where there is none. `.git` is a folder, or a file in work trees and submodules. */
export function gitRoot(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}
