import { rollbackTo } from '../../deploy/rollback.js';
import { exitOf, reportOutcome } from '../deploy-report.js';
import { deploySetup, hasLiveFolder, type ServersOptions } from '../deploy-setup.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type Io, progressOn } from '../io.js';

export interface RollbackOptions extends ServersOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** Puts an earlier generation back into the live folders and has the servers run it. */
export async function rollback(generation: number | undefined, options: RollbackOptions, io: Io): Promise<ExitCode> {
  const setup = await deploySetup(options, io);
  if (setup.kind === 'failed') return setup.exit;
  if (!hasLiveFolder(setup, io)) return EXIT.usage;
  const progress = progressOn(io.stderr, io.env);
  const outcome = await rollbackTo({
    settings: setup.settings,
    generation: generation ?? null,
    dryRun: options.dryRun === true,
    force: options.force === true,
    onStep: progress.show,
  });
  progress.clear();
  reportOutcome(outcome, { command: 'rollback', format: options.format }, io);
  return exitOf(outcome);
}
