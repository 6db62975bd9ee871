import type { Command } from 'commander';
import { REPORT_FORMATS } from '../../diagnostics/reporters/index.js';
import type { FindingsOptions } from '../options.js';
import { formatOption } from './format.js';
import type { Describe } from './types.js';

export const describeValidate: Describe = (program, { io, exitWith }) => {
  program
    .command('validate')
    .argument('[paths...]', 'show only what concerns these files or folders; the whole repo is judged all the same')
    .description('check everything, write nothing')
    .addOption(formatOption(REPORT_FORMATS))
    .addHelpText('after', NOTE)
    .action(async (paths: string[], _, command: Command) => {
      const { validate } = await import('../commands/validate.js');
      exitWith(await validate(paths, command.optsWithGlobals<FindingsOptions>(), io));
    });
};

const NOTE = `
The exit code is 1 on an error anywhere in the repo: a file can break another.
Errors outside of the given paths are listed in one line each.`;
