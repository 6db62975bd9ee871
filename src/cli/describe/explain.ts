import type { Command } from 'commander';
import { EXPLAIN_FORMATS } from '../../explain/reporters/index.js';
import { formatOption } from './format.js';
import type { Describe } from './types.js';

export const describeExplain: Describe = (program, { io, exitWith }) => {
  program
    .command('explain')
    .argument('[target]', 'id or host name of a target: its groups, alerts and checks')
    .argument('[alert-or-check]', 'why this one has the values that it has there, or is not there')
    .description('say why a target alerts as it does')
    .option('--group <id>', 'a group: its targets, policies and rules')
    .option('--alert <name>', 'an alert: who gets it, with which values, and who does not')
    .addOption(formatOption(EXPLAIN_FORMATS))
    .action(async (target: string | undefined, name: string | undefined, _, command: Command) => {
      const { explain } = await import('../commands/explain.js');
      const options = command.optsWithGlobals<import('../commands/explain.js').ExplainOptions>();
      exitWith(await explain(target, name, options, io));
    });
};
