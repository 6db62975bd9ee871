import type { DeployOutcome, DeployPlan, LostState, PlacePlan, ServerResult } from '../deploy/outcome.js';
import { amount } from '../diagnostics/amounts.js';
import { oneLine } from '../diagnostics/display.js';
import { printableJson } from '../diagnostics/reporters/printable-json.js';
import type { BuiltFrom } from '../output/manifest.js';
import { complain } from './complain.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';

interface Reporting {
  readonly command: 'deploy' | 'rollback';
  readonly format: 'pretty' | 'json';
}

export function exitOf({ kind }: DeployOutcome): ExitCode {
  if (kind === 'failed') return EXIT.environment;
  return kind === 'planned' || kind === 'deployed' || kind === 'unchanged' ? EXIT.fine : EXIT.findings;
}

/** What was done, or would be: on stdout; what went wrong on stderr. */
export function reportOutcome(outcome: DeployOutcome, { command, format }: Reporting, io: Io): void {
  const plan = 'plan' in outcome ? outcome.plan : null;
  if (format === 'json') io.stdout.write(printableJson(outcomeJson(outcome)));
  else if (plan !== null) io.stdout.write(describePlan(plan, outcome.kind === 'planned' || outcome.kind === 'refused'));
  for (const warning of format === 'pretty' ? (plan?.warnings ?? []) : []) warn(io, warning);
  switch (outcome.kind) {
    case 'failed':
    case 'refused':
      complain(io, outcome.message, outcome.hint);
      return;
    case 'not-confirmed':
      complainOfServers(outcome.servers, io);
      complain(io, 'nothing was changed: this is deployed already, and the servers do not run it');
      return;
    case 'rolled-back':
      complainOfServers(outcome.servers, io);
      complainOfRestored(outcome.restored, io);
      return;
    case 'planned':
      return;
    case 'deployed':
    case 'unchanged':
      if (format === 'json') return;
      for (const server of outcome.servers) {
        io.stdout.write(describeServer(server));
        for (const warning of server.warnings) warn(io, `${server.address}: ${warning}`);
      }
      io.stdout.write(describeEnd(outcome, command));
  }
}

const warn = (io: Io, text: string): unknown => io.stderr.write(`warning: ${oneLine(text)}\n`);

const MOST_PROBLEMS = 10;

function complainOfServers(servers: readonly ServerResult[], io: Io): void {
  for (const { address, problems, hint } of servers.filter(({ state }) => state === 'failed')) {
    const shown = problems.slice(0, MOST_PROBLEMS);
    for (const problem of shown) complain(io, `${address}: ${problem}`);
    const more = problems.length - shown.length;
    if (more > 0) complain(io, `${address}: ${amount(more, 'more problem')}`);
    if (hint !== null) io.stderr.write(`hint: ${oneLine(hint)}\n`);
  }
}

function complainOfRestored(restored: readonly ServerResult[], io: Io): void {
  const again = restored.filter(({ state }) => state === 'failed');
  if (again.length === 0) {
    complain(io, 'what was deployed before has been put back, and runs');
    return;
  }
  for (const { address, problems } of again)
    complain(io, `what was deployed before has been put back, but ${address} does not run it: ${problems[0] ?? ''}`);
}

/** `build 17 of 1a2b3c4d5e6f, not committed as it is` */
export function describeSource(source: BuiltFrom | null): string {
  if (source === null) return 'a build of unknown origin';
  const { revision, number, dirty } = source;
  const name = number === null ? 'a build' : `build ${number}`;
  const of = revision === null ? '' : ` of ${revision.slice(0, 12)}`;
  return oneLine(`${name}${of}${dirty ? ' with changes that were not committed' : ''}`);
}

function describePlan(plan: DeployPlan, isOnlyPlan: boolean): string {
  const replaced = plan.replaces === null ? '' : `, over ${describeSource(plan.replaces)}`;
  const head = `${capital(describeSource(plan.source))}${replaced}\n`;
  return `${head}${plan.places.map((place) => describePlace(place, isOnlyPlan)).join('')}${plan.stateLost.map(describeLoss).join('')}`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function describePlace({ folder, from, to, changes }: PlacePlan, listed: boolean): string {
  const { added, changed, removed, unchanged } = changes;
  const generation =
    from === to ? `generation ${to} stays` : `generation ${to}${from === null ? '' : `, after ${from}`}`;
  const counts = [
    [added.length, 'added'],
    [changed.length, 'changed'],
    [removed.length, 'removed'],
    [unchanged, 'unchanged'],
  ] as const;
  const tally = counts.map(([count, word]) => `${count} ${word}`).join(', ');
  const lines = listed
    ? [
        ...added.map((path) => `  + ${path}`),
        ...changed.map((path) => `  ~ ${path}`),
        ...removed.map((path) => `  - ${path}`),
      ]
    : [];
  return [`${oneLine(folder)}: ${generation}; files: ${tally}`, ...lines.map(oneLine)]
    .map((line) => `${line}\n`)
    .join('');
}

function describeLoss({ alerts, because, targets }: LostState): string {
  const on = targets === null ? '' : ` on ${amount(targets, 'target')}`;
  return `${oneLine(`Starts over${on}: ${alerts.join(', ')} (${because})`)}\n`;
}

function describeServer({ kind, address, state, reloadedBy }: ServerResult): string {
  if (state === 'not-asked') return `${address ?? kind}: not reloaded, not asked\n`;
  return `${address}: reloaded${reloadedBy === 'signal' ? ' by SIGHUP' : ''}, confirmed\n`;
}

function describeEnd(
  { kind, servers }: DeployOutcome & { servers: readonly ServerResult[] },
  command: Reporting['command'],
): string {
  const done = kind === 'unchanged' ? 'Nothing to install' : command === 'deploy' ? 'Deployed' : 'Rolled back';
  const confirmed = servers.filter(({ state }) => state === 'confirmed').length;
  return `${done}; ${amount(confirmed, 'server')} of ${servers.length} confirmed\n`;
}

/** As programs read it. */
function outcomeJson(outcome: DeployOutcome) {
  const plan = 'plan' in outcome ? outcome.plan : null;
  return {
    outcome: outcome.kind,
    message: 'message' in outcome ? outcome.message : null,
    hint: 'message' in outcome ? outcome.hint : null,
    source: plan?.source ?? null,
    replaces: plan?.replaces ?? null,
    places: (plan?.places ?? []).map(({ folder, part, from, to, changes, edited, interrupted }) => ({
      ...{ folder, part, from, to, ...changes, edited_by_hand: edited, interrupted },
    })),
    removals: plan?.removals ?? [],
    state_lost: plan?.stateLost ?? [],
    warnings: plan?.warnings ?? [],
    servers: ('servers' in outcome ? outcome.servers : []).map(serverJson),
    restored: outcome.kind === 'rolled-back' ? outcome.restored.map(serverJson) : [],
  };
}

const serverJson = ({ reloadedBy, ...rest }: ServerResult) => ({ ...rest, reloaded_by: reloadedBy });
