import { type Argument, Command, CommanderError } from 'commander';
import { complain } from './complain.js';
import { COMMANDS } from './describe/index.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';
import { packageVersion } from './package.js';

/** Runs aami: arguments and streams in, exit code out. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.fine;
  const program = describeCommands(io, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return asked(error) ? EXIT.fine : EXIT.usage;
    reportBug(error, argv.includes('--debug'), io);
    return EXIT.environment;
  }
}

function describeCommands(io: Io, exitWith: (code: ExitCode) => void): Command {
  const program = new Command('aami')
    .description('Compiles a monitoring repo into verified Prometheus rules, service discovery and check bundles.')
    .option('-C <dir>', 'run as if started in this folder')
    .option('--debug', 'show where in aami an unexpected error happened')
    .option('--version', 'print the version')
    .helpOption('--help', 'print this help')
    .configureHelp({ showGlobalOptions: true, subcommandTerm: withoutOptions })
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
    .exitOverride()
    .showHelpAfterError('(aami --help lists the commands and options)')
    .addHelpText('after', `\n${EXIT_CODES}`);
  program.on('option:version', () => {
    io.stdout.write(`${packageVersion()}\n`);
    throw new CommanderError(EXIT.fine, 'commander.version', '');
  });

  for (const describe of COMMANDS) describe(program, { io, exitWith });
  return program;
}

const EXIT_CODES = `Exit codes:
  0  fine, perhaps with warnings
  1  the repo has errors
  2  wrong usage
  3  the environment: a tool is missing, the output cannot be written`;

/** Every command has options: its own help lists them. */
function withoutOptions(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(describeArgument)].join(' ');
}

function describeArgument(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Help and version are answers, not mistakes. */
function asked(error: CommanderError): boolean {
  return error.exitCode === 0;
}

function reportBug(error: unknown, debug: boolean, io: Io): void {
  const message = error instanceof Error ? error.message : String(error);
  complain(
    io,
    `aami failed in a way that it should not: ${message}`,
    'This is a bug of aami, please report it. --debug shows where it happened.',
  );
  if (debug && error instanceof Error && error.stack !== undefined) io.stderr.write(`${error.stack}\n`);
}
