import { json } from '../../checks/reporters/json.js';
import { samplesOf } from '../../checks/samples.js';
import { checkToRun } from '../../checks/to-run.js';
import type { CheckRun } from '../../checks/types.js';
import { block } from '../../explain/reporters/draw.js';
import { complain } from '../complain.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type Io, progressOn, wantsColour } from '../io.js';
import type { CommonOptions } from '../options.js';
import { resolvedModel } from '../repo-model.js';
import { tryCheck } from '../try-check.js';

export interface ChecksRunOptions extends CommonOptions {
  readonly target?: string;
  readonly config?: readonly string[];
  readonly format: 'pretty' | 'json';
}

/** How the agent ends where it has run a check. */
const STATUS: Readonly<Record<number, CheckRun['status']>> = { 0: 'measured', 1: 'failed', 69: 'unsupported' };
const EXITS: Readonly<Record<CheckRun['status'], ExitCode>> = {
  measured: EXIT.fine,
  failed: EXIT.findings,
  unsupported: EXIT.environment,
};

/** Runs one check of the repo on this machine, as an agent does on a node. */
export async function checksRun(check: string, options: ChecksRunOptions, io: Io): Promise<ExitCode> {
  const model = await resolvedModel(options, io);
  if (typeof model === 'number') return model;
  const ready = checkToRun(model, { check, target: options.target ?? null, config: options.config ?? [] });
  if (ready.kind === 'trouble') {
    for (const { message, hint } of ready.troubles) complain(io, message, hint);
    return EXIT.usage;
  }
  const started = io.now();
  const progress = progressOn(io.stderr, io.env);
  progress.show(`Running ${check}`);
  const { exitCode, text, log } = await tryCheck(check, ready.bundle, ready.target);
  progress.clear();
  const status = exitCode === null ? undefined : STATUS[exitCode];
  if (status === undefined || options.format === 'pretty') io.stderr.write(shown(log));
  if (status === undefined) {
    complain(io, `the agent could not run ${check}${exitCode === null ? '' : `: exit code ${exitCode}`}`);
    return EXIT.environment;
  }
  const { target, config } = ready;
  const samples = status === 'measured' ? samplesOf(text) : [];
  const run: CheckRun = { check, target, config, status, milliseconds: io.now() - started, samples, log };
  if (options.format === 'json') io.stdout.write(json(run));
  else {
    const { pretty } = await import('../../checks/reporters/pretty.js');
    io.stdout.write(pretty(run, wantsColour(io.stdout, io.env)));
  }
  io.keepCode?.();
  return EXITS[status];
}

/** What a check says may hold anything. */
const shown = (log: string): string => (log.trim() === '' ? '' : `${block(log, 0).join('\n')}\n`);
