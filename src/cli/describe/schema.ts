import type { Command } from 'commander';
import { formatOption } from './format.js';
import type { Describe } from './types.js';

export const describeSchema: Describe = (program, { io, exitWith }) => {
  program
    .command('schema')
    .argument('[kind]', 'e.g. AlertPolicy, or all for files that mix kinds; without it, the kinds are listed')
    .description('print the JSON Schema of a kind')
    .addOption(formatOption(['pretty', 'json']))
    .action(async (kind: string | undefined, _, command: Command) => {
      const { schema } = await import('../commands/schema.js');
      exitWith(schema(kind, command.optsWithGlobals<import('../commands/schema.js').SchemaOptions>(), io));
    });
};
