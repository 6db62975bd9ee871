import { basename, dirname, join, relative, sep } from 'node:path';
import { cacheFolder } from '../cache/folder.js';
import { oneLine } from '../diagnostics/display.js';
import { systemTrouble } from '../output/trouble.js';
import { type BuildRequest, type Built, buildOnce } from './build-once.js';
import { changes } from './changes.js';
import { complain } from './complain.js';
import { EXIT, type ExitCode } from './exit.js';
import { type Io, progressOn } from './io.js';
import { isFolder } from './locate.js';
import { untilInterrupted } from './until-interrupted.js';
import { type TreeWatch, watchTree } from './watch-tree.js';

export interface WatchRequest extends Pick<BuildRequest, 'place' | 'options' | 'io'> {
  /** Called after each build that left a new output or found the old one to be so; the next one waits for its end. */
  readonly onBuilt?: ((built: Built, signal: AbortSignal) => Promise<void>) | undefined;
}

/** Builds, and builds again whenever the repo changes, until a signal comes. Whatever is wrong with the repo is said, and waited out. */
export function watchBuild(request: WatchRequest): Promise<ExitCode> {
  return untilInterrupted((signal) => watchUntil(signal, request));
}

async function watchUntil(signal: AbortSignal, { place, options, io, onBuilt }: WatchRequest): Promise<ExitCode> {
  const changed = changes();
  let output: string | null = null;
  const cache = cacheFolder(io.env, io.cwd);
  const ignored = (path: string): boolean => isNoSource(join(place.root, path), output, cache);
  const tree = watchTree(place.root, ignored, changed.add);
  const progress = progressOn(io.stderr, io.env);
  let state: string | undefined;
  let paths: readonly string[] = [];
  let known: ReadonlySet<string> = new Set();
  const announce = (files: ReadonlySet<string>): void => {
    io.stderr.write(describeChanges(paths.filter((path) => files.has(path) || known.has(path))));
    known = files;
  };
  io.stderr.write(`Watching ${oneLine(relative(io.cwd, place.root) || '.')}, until Ctrl-C\n`);
  try {
    for (;;) {
      const looked = refresh(tree, io);
      if (looked !== null) return looked;
      const built = await buildUnlessGone({
        ...{ place, options, io, signal, unless: state },
        onStart: announce,
      });
      // What the command line asks for cannot be had, whatever becomes of the repo.
      if (typeof built === 'number' && state === undefined) return built;
      if (built === null) continue;
      if (typeof built !== 'number') {
        output = built.folder;
        state = built.sources;
        if (built.report !== null && !signal.aborted) await onBuilt?.(built, signal);
      }
      if (signal.aborted) return EXIT.fine;
      if (io.stderr.isTTY === true) progress.show('Waiting for changes');
      paths = await changed.next(signal);
      progress.clear();
      if (signal.aborted) return EXIT.fine;
    }
  } finally {
    tree.close();
  }
}

/** A repo may be removed while it is built. Then that is all there is to say, and the next look says it. */
async function buildUnlessGone(request: BuildRequest): Promise<Built | ExitCode | null> {
  try {
    return await buildOnce(request);
  } catch (error) {
    if (isFolder(request.place.root)) throw error;
    return null;
  }
}

/** An exit code where there is nothing to watch any more. */
function refresh(tree: TreeWatch, io: Io): ExitCode | null {
  try {
    if (tree.refresh()) return null;
    complain(io, 'the folder of the repo is gone');
  } catch (error) {
    const trouble = systemTrouble(error, 'watch the folders of the repo');
    if (trouble === null) throw error;
    complain(io, trouble.message, 'On Linux, fs.inotify.max_user_watches says how many folders may be watched.');
  }
  return EXIT.environment;
}

const SHOWN = 3;

function describeChanges(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const shown = paths.slice(0, SHOWN).map(oneLine).join(', ');
  return `\n${shown}${paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : ''} changed\n`;
}

/** What no build reads, above all what a build itself writes. */
function isNoSource(path: string, output: string | null, cache: string | null): boolean {
  const name = basename(path);
  if (name === '.git' || name === 'node_modules' || (cache !== null && isWithin(path, cache))) return true;
  if (output === null) return false;
  const isBeside = dirname(path) === dirname(output) && name.startsWith(`.${basename(output)}.aami-`);
  return isBeside || isWithin(path, output);
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
