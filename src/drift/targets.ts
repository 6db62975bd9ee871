import { byCodeUnit } from '../diagnostics/order.js';
import type { BuiltTargets } from './built-targets.js';
import { fieldDrift, labelDrift } from './fields.js';
import { type Pairs, pairUp } from './pairs.js';
import type { RunningTargets } from './running-targets.js';
import type { FieldDrift, RunningTarget, Target, TargetDrift, TargetPlace } from './types.js';

export interface TargetsDrift {
  readonly drift: readonly TargetDrift[];
  /** Targets that are scraped as they were built, whether they answer or not. */
  readonly asBuilt: number;
  /** Targets of jobs that the build does not have. */
  readonly foreign: number;
  /** Targets of the build that do not answer. That is what alerts are for, and no drift. */
  readonly down: readonly { readonly target: TargetPlace; readonly error: string | null }[];
}

/** What the targets that are scraped differ in from those that were built. */
export function compareTargets(built: BuiltTargets, running: RunningTargets): TargetsDrift {
  const jobs = new Set(built.jobs);
  const own = running.active.filter(({ job }) => jobs.has(job));
  const dropped = new Set(running.dropped.map(keyOf));
  const { pairs, onlyBuilt, onlyRunning } = pairTargets(built.targets, own);
  const drift: TargetDrift[] = [];
  let asBuilt = 0;
  for (const [target, scraped] of pairs) {
    const fields = targetFields(target, scraped);
    if (fields.length === 0) asBuilt++;
    else drift.push({ kind: 'target-differs', target: placeOf(target), fields });
  }
  for (const target of onlyBuilt)
    drift.push({ kind: 'target-not-scraped', target: placeOf(target), dropped: dropped.has(keyOf(target)) });
  for (const target of onlyRunning) drift.push({ kind: 'target-not-built', target: placeOf(target) });
  const down = pairs.flatMap(([target, scraped]) =>
    scraped.health === 'down' ? [{ target: placeOf(target), error: scraped.lastError }] : [],
  );
  return {
    drift: drift.sort((a, b) => byPlace(a.target, b.target)),
    asBuilt,
    foreign: running.active.length - own.length,
    down: down.sort((a, b) => byPlace(a.target, b.target)),
  };
}

/** By the address, with the id where several targets share one; then by the id alone, for one that has moved. */
const pairTargets = (built: readonly Target[], running: readonly RunningTarget[]): Pairs<Target, RunningTarget> =>
  pairUp<Target, RunningTarget>(built, running, [keyOf, addressOf, idOf]);

const keyOf = (target: Target): string => JSON.stringify([target.job, target.address, target.labels.target_id ?? '']);
const addressOf = (target: Target): string => JSON.stringify([target.job, target.address]);
/** A target without an id is like no other. */
const idOf = (target: Target): string =>
  target.labels.target_id === undefined
    ? JSON.stringify([target.job, target.address, 'no id'])
    : JSON.stringify([target.job, target.labels.target_id]);

/** A label that a relabelling adds beside those of the build is the business of who writes the job. */
function targetFields(built: Target, running: RunningTarget): readonly FieldDrift[] {
  const concerned = Object.entries(running.labels).filter(
    ([name]) => Object.hasOwn(built.labels, name) || !running.relabelled.has(name),
  );
  return [
    ...fieldDrift('address', built.address, running.address),
    ...fieldDrift('scheme', built.scheme, running.scheme),
    ...fieldDrift('metrics_path', built.metricsPath, running.metricsPath),
    ...labelDrift('labels', built.labels, Object.fromEntries(concerned)),
  ];
}

const placeOf = ({ job, address, labels }: Target): TargetPlace => ({
  job,
  address,
  instance: labels.instance ?? null,
});

const byPlace = (a: TargetPlace, b: TargetPlace): number =>
  byCodeUnit(a.job, b.job) || byCodeUnit(a.address, b.address);
