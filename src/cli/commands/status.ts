import { type Status, verdictOf } from '../../status/types.js';
import { complain } from '../complain.js';
import { deploySetup, type ServersOptions } from '../deploy-setup.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type Io, progressOn, wantsColour } from '../io.js';
import { statusAsker } from '../status-asker.js';

export interface StatusOptions extends ServersOptions {
  readonly watch?: boolean;
  /** In seconds. */
  readonly interval?: number;
}

/** Asks the servers whether what runs is what was built. */
export async function status(build: string | undefined, options: StatusOptions, io: Io): Promise<ExitCode> {
  const trouble = misused(options);
  if (trouble !== null) {
    complain(io, trouble);
    return EXIT.usage;
  }
  const setup = await deploySetup(options, io);
  if (setup.kind === 'failed') return setup.exit;
  const { settings } = setup;
  const servers = settings.servers.filter(({ access }) => access !== null);
  if (servers.length === 0) {
    complain(
      io,
      'which servers?',
      'Give --prometheus-url or --alertmanager-url, name them under `deploy` in aami.yaml, or set PROMETHEUS_URL.',
    );
    return EXIT.usage;
  }
  const ask = statusAsker(build, setup, servers, io);
  if (typeof ask === 'number') return ask;

  if (options.watch === true) {
    const { watchStatus } = await import('../watch-status.js');
    const last = await watchStatus(ask, (options.interval ?? DEFAULT_INTERVAL) * 1000, io);
    return last === null ? EXIT.environment : exitOf(last);
  }
  const progress = progressOn(io.stderr, io.env);
  progress.show(`Asking ${servers.length === 1 ? 'the server' : `${servers.length} servers`}`);
  const told = await ask();
  progress.clear();
  const draw =
    options.format === 'json'
      ? (await import('../../status/reporters/json.js')).json
      : (await import('../../status/reporters/pretty.js')).pretty;
  io.stdout.write(draw(told, { color: wantsColour(io.stdout, io.env) }));
  return exitOf(told.status);
}

const DEFAULT_INTERVAL = 5;

function misused({ watch, interval, format }: StatusOptions): string | null {
  if (watch === true && format === 'json') return '--watch is for people to look at: it has the format pretty alone';
  return watch !== true && interval !== undefined ? '--interval belongs to --watch' : null;
}

const EXITS = { 'as built': EXIT.fine, drifted: EXIT.findings, unknown: EXIT.environment } as const;
const exitOf = (told: Status): ExitCode => EXITS[verdictOf(told)];
