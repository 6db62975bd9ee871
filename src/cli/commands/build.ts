import { type BuildOptions, buildOnce, withoutBuild } from '../build-once.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import { locateRepo } from '../locate.js';

export interface BuildCommandOptions extends BuildOptions {
  readonly watch?: boolean;
}

/** Builds a repo, once or whenever it changes. */
export async function build(options: BuildCommandOptions, io: Io): Promise<ExitCode> {
  const place = locateRepo(options, io);
  if (place === null) return await withoutBuild(EXIT.usage, options, io);
  if (options.watch !== true) {
    const built = await buildOnce({ place, options, io });
    return typeof built === 'number' ? built : built.exit;
  }
  if (options.format !== 'pretty') {
    complain(io, '--watch is for people to look at: it has the format pretty alone');
    return EXIT.usage;
  }
  const { watchBuild } = await import('../watch-build.js');
  return await watchBuild({ place, options, io });
}
