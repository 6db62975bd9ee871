import { type Command, Option } from 'commander';
import { formatOption } from './format.js';
import type { Describe } from './types.js';

export const describeDiff: Describe = (program, { io, exitWith }) => {
  program
    .command('diff')
    .argument('[base]', 'a git revision (default: where this branch left the default branch, or the last commit)')
    .description('show what a change does to the fleet')
    .option('--base-dir <dir>', 'compare with another folder instead: a repo, or what `aami build` wrote')
    .addOption(formatOption(['pretty', 'markdown', 'json']))
    .addOption(new Option('--fail-on <what>', 'exit 1 if the change weakens monitoring').choices(['weakened']))
    .option('--exit-code', 'exit 1 if there is any change')
    .addHelpText('after', NOTE)
    .action(async (base: string | undefined, _, command: Command) => {
      const { diff } = await import('../commands/diff.js');
      exitWith(await diff(base, command.optsWithGlobals<import('../commands/diff.js').DiffOptions>(), io));
    });
};

const NOTE = `
The base is read from git's objects: the working tree is not touched, and changes in it that are
not committed count. What is compared is what Prometheus and the hosts would do, not lines of YAML.`;
