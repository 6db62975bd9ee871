import { byCodeUnit } from '../diagnostics/order.js';
import { ALERT_CLASSES, type AlertClass } from '../resolve/ownership.js';
import type { NotifiedChange } from './types.js';
import type { Placer } from './where.js';

/** What is told of some alerts in another way now: whom, or when. */
export type TellingChange = Pick<NotifiedChange, 'gained' | 'lost' | 'beforeAt' | 'afterAt' | 'timing' | 'weakens'>;

/** An alert that both sides have, and how it is told. */
export interface Telling {
  readonly of: NotifiedChange['of'];
  /** As the side after calls it. */
  readonly alert: string;
  readonly alerts: AlertClass;
  /** Over many targets: of a group above theirs, perhaps. */
  readonly aggregate: boolean;
  readonly targets: readonly string[];
  /** null: as before. */
  readonly change: TellingChange | null;
}

/** Alerts of one target, or of none, that change alike: their names. */
interface Names {
  readonly own: Set<string>;
  readonly aggregates: Set<string>;
}

type NamesByClass = Map<AlertClass, Names>;

interface Alike {
  readonly of: NotifiedChange['of'];
  readonly change: TellingChange;
  readonly byTarget: Map<string, NamesByClass>;
}

/** Of no target: a hand-written rule of no group. */
const NO_TARGET = '';

/** Targets whose alerts change alike are one entry; so are severities. Where all alerts of a severity do, none is named. */
export function foldTelling(tellings: readonly Telling[], place: Placer): NotifiedChange[] {
  const changed = tellings.filter(({ change }) => change !== null);
  if (changed.length === 0) return [];
  const all = countAlerts(tellings);
  const alike = new Map<string, Alike>();
  for (const { of, alert, alerts, aggregate, targets, change } of changed) {
    if (change === null) continue;
    const key = JSON.stringify([of, change]);
    const entry = alike.get(key) ?? { of, change, byTarget: new Map<string, NamesByClass>() };
    alike.set(key, entry);
    for (const target of targets.length === 0 ? [NO_TARGET] : targets) {
      const names = entry.byTarget.get(target) ?? new Map<AlertClass, Names>();
      entry.byTarget.set(target, names);
      const known = names.get(alerts) ?? { own: new Set<string>(), aggregates: new Set<string>() };
      names.set(alerts, known);
      (aggregate ? known.aggregates : known.own).add(alert);
    }
  }
  const entries = [...alike.values()].flatMap((one) => entriesOf(one, all, place));
  return entries.sort(inOrder);
}

/** How many alerts of a class a target has. */
type Count = (of: NotifiedChange['of'], alerts: AlertClass, target: string, aggregate: boolean) => number;

function countAlerts(tellings: readonly Telling[]): Count {
  const known = new Map<string, Set<string>>();
  for (const { of, alert, alerts, aggregate, targets } of tellings) {
    for (const target of targets.length === 0 ? [NO_TARGET] : targets) {
      const key = `${of} ${alerts} ${aggregate} ${target}`;
      known.set(key, (known.get(key) ?? new Set()).add(alert));
    }
  }
  return (of, alerts, target, aggregate) => known.get(`${of} ${alerts} ${aggregate} ${target}`)?.size ?? 0;
}

function entriesOf({ of, change, byTarget }: Alike, count: Count, place: Placer): NotifiedChange[] {
  const folded = new Map<string, { alerts: AlertClass[]; names: readonly string[] | null; targets: string[] }>();
  for (const [target, names] of byTarget) {
    // Severities of a target whose alerts of these names change together.
    const together = new Map<string, { alerts: AlertClass[]; names: readonly string[] | null }>();
    for (const alerts of ALERT_CLASSES) {
      const changed = names.get(alerts);
      if (changed === undefined) continue;
      const isAll = (aggregate: boolean): boolean =>
        (aggregate ? changed.aggregates : changed.own).size === count(of, alerts, target, aggregate);
      for (const some of namedParts(changed, isAll(false), isAll(true))) {
        const key = JSON.stringify(some);
        const known = together.get(key) ?? { alerts: [], names: some };
        together.set(key, known);
        known.alerts.push(alerts);
      }
    }
    for (const one of together.values()) {
      const key = JSON.stringify([one.alerts, one.names]);
      const known = folded.get(key) ?? { ...one, targets: [] };
      folded.set(key, known);
      if (target !== NO_TARGET) known.targets.push(target);
    }
  }
  return [...folded.values()].map(({ alerts, names, targets }) => {
    const where = place(targets);
    return { of, alerts, names, ...change, where, count: targets.length };
  });
}

/** Alerts over many targets may be those of a group above: that they stay as they are does not make the others few. */
function namedParts({ own, aggregates }: Names, allOwn: boolean, allAggregates: boolean): (readonly string[] | null)[] {
  const sorted = (names: Iterable<string>): string[] => [...names].sort(byCodeUnit);
  if (own.size === 0 || !allOwn) return [sorted([...own, ...aggregates])];
  if (allAggregates || aggregates.size === 0) return [null];
  return [null, sorted(aggregates)];
}

function inOrder(one: NotifiedChange, other: NotifiedChange): number {
  const rank = ({ of, alerts }: NotifiedChange): number =>
    (of === 'fleet' ? ALERT_CLASSES.length : 0) + ALERT_CLASSES.indexOf(alerts[0] ?? 'default');
  return rank(one) - rank(other) || other.count - one.count || byCodeUnit(JSON.stringify(one), JSON.stringify(other));
}
