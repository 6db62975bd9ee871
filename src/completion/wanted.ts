import type { Grammar, OptionGrammar, ValueGrammar } from './grammar.js';
import type { Line } from './line.js';

export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** Things of a repo that a command line may name. */
export type Named = 'target' | 'group' | 'alert' | 'check';

/** What can stand at the cursor. Only words are known without a look at the world. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'names'; readonly of: readonly Named[] }
  | { readonly kind: 'kinds' | 'revisions' | 'files' | 'folders' };

const NOTHING: Wanted = { kind: 'words', words: [] };

/** By the name that help gives to an argument or to the value of an option. Another name: nothing can be offered. */
const BY_NAME: Readonly<Record<string, Wanted>> = {
  base: { kind: 'revisions' },
  check: { kind: 'names', of: ['check'] },
  checks: { kind: 'names', of: ['check'] },
  dir: { kind: 'folders' },
  file: { kind: 'files' },
  kind: { kind: 'kinds' },
  path: { kind: 'files' },
  paths: { kind: 'files' },
  'target-or-group': { kind: 'names', of: ['target', 'group'] },
};

/** Options whose values are names, whatever help calls them. */
const BY_OPTION: Readonly<Record<string, Wanted>> = {
  '--alert': { kind: 'names', of: ['alert'] },
  '--group': { kind: 'names', of: ['group'] },
  '--target': { kind: 'names', of: ['target'] },
};

/** The arguments of commands that take names, in order. */
const BY_COMMAND: Readonly<Record<string, readonly Wanted[]>> = {
  explain: [
    { kind: 'names', of: ['target'] },
    { kind: 'names', of: ['alert', 'check'] },
  ],
};

export function wantedAt({ command, given, cursor }: Line, grammar: Grammar): Wanted {
  switch (cursor.kind) {
    case 'command':
      return { kind: 'words', words: commandsOf(command ?? grammar) };
    case 'option':
      return { kind: 'words', words: optionsOf([...grammar.options, ...(command?.options ?? [])], given) };
    case 'value':
      return optionValue(cursor.option);
    case 'argument': {
      if (command?.name === 'help') return { kind: 'words', words: cursor.index === 0 ? commandsOf(grammar) : [] };
      const last = command?.args.at(-1);
      const argument = command?.args[cursor.index] ?? (last?.variadic ? last : undefined);
      if (command === null || argument === undefined) return NOTHING;
      return BY_COMMAND[command.name]?.[cursor.index] ?? plainValue(argument);
    }
    case 'nowhere':
      return NOTHING;
  }
}

function optionValue({ flags, value }: OptionGrammar): Wanted {
  if (value === null) return NOTHING;
  return flags.map((flag) => BY_OPTION[flag]).find((wanted) => wanted !== undefined) ?? plainValue(value);
}

function plainValue({ name, choices }: ValueGrammar): Wanted {
  if (choices.length > 0) return { kind: 'words', words: choices.map((word) => ({ word, description: '' })) };
  return BY_NAME[name] ?? NOTHING;
}

function commandsOf({ commands }: Pick<Grammar, 'commands'>): Candidate[] {
  return commands.map(({ name, description }) => ({ word: name, description }));
}

/** Those that can still be given. */
function optionsOf(options: readonly OptionGrammar[], given: Line['given']): Candidate[] {
  return options
    .filter((option) => !given.has(option) || option.value?.variadic === true)
    .flatMap(({ flags, description }) => flags.map((word) => ({ word, description })));
}
