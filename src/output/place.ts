import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { readManifest } from './inspect.js';
import { MANIFEST_NAME } from './manifest.js';
import { type OutputTrouble, refused } from './trouble.js';

/** An output folder and the names next to it that a build uses. */
export interface OutputPlace {
  readonly folder: string;
  readonly parent: string;
  readonly lock: string;
  /** Prefix of the staging folders, as a name in `parent`. */
  readonly stagingPrefix: string;
  /** Where the old output waits while it cannot be exchanged in one step. */
  readonly previous: string;
}

export function outputPlace(folder: string): OutputPlace {
  const whole = resolve(folder);
  const parent = dirname(whole);
  const name = basename(whole);
  return {
    folder: whole,
    parent,
    lock: join(parent, `.${name}.aami-lock`),
    stagingPrefix: `.${name}.aami-staging-`,
    previous: join(parent, `.${name}.aami-previous`),
  };
}

/** Refuses a folder whose replacement would take the source, or anything that is not ours, with it. */
export function checkPlace(place: OutputPlace, repo: string, sourceFolders: readonly string[]): OutputTrouble | null {
  const other = 'Choose another folder with -o, or with `output` in aami.yaml.';
  const entry = lstatSync(place.folder, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink()) {
    return refused(
      'The output folder is a symbolic link, which a build would replace',
      'Give the folder that the link leads to.',
    );
  }
  if (entry !== undefined && !entry.isDirectory()) return refused('The output folder is a file', other);
  const folder = realPath(place.folder);
  if (isWithin(realPath(repo), folder)) return refused('The output folder holds the repo itself', other);
  for (const source of sourceFolders) {
    const real = realPath(resolve(repo, source));
    if (isWithin(folder, real)) return refused(`The output folder lies in the source folder "${source}"`, other);
    if (isWithin(real, folder)) return refused(`The output folder holds the source folder "${source}"`, other);
  }
  return null;
}

/** Refuses a folder with content that no build of ours made. Asked when the lock is held. */
export function checkOwnership(place: OutputPlace): OutputTrouble | null {
  if (!existsSync(place.folder) || readManifest(place.folder) !== null) return null;
  const entries = readdirSync(place.folder);
  if (entries.length === 0) return null;
  const damaged = entries.includes(MANIFEST_NAME);
  return refused(
    damaged
      ? `The ${MANIFEST_NAME} in the output folder cannot be read, so aami cannot tell that it made this folder`
      : `The output folder is not empty and holds no ${MANIFEST_NAME}, so aami did not make it`,
    'Choose another folder with -o, or empty this one yourself.',
  );
}

/** The real path of what exists, and the rest as it is written. */
export function realPath(path: string): string {
  const rest: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      return join(realpathSync(at), ...rest);
    } catch {
      if (dirname(at) === at) return resolve(path);
      rest.unshift(basename(at));
    }
  }
}

/** Whether an absolute path leads to a folder or below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
