import { resolve } from 'node:path';
import { repoCache } from '../../cache/folder.js';
import { deployBuild } from '../../deploy/deploy.js';
import { complain } from '../complain.js';
import { exitOf, reportOutcome } from '../deploy-report.js';
import { deployer, deploySetup, hasLiveFolder, type ServersOptions } from '../deploy-setup.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type Io, progressOn } from '../io.js';

export interface DeployOptions extends ServersOptions {
  readonly dryRun?: boolean;
  readonly allowRemovals?: boolean;
  readonly force?: boolean;
}

/** Installs a build into the live folders and has the servers run it. */
export async function deploy(build: string | undefined, options: DeployOptions, io: Io): Promise<ExitCode> {
  const setup = await deploySetup(options, io);
  if (setup.kind === 'failed') return setup.exit;
  if (!hasLiveFolder(setup, io)) return EXIT.usage;
  const { project, base, settings } = setup;
  const folder = build === undefined ? project?.output : resolve(base, build);
  if (folder === undefined) {
    complain(io, 'which build?', 'Give its output folder, or start the command in the repo.');
    return EXIT.usage;
  }
  const progress = progressOn(io.stderr, io.env);
  const outcome = await deployBuild({
    ...{ build: folder, settings, now: io.clock(), by: deployer(io), env: io.env },
    dryRun: options.dryRun === true,
    allowRemovals: options.allowRemovals === true,
    force: options.force === true,
    cache: repoCache(project?.root ?? base, io.env, io.cwd),
    onStep: progress.show,
  });
  progress.clear();
  reportOutcome(outcome, { command: 'deploy', format: options.format }, io);
  return exitOf(outcome);
}
