import type { Group, Maintenance, Target, TimeInterval } from '../model/types.js';
import { coveredBy, isCovered } from '../resolve/maintenance.js';
import type { ExplainContext } from './context.js';
import { placeOf } from './places.js';
import type { KeptBack } from './types.js';

/** The maintenances of a target, in order of name. */
export function keptBackOn({ model: { repo } }: ExplainContext, target: Target): KeptBack[] {
  return repo.maintenances
    .filter((maintenance) => isCovered(target, coveredBy(maintenance, repo)))
    .map((maintenance) => keptBack(maintenance, null));
}

/** Those of a group, and of some targets whose primary group it is. */
export function keptBackIn({ model: { repo } }: ExplainContext, group: Group): KeptBack[] {
  return repo.maintenances.flatMap((maintenance) => {
    const covered = coveredBy(maintenance, repo);
    if (covered.groups.includes(group)) return [keptBack(maintenance, null)];
    const targets = covered.targets.filter(({ groups }) => groups[0] === group).map(({ id }) => id);
    return targets.length > 0 ? [keptBack(maintenance, targets)] : [];
  });
}

function keptBack({ name, time, comment, origin }: Maintenance, targets: readonly string[] | null): KeptBack {
  const when =
    time.kind === 'schedule'
      ? { schedule: time.intervals.map(intervalText), start: null, end: null }
      : { schedule: null, start: new Date(time.start).toISOString(), end: new Date(time.end).toISOString() };
  return { maintenance: name, ...when, targets, comment, at: placeOf(origin) };
}

/** `22:00-24:00, saturday, Europe/Berlin` */
function intervalText({ times, weekdays, days_of_month: days, months, location }: TimeInterval): string {
  return [
    ...(times ?? []).map(({ start_time, end_time }) => `${start_time}-${end_time}`),
    ...(weekdays === undefined ? [] : [weekdays.join(' ')]),
    ...(days === undefined ? [] : [`days ${days.join(' ')}`]),
    ...(months === undefined ? [] : [months.join(' ')]),
    location ?? 'UTC',
  ].join(', ');
}
