import { oneLine } from '../../diagnostics/display.js';
import { nearest } from '../../diagnostics/nearest.js';
import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import type { Silence } from '../../silence/types.js';
import { connect } from '../alertmanager.js';
import { alertmanagersOfRepo } from '../alertmanagers-of-repo.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { SilenceOptions } from '../options.js';
import { describeMatchers, existingJson } from '../silence-report.js';

/** Ends silences: all that are named, or, if one of them is unknown, none. */
export async function silenceExpire(ids: readonly string[], options: SilenceOptions, io: Io): Promise<ExitCode> {
  const connection = await connect(options.alertmanager, () => alertmanagersOfRepo(options, io), io);
  if (connection.kind === 'failed') return connection.exit;
  const { client, silences } = connection;
  const byId = new Map(silences.map((silence) => [silence.id, silence]));
  const unknown = [...new Set(ids)].filter((id) => !byId.has(id));
  for (const id of unknown) {
    const near = nearest(id, byId.keys());
    complain(
      io,
      `${client.shown} has no silence ${oneLine(id)}`,
      near === null ? null : `Did you mean ${oneLine(near)}?`,
    );
  }
  if (unknown.length > 0) return EXIT.usage;

  const named = [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
  const done: Silence[] = [];
  for (const silence of named.filter(({ state }) => state !== 'expired')) {
    const answer = await client.expire(silence.id);
    if (!answer.ok) {
      complain(io, `silence ${oneLine(silence.id)} stays: ${client.shown} ${answer.trouble}`);
      print(done, named, client.shown, options, io);
      return EXIT.environment;
    }
    done.push(silence);
  }
  print(done, named, client.shown, options, io);
  return EXIT.fine;
}

function print(
  done: readonly Silence[],
  named: readonly Silence[],
  shown: string,
  { format }: SilenceOptions,
  io: Io,
): void {
  if (format === 'json') {
    const expired = done.map((silence) => existingJson({ ...silence, state: 'expired' }));
    io.stdout.write(printableJson({ alertmanager: shown, expired }));
    return;
  }
  for (const silence of named) {
    if (done.includes(silence)) io.stdout.write(`Expired ${oneLine(silence.id)}  ${describeMatchers(silence)}\n`);
    else if (silence.state === 'expired') io.stdout.write(`${oneLine(silence.id)} had expired already\n`);
  }
}
