import { type BuildOptions, type Built, buildOnce, withoutBuild } from '../build-once.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import { locateRepo } from '../locate.js';

export interface BuildCommandOptions extends BuildOptions {
  readonly watch?: boolean;
  readonly deploy?: boolean;
}

/** Builds a repo, once or whenever it changes. */
export async function build(options: BuildCommandOptions, io: Io): Promise<ExitCode> {
  const place = locateRepo(options, io);
  if (place === null) return await withoutBuild(EXIT.usage, options, io);
  const trouble = misused(options);
  if (trouble !== null) {
    complain(io, ...trouble);
    return await withoutBuild(EXIT.usage, options, io);
  }
  if (options.watch !== true) {
    const built = await buildOnce({ place, options, io });
    return typeof built === 'number' ? built : built.exit;
  }
  const { watchBuild } = await import('../watch-build.js');
  return await watchBuild({ place, options, io, onBuilt: options.deploy === true ? deployer(options, io) : undefined });
}

/** Deploys a build. What goes wrong is said, and may be better with the next build. */
function deployer({ C, debug }: BuildOptions, io: Io): (built: Built) => Promise<void> {
  const common = { ...(C !== undefined && { C }), ...(debug !== undefined && { debug }) };
  return async ({ folder }) => {
    const { deploy } = await import('./deploy.js');
    await deploy(folder, { ...common, format: 'pretty' }, io);
  };
}

function misused({ watch, deploy, format }: BuildCommandOptions): [message: string, hint: string | null] | null {
  if (watch === true && format !== 'pretty')
    return ['--watch is for people to look at: it has the format pretty alone', null];
  if (watch !== true && deploy === true)
    return ['--deploy belongs to --watch', 'Deploy a single build with `aami deploy`.'];
  return null;
}
