import type { CommandGrammar, Grammar, OptionGrammar } from './grammar.js';

/** A command line up to the cursor, as the program would understand it. */
export interface Line {
  /** The last one, as `add` of `silence add`; null before there is one, and where there is none of that name. */
  readonly command: CommandGrammar | null;
  /** What the options before the cursor were given; a switch was given nothing. */
  readonly given: ReadonlyMap<OptionGrammar, readonly string[]>;
  readonly cursor: Cursor;
}

/** Where on the line the cursor stands. `typed` is what stands there already. */
export type Cursor = { readonly typed: string } & (
  | { readonly kind: 'command' }
  | { readonly kind: 'option' }
  /** `index` counts the arguments of the command. */
  | { readonly kind: 'argument'; readonly index: number }
  /** `before` is what belongs to the same word: `--format=`, or nothing. */
  | { readonly kind: 'value'; readonly option: OptionGrammar; readonly before: string }
  | { readonly kind: 'nowhere' }
);

/** Reads the words after `aami`, the last of which is the one at the cursor. */
export function readLine(words: readonly string[], grammar: Grammar): Line {
  const typed = words.at(-1) ?? '';
  const given = new Map<OptionGrammar, string[]>();
  let command: CommandGrammar | null = null;
  let args: number | null = null;
  let onlyArguments = false;
  /** The option that takes the next word; it must, or it takes words up to the next option. */
  let open: { readonly option: OptionGrammar; readonly must: boolean } | null = null;

  const optionOf = (flag: string): OptionGrammar | null =>
    [...grammar.options, ...(command?.options ?? [])].find(({ flags }) => flags.includes(flag)) ?? null;
  const give = (option: OptionGrammar, ...values: readonly string[]): void => {
    given.set(option, [...(given.get(option) ?? []), ...values]);
  };

  for (const word of words.slice(0, -1)) {
    if (open !== null && (open.must || !isOption(word))) {
      give(open.option, word);
      open = open.option.value?.variadic ? { option: open.option, must: false } : null;
      continue;
    }
    open = null;
    if (!onlyArguments && word === '--') onlyArguments = true;
    else if (!onlyArguments && isOption(word)) {
      const { flag, value } = splitOption(word);
      const option = optionOf(flag);
      if (option === null) continue;
      give(option, ...(option.value === null || value === null ? [] : [value]));
      if (option.value !== null && value === null) open = { option, must: true };
    } else if (args === null || commandsAfter(command, args).length > 0) {
      const known: readonly CommandGrammar[] = args === null ? grammar.commands : commandsAfter(command, args);
      command = known.find(({ name }) => name === word) ?? null;
      args = 0;
    } else args++;
  }

  const cursor = ((): Cursor => {
    if (open !== null && (open.must || !isOption(typed)))
      return { kind: 'value', option: open.option, before: '', typed };
    if (!onlyArguments && typed.startsWith('-')) {
      const equals = typed.indexOf('=');
      if (equals < 0) return { kind: 'option', typed };
      const option = optionOf(typed.slice(0, equals));
      if (option === null || option.value === null) return { kind: 'nowhere', typed };
      return { kind: 'value', option, before: typed.slice(0, equals + 1), typed: typed.slice(equals + 1) };
    }
    if (args === null || commandsAfter(command, args).length > 0) return { kind: 'command', typed };
    return command === null ? { kind: 'nowhere', typed } : { kind: 'argument', index: args, typed };
  })();
  return { command, given, cursor };
}

/** The commands of a command, before any other argument of it. */
function commandsAfter(command: CommandGrammar | null, args: number): readonly CommandGrammar[] {
  return command === null || args > 0 ? [] : command.commands;
}

/** A dash alone is a value. */
function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-');
}

/** `--format=json`, `-Cdir`. */
function splitOption(word: string): { readonly flag: string; readonly value: string | null } {
  if (!word.startsWith('--')) return { flag: word.slice(0, 2), value: word.length > 2 ? word.slice(2) : null };
  const equals = word.indexOf('=');
  return equals < 0 ? { flag: word, value: null } : { flag: word.slice(0, equals), value: word.slice(equals + 1) };
}
