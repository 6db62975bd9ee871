import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * The way from the root of the git repo around a folder to that folder, with a slash at the end; '' where they are one,
 * or there is none. `.git` is a folder, or a file in work trees and submodules.
 */
export function pathInGit(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) {
      return relative(at, folder)
        .split(sep)
        .map((name) => name && `${name}/`)
        .join('');
    }
    if (dirname(at) === at) return '';
  }
}
