import { type Command, Option } from 'commander';
import { CI_SYSTEMS } from '../../scaffold/ci.js';
import type { Describe } from './types.js';

export const describeInit: Describe = (program, { io, exitWith }) => {
  program
    .command('init')
    .argument('[dir]', 'where; made if it is not there (default: this folder)')
    .description('write a small working repo to begin with')
    .addOption(new Option('--ci <system>', 'with a pipeline that checks, builds and compares').choices(CI_SYSTEMS))
    .addHelpText('after', NOTE)
    .action(async (dir: string | undefined, _, command: Command) => {
      const { init } = await import('../commands/init.js');
      exitWith(init(dir, command.optsWithGlobals<import('../commands/init.js').InitOptions>(), io));
    });
};

const NOTE = `
Nothing is overwritten: if one of the files is there already, none is written.`;
