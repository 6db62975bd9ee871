import type { Command } from 'commander';
import { formatOption } from './format.js';
import { installOptions, serverOptions, wholeNumber } from './servers.js';
import type { Describe } from './types.js';

const FORMATS = ['pretty', 'json'];

export const describeDeploy: Describe = (program, { io, exitWith }) => {
  installOptions(
    program
      .command('deploy')
      .argument('[build]', 'the output folder of a build (default: that of the repo)')
      .description('install a build, reload the servers, confirm that they run it, or go back'),
  )
    .option('--max-removals <percent>', 'of rules, targets or checks that may go (default: 20)', wholeNumber)
    .option('--allow-removals', 'remove more than that')
    .option('--force', 'deploy a build that is older than the deployed one')
    .addOption(formatOption(FORMATS))
    .action(async (build: string | undefined, _, command: Command) => {
      const { deploy } = await import('../commands/deploy.js');
      exitWith(await deploy(build, command.optsWithGlobals<import('../commands/deploy.js').DeployOptions>(), io));
    });
};

export const describeRollback: Describe = (program, { io, exitWith }) => {
  installOptions(
    program
      .command('rollback')
      .argument('[generation]', 'its number (default: the one before the deployed one)', wholeNumber)
      .description('put an earlier generation back, and confirm that the servers run it'),
  )
    .option('--force', 'put back a generation that was changed by hand')
    .addOption(formatOption(FORMATS))
    .action(async (generation: number | undefined, _, command: Command) => {
      const { rollback } = await import('../commands/rollback.js');
      exitWith(
        await rollback(generation, command.optsWithGlobals<import('../commands/rollback.js').RollbackOptions>(), io),
      );
    });
};

export const describeReload: Describe = (program, { io, exitWith }) => {
  serverOptions(
    program.command('reload').description('have the servers read their files again, and wait until they are ready'),
  )
    .addOption(formatOption(FORMATS))
    .action(async (_, command: Command) => {
      const { reload } = await import('../commands/reload.js');
      exitWith(await reload(command.optsWithGlobals<import('../commands/reload.js').ReloadOptions>(), io));
    });
};
