import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { complain } from './complain.js';
import type { Io } from './io.js';
import type { CommonOptions } from './options.js';

/** Where a command works. */
export interface Place {
  /** The folder with aami.yaml, absolute, without symbolic links. */
  readonly root: string;
  /** What the paths of the command line are relative to. */
  readonly base: string;
}

/** The repo around the folder, as git finds its own: upward. null, after a complaint, where there is none. */
export function locateRepo(options: CommonOptions, io: Io): Place | null {
  const base = resolve(io.cwd, options.C ?? '.');
  if (!isFolder(base)) {
    complain(io, `there is no folder ${options.C ?? base}`);
    return null;
  }
  const start = realpathSync(base);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'aami.yaml'))) return { root: folder, base: start };
    if (dirname(folder) === folder) break;
  }
  const yml = existsSync(join(start, 'aami.yml')) ? 'Rename aami.yml to aami.yaml.' : null;
  complain(
    io,
    `${options.C ?? 'this folder'} is not in an aami repo: neither it nor a folder above it has an aami.yaml`,
    yml ?? 'Go to the repo, name it with -C <dir>, or make one with `aami init`.',
  );
  return null;
}

/** A path of the command line as the repo sees it, with `/`; '' is the repo itself. */
export type PathInRepo =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'missing' };

export function pathInRepo(path: string, { root, base }: Place): PathInRepo {
  const whole = resolve(base, path);
  if (!existsSync(whole)) return { kind: 'missing' };
  const inside = relative(root, join(realpathSync(dirname(whole)), whole.slice(dirname(whole).length)));
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return { kind: 'outside' };
  return { kind: 'inside', path: inside.split(sep).join('/') };
}

/** Whatever keeps it from being looked at, such as a file in the way to it, it is none. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
