import { type Command, Option } from 'commander';
import { REPORT_FORMATS } from '../../diagnostics/reporters/index.js';
import { formatOption } from './format.js';
import { wholeNumber } from './servers.js';
import type { Describe } from './types.js';

export const describeBuild: Describe = (program, { io, exitWith }) => {
  program
    .command('build')
    .description('compile, verify, replace the output folder in one step')
    .option('-o, --output <dir>', 'the output folder (default: `output` of aami.yaml)')
    .option('--group <id...>', 'only these groups and those below them; needs -o')
    .addOption(
      new Option('--verify <mode>', 'with promtool and amtool: if they are there, or else fail, or not at all')
        .choices(['auto', 'strict', 'off'])
        .default('auto'),
    )
    .option('--watch', 'build again whenever the repo changes, until Ctrl-C')
    .option('--deploy', 'with --watch: deploy each build, as `deploy` of aami.yaml or the environment says')
    .option('--promtool <path>', 'the promtool to use (default: AAMI_PROMTOOL, then PATH)')
    .option('--amtool <path>', 'the amtool to use (default: AAMI_AMTOOL, then PATH)')
    .option(
      '--build-number <n>',
      'a number that grows from build to build (default: how many commits there are)',
      wholeNumber,
    )
    .option(
      '--sign-key <file>',
      'sign the check bundles with this key (default: AAMI_SIGN_KEY_FILE, then AAMI_SIGN_KEY)',
    )
    .addOption(formatOption(REPORT_FORMATS))
    .addHelpText('after', NOTE)
    .action(async (_, command: Command) => {
      const { build } = await import('../commands/build.js');
      exitWith(await build(command.optsWithGlobals<import('../commands/build.js').BuildCommandOptions>(), io));
    });
};

const NOTE = `
With --group, the output holds the rules, service discovery and check bundles of those groups
alone, beside what belongs to no group. It must go to another folder than the full output,
because a build replaces its folder as a whole.`;
