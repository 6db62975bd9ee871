import { byCodeUnit } from '../diagnostics/order.js';
import type { Json, Maintenance, Repo } from '../model/types.js';
import { formatMatcher } from '../promql/index.js';
import { coveredBy, isCovered } from '../resolve/maintenance.js';
import { fieldChanges } from './fields.js';
import type { Places } from './places.js';
import type { Snapshot } from './snapshot.js';
import type { Effect, MaintenanceChange, ValueChange } from './types.js';
import type { Placer } from './where.js';

/**
 * When and of which targets nobody is told. It weakens monitoring that there is a new one, that it holds for more
 * targets, or that a window begins earlier or ends later; of a schedule that differs, nobody can tell.
 */
export function maintenanceChanges(
  before: Snapshot,
  after: Snapshot,
  sides: { readonly before: Places; readonly after: Places },
  place: Placer,
): MaintenanceChange[] {
  const [old, now] = [maintenancesOf(before), maintenancesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort(byCodeUnit).flatMap((name): MaintenanceChange[] => {
    const [was, is] = [old.get(name), now.get(name)];
    const values = valueChanges(was?.maintenance, is?.maintenance);
    if (is === undefined) {
      if (was === undefined) return [];
      const where = place(was.targets);
      return [
        {
          kind: 'removed',
          name,
          values,
          at: sides.before.at(was.maintenance.origin),
          where,
          count: was.targets.length,
          weakens: [],
        },
      ];
    }
    const more = was === undefined ? is.targets : is.targets.filter((target) => !was.targets.includes(target));
    if (was !== undefined && values.length === 0 && more.length === 0 && was.targets.length === is.targets.length)
      return [];
    const longer = is.targets.length > 0 && values.some(({ effect }) => effect === 'weaker');
    return [
      {
        kind: was === undefined ? 'added' : 'changed',
        name,
        values,
        at: sides.after.at(is.maintenance.origin),
        where: place(is.targets),
        count: is.targets.length,
        weakens: more.length > 0 || longer ? ['kept-back'] : [],
      },
    ];
  });
}

interface Held {
  readonly maintenance: Maintenance;
  /** Ids of the active targets whose alerts it keeps back. */
  readonly targets: readonly string[];
}

function maintenancesOf({ model }: Snapshot): ReadonlyMap<string, Held> {
  if (model === null) return new Map();
  const { repo } = model;
  return new Map(
    repo.maintenances.map((maintenance) => [maintenance.name, { maintenance, targets: targetsOf(maintenance, repo) }]),
  );
}

function targetsOf(maintenance: Maintenance, repo: Repo): string[] {
  const covered = coveredBy(maintenance, repo);
  return repo.targets.filter((target) => target.active && isCovered(target, covered)).map(({ id }) => id);
}

function valueChanges(was: Maintenance | undefined, is: Maintenance | undefined): ValueChange[] {
  return fieldChanges(fieldsOf(was), fieldsOf(is)).map((field) => ({
    ...field,
    ...{ beforeAt: null, afterAt: null, reason: null },
    effect: was === undefined || is === undefined ? 'neutral' : effectOf(field),
  }));
}

/** In the words of a Maintenance document. */
function fieldsOf(maintenance: Maintenance | undefined): Readonly<Record<string, Json>> {
  if (maintenance === undefined) return {};
  const { groups, targets, time, comment } = maintenance;
  return {
    ...(groups !== null && { groups: groups.map(({ id }) => id) }),
    ...(targets.length > 0 && { targets: targets.map(formatMatcher).join(',') }),
    ...(time.kind === 'schedule'
      ? { schedule: time.intervals as unknown as Json }
      : { start: new Date(time.start).toISOString(), end: new Date(time.end).toISOString() }),
    ...(comment !== null && { comment }),
  };
}

/** Moments are written alike, so that the later one is the greater text. */
function effectOf({ path, before, after }: Pick<ValueChange, 'path' | 'before' | 'after'>): Effect {
  if (path === 'schedule') return 'unclear';
  if (path !== 'start' && path !== 'end') return 'neutral';
  if (typeof before !== 'string' || typeof after !== 'string') return 'unclear';
  return after > before === (path === 'end') ? 'weaker' : 'stronger';
}
