import type { Command } from 'commander';
import type { CommonOptions } from '../options.js';
import type { Describe } from './types.js';

export const describeKeygen: Describe = (program, { io, exitWith }) => {
  program
    .command('keygen')
    .argument('[path]', 'a folder, or the names of the two files without their ends (default: aami-bundles)')
    .description('make the pair of keys by which check bundles are signed')
    .addHelpText('after', NOTE)
    .action(async (path: string | undefined, _, command: Command) => {
      const { keygen } = await import('../commands/keygen.js');
      exitWith(keygen(path, command.optsWithGlobals<CommonOptions>(), io));
    });
};

const NOTE = `
Writes <path>.key, which signs, and <path>.pub, by which nodes know what you signed. Nothing is
overwritten. The key that signs stays out of every repo: whoever has it runs code on all nodes.`;
