import { Argument, type Command } from 'commander';
import type { CommonOptions } from '../options.js';
import type { Describe } from './types.js';

export const describeCompletion: Describe = (program, { io, exitWith }) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell to complete in').choices(['bash', 'zsh', 'fish']))
    .description('print a script that completes the words of aami in a shell')
    .addHelpText('after', NOTE)
    .action(async (shell: string) => {
      const { completion } = await import('../commands/completion.js');
      exitWith(completion(shell, io));
    });
  // What these scripts ask; not meant for people.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[], _, command: Command) => {
      const { complete } = await import('../commands/complete.js');
      exitWith(await complete(words, program, command.optsWithGlobals<CommonOptions>(), io));
    });
};

const NOTE = `
Where the shell reads it at its start:
  ~/.bashrc                   source <(aami completion bash)
  ~/.zshrc, after compinit    source <(aami completion zsh)
  ~/.config/fish/config.fish  aami completion fish | source`;
