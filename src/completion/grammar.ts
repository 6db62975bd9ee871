import type { Argument, Command, Option } from 'commander';

/** What may stand on a command line: as much of the program as completion has to know. */
export interface Grammar {
  /** Those that every command takes. */
  readonly options: readonly OptionGrammar[];
  readonly commands: readonly CommandGrammar[];
}

export interface CommandGrammar {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionGrammar[];
  readonly args: readonly ValueGrammar[];
  /** Those of which one must follow, as in `silence add`. */
  readonly commands: readonly CommandGrammar[];
}

export interface OptionGrammar {
  /** The short one first, where there are two: `-o`, `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** null for a switch. */
  readonly value: ValueGrammar | null;
}

/** An argument, or the value of an option. */
export interface ValueGrammar {
  /** As the help calls it: `dir` of `-C <dir>`. */
  readonly name: string;
  readonly choices: readonly string[];
  readonly variadic: boolean;
}

/** What the program says of itself in its help, without what it hides there. */
export function grammarOf(program: Command): Grammar {
  const help = program.createHelp();
  const options = help.visibleOptions(program).map(optionOf);
  const isOwn = ({ flags }: OptionGrammar) =>
    !options.some((other) => other.flags.some((flag) => flags.includes(flag)));
  const commandOf = (command: Command): CommandGrammar => ({
    name: command.name(),
    description: command.description(),
    options: help.visibleOptions(command).map(optionOf).filter(isOwn),
    args: command.registeredArguments.map(argumentOf),
    commands: help.visibleCommands(command).map(commandOf),
  });
  return { options, commands: help.visibleCommands(program).map(commandOf) };
}

function optionOf(option: Option): OptionGrammar {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
  const value = option.required || option.optional ? { name: placeholderOf(option), ...restOf(option) } : null;
  return { flags, description: option.description, value };
}

function argumentOf(argument: Argument): ValueGrammar {
  return { name: argument.name(), ...restOf(argument) };
}

function restOf({ argChoices, variadic }: Argument | Option): Omit<ValueGrammar, 'name'> {
  return { choices: argChoices ?? [], variadic };
}

/** `--group <id...>` → `id`. */
function placeholderOf({ flags }: Option): string {
  return /[<[]([^>\].]*)/.exec(flags)?.[1] ?? '';
}
