import { oneLine } from '../../diagnostics/display.js';
import { byCodeUnit } from '../../diagnostics/order.js';
import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import type { Silence } from '../../silence/types.js';
import { connect } from '../alertmanager.js';
import { alertmanagersOfRepo } from '../alertmanagers-of-repo.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { SilenceOptions } from '../options.js';
import { describeMatchers, describeMoment, existingJson } from '../silence-report.js';

/** The silences that hold or are to come, in the order in which they end. */
export async function silenceList(options: SilenceOptions, io: Io): Promise<ExitCode> {
  const connection = await connect(options.alertmanager, () => alertmanagersOfRepo(options, io), io);
  if (connection.kind === 'failed') return connection.exit;
  const { client } = connection;
  const living = connection.silences
    .filter(({ state }) => state !== 'expired')
    .sort((a, b) => a.endsAt - b.endsAt || byCodeUnit(a.id, b.id));
  if (options.format === 'json') {
    io.stdout.write(printableJson({ alertmanager: client.shown, silences: living.map(existingJson) }));
  } else {
    io.stdout.write(living.length === 0 ? `No silences at ${client.shown}\n` : living.map(describe).join('\n'));
  }
  return EXIT.fine;
}

function describe(silence: Silence): string {
  const { id, state, startsAt, endsAt, createdBy, comment } = silence;
  const when =
    state === 'pending'
      ? `from ${describeMoment(startsAt)} until ${describeMoment(endsAt)}`
      : `until ${describeMoment(endsAt)}`;
  return `${oneLine(id)}  ${when}\n  ${describeMatchers(silence)}\n  ${oneLine(createdBy)}: ${oneLine(comment)}\n`;
}
