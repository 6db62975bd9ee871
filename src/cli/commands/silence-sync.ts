import { printableJson } from '../../diagnostics/reporters/printable-json.js';
import type { AlertmanagerClient } from '../../servers/alertmanager.js';
import type { Answer } from '../../servers/answer.js';
import { planSync, type SyncStep, wantedSilences } from '../../silence/plan.js';
import { connect } from '../alertmanager.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { SilenceOptions } from '../options.js';
import { repoModel } from '../repo-model.js';
import { describeMatchers, describeMoment, silenceJson } from '../silence-report.js';

export interface SilenceSyncOptions extends SilenceOptions {
  readonly dryRun?: boolean;
}

/** A step, and the id of its silence; null: it was not done. */
interface Outcome {
  readonly step: SyncStep;
  readonly id: string | null;
}

/** Makes the silences of an Alertmanager those of the windows of the repo, as far as aami made them. */
export async function silenceSync(options: SilenceSyncOptions, io: Io): Promise<ExitCode> {
  const repo = await repoModel(options, io);
  if (typeof repo === 'number') return repo;
  const { name, alertmanagers } = repo.project;
  const connection = await connect(options.alertmanager, () => Promise.resolve(alertmanagers), io);
  if (connection.kind === 'failed') return connection.exit;

  const { client } = connection;
  const now = io.clock();
  const steps = planSync(wantedSilences(repo, now), connection.silences, name, now);
  const outcomes: Outcome[] = [];
  let trouble: string | null = null;
  for (const step of steps) {
    const answer: Answer<string | null> = options.dryRun ? { ok: true, value: idOf(step) } : await take(step, client);
    if (!answer.ok) trouble ??= `the silence of ${step.name} is not as it should be: ${client.shown} ${answer.trouble}`;
    else outcomes.push({ step, id: answer.value });
  }
  const print = options.format === 'json' ? json : pretty;
  io.stdout.write(print(outcomes, client.shown, options.dryRun === true));
  if (trouble === null) return EXIT.fine;
  complain(io, trouble);
  return EXIT.environment;
}

function idOf(step: SyncStep): string | null {
  if (step.kind === 'create') return null;
  return step.kind === 'change' ? step.from.id : step.silence.id;
}

async function take(step: SyncStep, client: AlertmanagerClient): Promise<Answer<string>> {
  switch (step.kind) {
    case 'create':
      return client.post(step.silence, null);
    case 'change':
      return client.post(step.silence, step.from.id);
    case 'expire': {
      const answer = await client.expire(step.silence.id);
      return answer.ok ? { ok: true, value: step.silence.id } : answer;
    }
    case 'keep':
      return { ok: true, value: step.silence.id };
  }
}

const WORDS = { create: 'created', change: 'changed', expire: 'expired', keep: 'unchanged' } as const;
const KINDS = ['create', 'change', 'expire', 'keep'] as const;

function pretty(outcomes: readonly Outcome[], shown: string, dryRun: boolean): string {
  const lines = outcomes
    .filter(({ step }) => step.kind !== 'keep')
    .map(({ step: { kind, name, silence } }) => {
      const times =
        kind === 'expire' ? '' : `  ${describeMoment(silence.startsAt)} to ${describeMoment(silence.endsAt)}`;
      return `${dryRun ? 'would be ' : ''}${WORDS[kind].padEnd(7)}  ${name}${times}  ${describeMatchers(silence)}\n`;
    });
  const counted = KINDS.map((kind) => `${outcomes.filter(({ step }) => step.kind === kind).length} ${WORDS[kind]}`);
  return `${lines.join('')}At ${shown}${dryRun ? ' there would be' : ''}: ${counted.join(', ')}\n`;
}

function json(outcomes: readonly Outcome[], shown: string, dryRun: boolean): string {
  const steps = outcomes.map(({ step, id }) => ({
    action: step.kind,
    maintenance: step.name,
    id,
    ...silenceJson(step.silence),
  }));
  return printableJson({ alertmanager: shown, dry_run: dryRun, steps });
}
