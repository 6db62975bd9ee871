import { amount } from '../../diagnostics/amounts.js';
import { oneLine } from '../../diagnostics/display.js';
import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import { durationMs } from '../../promql/index.js';
import { coveredByNamed, findNamed, type Named } from '../../silence/find.js';
import { matchersOf } from '../../silence/matchers.js';
import type { NewSilence } from '../../silence/types.js';
import { connect } from '../alertmanager.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { SilenceOptions } from '../options.js';
import { repoModel } from '../repo-model.js';
import { describeMatchers, describeMoment, silenceJson } from '../silence-report.js';
import { userOf } from '../user.js';

export interface SilenceAddOptions extends SilenceOptions {
  readonly for: string;
  readonly comment: string;
  readonly author?: string;
}

/** Silences a target or a group, with the groups below it, from now on. */
export async function silenceAdd(name: string, options: SilenceAddOptions, io: Io): Promise<ExitCode> {
  const length = durationMs(options.for);
  if (length === null || length === 0) {
    complain(io, `${oneLine(options.for)} is not a duration`, 'E.g. 30m, 2h or 1d12h.');
    return EXIT.usage;
  }
  if (options.comment.trim() === '') {
    complain(io, 'the comment is empty', 'Say why, for those who wonder where the alerts are.');
    return EXIT.usage;
  }
  const repo = await repoModel(options, io);
  if (typeof repo === 'number') return repo;
  const named = findNamed(repo, name);
  if (named.kind === 'unknown') {
    complain(io, `there is no target or group ${oneLine(name)}`, named.hint);
    return EXIT.usage;
  }
  const parts = matchersOf(coveredByNamed(named, repo));
  const connection = await connect(options.alertmanager, () => Promise.resolve(repo.project.alertmanagers), io);
  if (connection.kind === 'failed') return connection.exit;

  const { client } = connection;
  const startsAt = io.clock();
  const times = { startsAt, endsAt: startsAt + length };
  const about = { ...times, createdBy: options.author || userOf(io.env), comment: options.comment.trim() };
  const made: Made[] = [];
  let trouble: string | null = null;
  for (const matchers of parts) {
    const silence = { matchers, ...about };
    const answer = await client.post(silence, null);
    if (!answer.ok) {
      trouble = answer.trouble;
      break;
    }
    made.push({ id: answer.value, silence });
  }
  if (made.length > 0) io.stdout.write(print(named, made, times.endsAt, client.shown, options));
  if (trouble === null) return EXIT.fine;
  complain(io, `${made.length === 0 ? 'no silence' : 'not every silence'} was made: ${client.shown} ${trouble}`);
  return EXIT.environment;
}

interface Made {
  readonly id: string;
  readonly silence: NewSilence;
}

function print(
  named: Named,
  made: readonly Made[],
  endsAt: number,
  shown: string,
  { format }: SilenceAddOptions,
): string {
  if (format === 'json') {
    const silences = made.map(({ id, silence }) => ({ id, ...silenceJson(silence) }));
    return printableJson({ alertmanager: shown, silences });
  }
  const alerts = made.map(({ silence }) => `  alerts  ${describeMatchers(silence)}\n`);
  const ids = made.map(({ id }) => oneLine(id));
  return `Silenced ${whatIs(named)} until ${describeMoment(endsAt)}
${alerts.join('')}  undo    aami silence expire ${ids.join(' ')}
`;
}

function whatIs(named: Named): string {
  if (named.kind === 'target') return `target ${named.target.id}`;
  if (named.kind === 'unknown') return '';
  const below = named.descendants.length;
  return `group ${named.group.id}${below === 0 ? '' : ` with ${amount(below, 'group')} below it`}`;
}
