import { type Command, Option } from 'commander';
import type { SilenceOptions } from '../options.js';
import { formatOption } from './format.js';
import type { Describe, Session } from './types.js';

export const describeSilence: Describe = (program, session) => {
  const silence = program
    .command('silence')
    .description('keep alerts back for some time, in a running Alertmanager')
    .addHelpText('after', NOTE);
  describeSync(silence, session);
  describeAdd(silence, session);
  describeList(silence, session);
  describeExpire(silence, session);
};

/** What each of them takes. */
const FORMATS = ['pretty', 'json'];
const address = (): Option =>
  new Option('--alertmanager <url>', 'the Alertmanager (default: AAMI_ALERTMANAGER_URL, then that of aami.yaml)');

function describeSync(silence: Command, { io, exitWith }: Session): void {
  silence
    .command('sync')
    .description('make the silences of the maintenance windows of the repo, and end those that are gone from it')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(address())
    .addOption(formatOption(FORMATS))
    .action(async (_, command: Command) => {
      const { silenceSync } = await import('../commands/silence-sync.js');
      exitWith(
        await silenceSync(command.optsWithGlobals<import('../commands/silence-sync.js').SilenceSyncOptions>(), io),
      );
    });
}

function describeAdd(silence: Command, { io, exitWith }: Session): void {
  silence
    .command('add')
    .argument('<target-or-group>', 'id or host name of a target, or id of a group, which takes in those below it')
    .description('silence a target or a group from now on')
    .requiredOption('--for <duration>', 'how long, e.g. 2h or 1d12h')
    .requiredOption('--comment <text>', 'why')
    .option('--author <name>', 'who (default: the user of this machine)')
    .addOption(address())
    .addOption(formatOption(FORMATS))
    .action(async (name: string, _, command: Command) => {
      const { silenceAdd } = await import('../commands/silence-add.js');
      exitWith(
        await silenceAdd(name, command.optsWithGlobals<import('../commands/silence-add.js').SilenceAddOptions>(), io),
      );
    });
}

function describeList(silence: Command, { io, exitWith }: Session): void {
  silence
    .command('list')
    .description('list the silences that hold or are to come, whoever made them')
    .addOption(address())
    .addOption(formatOption(FORMATS))
    .action(async (_, command: Command) => {
      const { silenceList } = await import('../commands/silence-list.js');
      exitWith(await silenceList(command.optsWithGlobals<SilenceOptions>(), io));
    });
}

function describeExpire(silence: Command, { io, exitWith }: Session): void {
  silence
    .command('expire')
    .argument('<id...>', 'ids of silences, as `aami silence list` shows them')
    .description('end silences')
    .addOption(address())
    .addOption(formatOption(FORMATS))
    .action(async (ids: string[], _, command: Command) => {
      const { silenceExpire } = await import('../commands/silence-expire.js');
      exitWith(await silenceExpire(ids, command.optsWithGlobals<SilenceOptions>(), io));
    });
}

const NOTE = `
aami silence sync knows its own silences by who made them and by the end of their comment. It touches no other.`;
