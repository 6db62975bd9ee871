import { clientOf } from '../../deploy/clients.js';
import { reloadServer } from '../../deploy/reload.js';
import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import { complain } from '../complain.js';
import { deploySetup, type ServersOptions } from '../deploy-setup.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type Io, progressOn } from '../io.js';

export type ReloadOptions = ServersOptions;

/** Has every server read its files again, whoever put them there. */
export async function reload(options: ReloadOptions, io: Io): Promise<ExitCode> {
  const setup = await deploySetup(options, io);
  if (setup.kind === 'failed') return setup.exit;
  const servers = setup.settings.servers.flatMap((server) => {
    const client = clientOf(server);
    return client === null ? [] : [{ server, client }];
  });
  if (servers.length === 0) {
    complain(
      io,
      'which servers?',
      'Give --prometheus-url or --alertmanager-url, or name them under `deploy` in aami.yaml.',
    );
    return EXIT.usage;
  }
  const progress = progressOn(io.stderr, io.env);
  progress.show('Reloading');
  const results = await Promise.all(
    servers.map(async ({ server, client }) => ({ client, result: await reloadServer(client, server) })),
  );
  progress.clear();
  if (options.format === 'json') {
    const report = results.map(({ client: { kind, shown }, result }) => ({
      kind,
      address: shown,
      state: result.kind,
      reloaded_by: result.kind === 'reloaded' ? result.by : null,
      problem: result.kind === 'reloaded' ? null : result.trouble,
    }));
    io.stdout.write(printableJson({ servers: report }));
  }
  for (const { client, result } of results) {
    if (result.kind !== 'reloaded') complain(io, `${client.shown} ${result.trouble}`, result.hint);
    else if (options.format === 'pretty')
      io.stdout.write(`${client.shown} reloaded${result.by === 'signal' ? ' by SIGHUP' : ''}, and is ready\n`);
  }
  if (results.some(({ result }) => result.kind === 'unreachable')) return EXIT.environment;
  return results.some(({ result }) => result.kind === 'refused') ? EXIT.findings : EXIT.fine;
}
