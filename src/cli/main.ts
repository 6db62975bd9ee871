import { Command, CommanderError, Option } from 'commander';
import { complain } from './complain.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';
import { type CommonOptions, FORMATS } from './options.js';
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
    .addOption(new Option('--format <format>', 'how results are printed').choices(FORMATS).default('pretty'))
    .option('--debug', 'show where in aami an unexpected error happened')
    .option('--version', 'print the version')
    .helpOption('--help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
    .exitOverride()
    .showHelpAfterError('(aami --help lists the commands and options)')
    .addHelpText('after', `\n${EXIT_CODES}`);
  program.on('option:version', () => {
    io.stdout.write(`${packageVersion()}\n`);
    throw new CommanderError(EXIT.fine, 'commander.version', '');
  });

  program
    .command('validate')
    .argument('[paths...]', 'show only what concerns these files or folders; the whole repo is judged all the same')
    .description('check everything, write nothing')
    .addHelpText('after', VALIDATE_NOTE)
    .action(async (paths: string[], _, command: Command) => {
      const { validate } = await import('./commands/validate.js');
      exitWith(await validate(paths, command.optsWithGlobals<CommonOptions>(), io));
    });

  program
    .command('build')
    .description('compile, verify, replace the output folder in one step')
    .option('-o, --output <dir>', 'the output folder (default: `output` of aami.yaml)')
    .option('--group <id...>', 'only these groups and those below them; needs -o')
    .addOption(
      new Option('--verify <mode>', 'with promtool: if it is there, or else fail, or not at all')
        .choices(['auto', 'strict', 'off'])
        .default('auto'),
    )
    .option('--promtool <path>', 'the promtool to use (default: AAMI_PROMTOOL, then PATH)')
    .addHelpText('after', BUILD_NOTE)
    .action(async (_, command: Command) => {
      const { build } = await import('./commands/build.js');
      exitWith(await build(command.optsWithGlobals<import('./commands/build.js').BuildOptions>(), io));
    });

  program
    .command('schema')
    .argument('[kind]', 'e.g. AlertPolicy, or all for files that mix kinds; without it, the kinds are listed')
    .description('print the JSON Schema of a kind')
    .action(async (kind: string | undefined, _, command: Command) => {
      const { schema } = await import('./commands/schema.js');
      exitWith(schema(kind, command.optsWithGlobals<CommonOptions>(), io));
    });
  return program;
}

const EXIT_CODES = `Exit codes:
  0  fine, perhaps with warnings
  1  the repo has errors
  2  wrong usage
  3  the environment: a tool is missing, the output cannot be written`;

const VALIDATE_NOTE = `
The exit code is 1 on an error anywhere in the repo: a file can break another.
Errors outside of the given paths are listed in one line each.`;

const BUILD_NOTE = `
With --group, the output holds the rules, service discovery and check bundles of those groups
alone, beside what belongs to no group. It must go to another folder than the full output,
because a build replaces its folder as a whole.`;

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
