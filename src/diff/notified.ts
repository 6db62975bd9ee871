import { byCodeUnit } from '../diagnostics/order.js';
import type { Group, Repo, Timing } from '../model/types.js';
import { ALERT_CLASSES, type AlertClass, alertClass, type Duty, resolveOwnerships } from '../resolve/ownership.js';
import { timingOrigin } from '../resolve/timing-origin.js';
import { staticAlerts } from '../rules/static-alerts.js';
import { below } from '../source/positions.js';
import type { Places } from './places.js';
import type { Snapshot } from './snapshot.js';
import type { NotifiedChange, Place, TimingChange, Where } from './types.js';
import type { Placer } from './where.js';

interface Sides {
  readonly before: Places;
  readonly after: Places;
}

/**
 * Whose alerts are told to others now, or at other times: of the groups that both sides have, and of no group, as far
 * as there is an alert to be told of. Groups and severities that change alike are one entry.
 */
export function notifiedChanges(before: Snapshot, after: Snapshot, sides: Sides, place: Placer): NotifiedChange[] {
  if (before.model === null || after.model === null) return [];
  const [old, now] = [teller(before.model.repo, sides.before), teller(after.model.repo, sides.after)];
  const alerting = alertingIn(after, after.model.repo);
  // A group after the other, the fleet last; of each, the severities that change alike.
  const byOwner = [...after.model.repo.groups.keys(), null].flatMap((owner) => {
    if (owner !== null && !before.groups.has(owner)) return [];
    const alike = new Map<string, { change: Change; alerts: AlertClass[]; targets: Set<string> }>();
    for (const alerts of ALERT_CLASSES) {
      const targets = alerting(owner, alerts);
      const change = targets === null ? null : changeOf(old(owner, alerts), now(owner, alerts));
      if (targets === null || change === null) continue;
      const key = JSON.stringify(change);
      const known = alike.get(key) ?? { change, alerts: [], targets: new Set() };
      alike.set(key, known);
      known.alerts.push(alerts);
      for (const target of targets) known.targets.add(target);
    }
    return [...alike.values()].map((entry) => ({ owner, ...entry }));
  });
  const folded = new Map<string, Folded>();
  for (const { owner, change, alerts, targets } of byOwner) {
    const key = JSON.stringify([owner === null, change, alerts]);
    const known = folded.get(key) ?? { change, alerts, where: [] };
    folded.set(key, known);
    const ids = [...targets].sort(byCodeUnit);
    if (owner === null) known.where = null;
    else known.where?.push({ group: owner, groupName: after.groups.get(owner)?.name ?? owner, targets: ids });
    if (owner === null) known.ofFleet = ids;
  }
  return [...folded.values()].map(({ change, alerts, where, ofFleet = [] }): NotifiedChange => {
    const places = where ?? place(ofFleet);
    const targets = new Set(places.flatMap((one) => one.targets));
    return { of: where === null ? 'fleet' : 'groups', alerts, ...change, where: places, count: targets.size };
  });
}

interface Folded {
  readonly change: Change;
  readonly alerts: readonly AlertClass[];
  /** null: of no group. */
  where: Where[] | null;
  ofFleet?: readonly string[];
}

type Change = Omit<NotifiedChange, 'of' | 'alerts' | 'where' | 'count'>;

interface Telling {
  readonly duty: Duty;
  readonly at: Place;
  readonly timingAt: (key: keyof Timing) => Place | null;
}

/** Who is told of the alerts of an owner; null where no alertmanager.yml is made, or no such group is there. */
function teller(repo: Repo, { at }: Places): (owner: string | null, alerts: AlertClass) => Telling | null {
  const ownerships = resolveOwnerships(repo);
  const fallback = below(repo.project.alertmanager.origin, 'default_receiver');
  return (owner, alerts) => {
    const group: Group | null = owner === null ? null : (repo.groups.get(owner) ?? null);
    const ownership = owner === null ? ownerships?.fleet : group === null ? undefined : ownerships?.groups.get(group);
    if (ownership === undefined) return null;
    const duty = ownership[alerts];
    return {
      duty,
      at: at(duty.origin ?? fallback),
      timingAt: (key) => {
        const origin = timingOrigin(repo, group, alerts, key);
        return origin === null ? null : at(origin);
      },
    };
  };
}

function changeOf(before: Telling | null, after: Telling | null): Change | null {
  const [old, now] = [before?.duty.receivers ?? [], after?.duty.receivers ?? []];
  const gained = now.filter((receiver) => !old.includes(receiver));
  const lost = old.filter((receiver) => !now.includes(receiver));
  const timing = before === null || after === null ? [] : timingChanges(before, after);
  if (gained.length + lost.length + timing.length === 0) return null;
  const told = gained.length + lost.length > 0;
  // That somebody is named where nobody was takes nothing away: the default receiver only stood in.
  const stoodIn = before?.duty.origin === null && after !== null && after.duty.origin !== null;
  return {
    gained,
    lost,
    beforeAt: told ? (before?.at ?? null) : null,
    afterAt: told ? (after?.at ?? null) : null,
    timing,
    weakens: lost.length > 0 && !stoodIn ? ['recipient-lost'] : [],
  };
}

const TIMINGS: readonly (keyof Timing)[] = ['group_by', 'group_wait', 'group_interval', 'repeat_interval'];

function timingChanges(before: Telling, after: Telling): TimingChange[] {
  return TIMINGS.flatMap((path) => {
    const [old, now] = [before.duty.timing[path] ?? null, after.duty.timing[path] ?? null];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    return [{ path, before: old, after: now, beforeAt: before.timingAt(path), afterAt: after.timingAt(path) }];
  });
}

/**
 * The targets that alerts of an owner and a class are about; null where there is no such alert. A hand-written rule is
 * one of its `group_id`, otherwise of the fleet; nobody knows its targets, so these are all of the group, or none.
 */
function alertingIn(
  { rules, targets }: Snapshot,
  { staticRules }: Repo,
): (owner: string | null, alerts: AlertClass) => ReadonlySet<string> | null {
  const found = new Map<string, Set<string>>();
  const keyOf = (owner: string | null, alerts: AlertClass): string => JSON.stringify([owner, alerts]);
  const add = (owner: string | null, alerts: AlertClass, ids: readonly string[]): void => {
    const known = found.get(keyOf(owner, alerts)) ?? new Set();
    found.set(keyOf(owner, alerts), known);
    for (const id of ids) known.add(id);
  };
  for (const rule of rules) add(rule.group, alertClass(rule.severity), rule.targets);
  for (const { labels } of staticAlerts(staticRules)) {
    const owner = labels.group_id ?? null;
    const own = [...targets.values()].filter(({ active, groups }) => active && groups[0] === owner);
    const ids = own.map(({ id }) => id);
    add(owner, alertClass(labels.severity), ids);
  }
  return (owner, alerts) => found.get(keyOf(owner, alerts)) ?? null;
}
