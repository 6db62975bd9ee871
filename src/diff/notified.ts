import type { Repo, Target, Timing } from '../model/types.js';
import { type AlertClass, alertClass, type Duty, resolveOwnerships } from '../resolve/ownership.js';
import { timingOrigin } from '../resolve/timing-origin.js';
import { staticAlerts } from '../rules/static-alerts.js';
import { type Teller, type Told, type ToldAlert, tellerOf, tellsTargetsApart } from '../rules/told.js';
import type { Places } from './places.js';
import type { Snapshot } from './snapshot.js';
import { foldTelling, type Telling, type TellingChange } from './telling.js';
import type { NotifiedChange, Place, TimingChange } from './types.js';
import type { Placer } from './where.js';

interface Sides {
  readonly before: Places;
  readonly after: Places;
}

/**
 * Whose alerts are told to others now, or at other times: of the alerts that both sides have of a target, as far as
 * their severity stays; those that come and go are told of as alerts. Changes that are alike are one entry.
 */
export function notifiedChanges(
  before: Snapshot,
  after: Snapshot,
  sides: Sides,
  place: Placer,
  renamed: (alert: string) => string,
): NotifiedChange[] {
  if (before.model === null || after.model === null) return [];
  const [old, now] = [tellingSide(before.model.repo, sides.before), tellingSide(after.model.repo, sides.after)];
  const met = pairs(
    alertsOf(before, before.model.repo, renamed),
    alertsOf(after, after.model.repo, (name) => name),
  );
  const apart = tellsTargetsApart(before.model.repo) || tellsTargetsApart(after.model.repo);
  const changes = changer(old, now);
  const tellings = met.flatMap(({ was, is, targets }): Telling[] => {
    const { of, name: alert, alerts, aggregate } = is;
    if (!apart || is.targets === null || of === 'fleet') {
      return [{ of, alert, alerts, aggregate, targets, change: changes(was, is, null) }];
    }
    return targets.map((target) => ({
      of,
      alert,
      alerts,
      aggregate,
      targets: [target],
      change: changes(was, is, target),
    }));
  });
  return foldTelling(tellings, place);
}

/** The alerts of one rule. */
interface RuleAlerts {
  readonly of: NotifiedChange['of'];
  readonly name: string;
  readonly alerts: AlertClass;
  readonly aggregate: boolean;
  /** Of whose targets it is; null: of no group. */
  readonly owner: string | null;
  readonly rule: ToldAlert;
  /** Rules of one key are compared target by target; null: as a whole. */
  readonly targets: readonly string[] | null;
  readonly about: readonly string[];
  readonly key: string;
}

function alertsOf(
  { rules, targets }: Snapshot,
  { staticRules }: Repo,
  nameOf: (template: string) => string,
): RuleAlerts[] {
  const compiled = rules.map((rule): RuleAlerts => {
    const name = nameOf(rule.template);
    const alerts = alertClass(rule.severity);
    return {
      ...{ of: rule.group === null ? 'fleet' : 'groups', name, alerts, owner: rule.group, rule },
      aggregate: rule.aggregate,
      targets: rule.aggregate ? null : rule.targets,
      about: rule.targets,
      key: JSON.stringify([name, alerts, ...(rule.aggregate ? [rule.group] : [])]),
    };
  });
  // Nobody knows the targets of a hand-written rule: these are all of its group, or none.
  const byHand = staticAlerts(staticRules).map(({ alert, labels, text }): RuleAlerts => {
    const owner = labels.group_id ?? null;
    const own = [...targets.values()].filter(({ active, groups }) => active && groups[0] === owner);
    const alerts = alertClass(labels.severity);
    return {
      ...{ of: owner === null ? 'fleet' : 'groups', name: alert, alerts, owner, rule: { alert, labels, expr: text } },
      aggregate: false,
      targets: null,
      about: own.map(({ id }) => id),
      key: JSON.stringify(['by hand', alert, alerts, owner, labels.namespace ?? null]),
    };
  });
  return [...compiled, ...byHand];
}

interface Pair {
  readonly was: RuleAlerts;
  readonly is: RuleAlerts;
  readonly targets: readonly string[];
}

interface Known {
  readonly all: RuleAlerts[];
  readonly byTarget: Map<string, RuleAlerts[]>;
}

/** Each alert of a target as it was and as it is. */
function pairs(before: readonly RuleAlerts[], after: readonly RuleAlerts[]): Pair[] {
  const known = new Map<string, Known>();
  for (const alerts of before) {
    const entry: Known = known.get(alerts.key) ?? { all: [], byTarget: new Map() };
    known.set(alerts.key, entry);
    entry.all.push(alerts);
    for (const target of alerts.targets ?? []) {
      const list = entry.byTarget.get(target);
      if (list === undefined) entry.byTarget.set(target, [alerts]);
      else list.push(alerts);
    }
  }
  return after.flatMap((is): Pair[] => {
    const entry = known.get(is.key);
    if (entry === undefined) return [];
    if (is.targets === null) return entry.all.slice(0, 1).map((was) => ({ was, is, targets: is.about }));
    const found = new Map<RuleAlerts, string[]>();
    for (const target of is.targets) {
      // Several rules of one alert differ in the series of a target, not in whom they tell, unless a route says so.
      const all = entry.byTarget.get(target) ?? [];
      const was = all.find((one) => sameRule(one, is)) ?? all[0];
      if (was === undefined) continue;
      const list = found.get(was);
      if (list === undefined) found.set(was, [target]);
      else list.push(target);
    }
    return [...found].map(([was, targets]) => ({ was, is, targets }));
  });
}

function sameRule(was: RuleAlerts, is: RuleAlerts): boolean {
  return was.rule.labels.override === is.rule.labels.override;
}

interface TellingSide {
  readonly tell: (alerts: RuleAlerts, target: string | null) => readonly Told[];
  readonly dutyOf: (alerts: RuleAlerts) => Duty | null;
  readonly at: (told: Told) => Place;
  readonly timingAt: (alerts: RuleAlerts, key: keyof Timing) => Place | null;
}

function tellingSide(repo: Repo, { at }: Places): TellingSide {
  const teller: Teller | null = tellerOf(repo);
  const ownerships = resolveOwnerships(repo);
  const targets = new Map<string, Target>(repo.targets.map((target) => [target.id, target]));
  const remembered = new Map<RuleAlerts, readonly Told[]>();
  return {
    tell: (alerts, target) => {
      if (teller === null) return [];
      if (target !== null) return teller(alerts.rule, targets.get(target) ?? null);
      const told = remembered.get(alerts) ?? teller(alerts.rule, null);
      remembered.set(alerts, told);
      return told;
    },
    dutyOf: ({ owner, alerts }) => {
      const group = repo.groups.get(owner ?? '');
      const ownership = group === undefined ? ownerships?.fleet : ownerships?.groups.get(group);
      return ownership?.[alerts] ?? null;
    },
    at: ({ origin }) => at(origin),
    timingAt: ({ owner, alerts }, key) => {
      const origin = timingOrigin(repo, repo.groups.get(owner ?? '') ?? null, alerts, key);
      return origin === null ? null : at(origin);
    },
  };
}

function changer(
  old: TellingSide,
  now: TellingSide,
): (was: RuleAlerts, is: RuleAlerts, target: string | null) => TellingChange | null {
  return (was, is, target) => {
    const [before, after] = [old.tell(was, target), now.tell(is, target)];
    const names = (told: readonly Told[]): string[] => [...new Set(told.map(({ receiver }) => receiver))];
    const gained = names(after.filter((one) => one.certain && !names(before).includes(one.receiver)));
    const gone = before.filter((one) => one.certain && !names(after).includes(one.receiver));
    const timing = before.length === 0 || after.length === 0 ? [] : timingChanges(was, is, old, now);
    if (gained.length + gone.length + timing.length === 0) return null;
    // That somebody is named where nobody was takes nothing away: the default receiver only stood in.
    const named = after.some(({ by }) => by.kind !== 'default-receiver');
    const missed = gone.filter(({ by }) => !(by.kind === 'default-receiver' && named));
    const [lostFrom] = gone;
    // Where nobody is gained, the layer that counts now is where somebody is missing.
    const [gainedFrom] = [
      ...after.filter(({ receiver }) => gained.includes(receiver)),
      ...after.filter(({ by }) => by.kind !== 'route'),
      ...after,
    ];
    const told = gained.length + gone.length > 0;
    return {
      gained,
      lost: names(gone),
      beforeAt: lostFrom === undefined ? null : old.at(lostFrom),
      afterAt: told && gainedFrom !== undefined ? now.at(gainedFrom) : null,
      timing,
      weakens: missed.length > 0 ? ['recipient-lost'] : [],
    };
  };
}

const TIMINGS: readonly (keyof Timing)[] = ['group_by', 'group_wait', 'group_interval', 'repeat_interval'];

function timingChanges(was: RuleAlerts, is: RuleAlerts, before: TellingSide, after: TellingSide): TimingChange[] {
  const [old, now] = [before.dutyOf(was), after.dutyOf(is)];
  if (old === null || now === null) return [];
  return TIMINGS.flatMap((path) => {
    const [one, other] = [old.timing[path] ?? null, now.timing[path] ?? null];
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    return [
      { path, before: one, after: other, beforeAt: before.timingAt(was, path), afterAt: after.timingAt(is, path) },
    ];
  });
}
