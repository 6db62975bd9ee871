import type { Command } from 'commander';
import { REPORT_FORMATS } from '../../diagnostics/reporters/index.js';
import { formatOption } from './format.js';
import type { Describe, Session } from './types.js';

export const describeChecks: Describe = (program, session) => {
  const checks = program.command('checks').description('try out the check scripts of the repo');
  describeRun(checks, session);
  describeLint(checks, session);
};

function describeRun(checks: Command, { io, exitWith }: Session): void {
  checks
    .command('run')
    .argument('<check>', 'name of the check')
    .description('run one check on this machine, as the agent does, and show what it measures')
    .option('--target <id>', 'with the config that it has on this target (default: that of its template)')
    .option('--config <key=value...>', 'with this value of a parameter; the value is YAML')
    .addOption(formatOption(['pretty', 'json']))
    .addHelpText('after', RUN_NOTE)
    .action(async (check: string, _, command: Command) => {
      const { checksRun } = await import('../commands/checks-run.js');
      exitWith(
        await checksRun(check, command.optsWithGlobals<import('../commands/checks-run.js').ChecksRunOptions>(), io),
      );
    });
}

function describeLint(checks: Command, { io, exitWith }: Session): void {
  checks
    .command('lint')
    .argument('[checks...]', 'names of checks (default: those that the repo itself brings along)')
    .description('look for the common mistakes of check scripts, with shellcheck where it is there')
    .option('--shellcheck <path>', 'the shellcheck to use (default: AAMI_SHELLCHECK, then PATH)')
    .addOption(formatOption(REPORT_FORMATS))
    .action(async (names: string[], _, command: Command) => {
      const { checksLint } = await import('../commands/checks-lint.js');
      exitWith(
        await checksLint(names, command.optsWithGlobals<import('../commands/checks-lint.js').ChecksLintOptions>(), io),
      );
    });
}

const RUN_NOTE = `
This runs code of the repo, as you: no other command does. Look at a script that is not yours first.
Exit codes: 0 it measured, 1 it failed, 3 it says that it cannot run on this machine.`;
