import { type Command, InvalidArgumentError } from 'commander';
import { durationSeconds } from '../../template/duration.js';
import { formatOption } from './format.js';
import { placeOptions } from './servers.js';
import type { Describe } from './types.js';

export const describeStatus: Describe = (program, { io, exitWith }) => {
  placeOptions(
    program
      .command('status')
      .argument('[build]', 'the output folder of a build (default: that of the repo, else what is deployed)')
      .description('ask the servers whether what runs is what was built'),
  )
    .option('--watch', 'as a table that keeps itself up to date, until Ctrl-C')
    .option('--interval <duration>', 'with --watch, how often to ask (default: 5s)', seconds)
    .addOption(formatOption(['pretty', 'json']))
    .addHelpText('after', NOTE)
    .action(async (build: string | undefined, _, command: Command) => {
      const { status } = await import('../commands/status.js');
      exitWith(await status(build, command.optsWithGlobals<import('../commands/status.js').StatusOptions>(), io));
    });
};

function seconds(text: string): number {
  const value = durationSeconds(text);
  if (value === null || value < 1 || value > 86_400)
    throw new InvalidArgumentError('Give a duration from 1s to 1d, e.g. 5s.');
  return value;
}

const NOTE = `
Exit codes: 0 what runs is what was built, 1 something differs, 3 a server did not tell everything and nothing
that the others told differs. With --watch, the code is that of the last answers.`;
