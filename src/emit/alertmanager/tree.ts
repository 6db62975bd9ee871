import type { ExtraRoute, Group, Matcher, Repo, Timing } from '../../model/types.js';
import { quoteRegex } from '../../promql/index.js';
import { type MutedTargets, type Mutes, resolveMutes } from '../../resolve/mutes.js';
import { ALERT_CLASSES, type AlertClass, type Duty, type Ownership, type Ownerships } from '../../resolve/ownership.js';

/** A node of Alertmanager's route tree. An alert takes the first child that matches, and goes on behind it with `continues`. */
export interface Route {
  readonly matchers: readonly (Matcher | string)[];
  /** null: that of the node above. */
  readonly receiver: string | null;
  readonly continues: boolean;
  /** What differs from the node above. */
  readonly timing: Timing;
  /** Schedules that keep its notifications back. No node has those of the one above: Alertmanager inherits none. */
  readonly mutes: readonly string[];
  readonly routes: readonly Route[];
}

/**
 * The smallest tree that tells of every alert exactly those that its ownership names: groups with the same outcome
 * share a node, those with that of the fleet need none, and what is told to the same receivers in the same way shares
 * a child. Routes after those of the groups are for the alerts of no group, so before them every group needs a node.
 */
export function routeTree(repo: Repo, { fleet, groups, namespaces }: Ownerships): Route {
  const rest = fleet.default;
  const mutes = resolveMutes(repo);
  const owned = byOutcome([...groups].map(([group, ownership]) => [group, ownership, mutes.ofGroup(group)])).map(
    ({ owners, ownership, common }): OwnedBy => ({
      matchers: [
        oneOf(
          'group_id',
          owners.map(({ id }) => id),
        ),
      ],
      ownership,
      muted: { common, apart: mutes.ofTargets(owners, common) },
    }),
  );
  const anyTarget: Muted = { common: [], apart: mutes.ofTargets(null, []) };
  const named = byOutcome([...namespaces].map(([name, ownership]) => [name, ownership, []])).map(
    ({ owners, ownership }): OwnedBy => ({
      matchers: [{ label: 'group_id', op: '=', value: '' }, oneOf('namespace', owners)],
      ownership,
      muted: anyTarget,
    }),
  );
  const mutedInExtra = mutedRoutes([...groups.keys()], mutes);
  const extra = (position: ExtraRoute['position']): Route[] =>
    repo.routes
      .filter((route) => route.position === position)
      .flatMap((route) => extraRoutes(route, rest.timing, mutedInExtra));
  const after = extra('after');
  const nodes = [...owned, ...named]
    .filter(({ ownership, muted }) => after.length > 0 || outcome(ownership, muted.common) !== outcome(fleet, []))
    .map(({ matchers, ownership, muted }) => ownerNode(matchers, ownership, rest, muted));
  const root = ownerNode([], fleet, { receivers: [], timing: {} }, anyTarget);
  // What a route has let go on does not fall back to the root by itself.
  const goesOn = fleet.default.receivers.length === 1 && repo.routes.some(({ continues }) => continues);
  const fallback = goesOn ? inTurn([], fleet.default.receivers, {}, []) : [];
  return { ...root, routes: [...extra('before'), ...nodes, ...after, ...root.routes, ...fallback] };
}

interface OwnedBy {
  readonly matchers: readonly Matcher[];
  readonly ownership: Ownership;
  readonly muted: Muted;
}

/** What is kept back below a node. */
interface Muted {
  /** By these schedules, all of it. */
  readonly common: readonly string[];
  /** And what of some targets. */
  readonly apart: readonly MutedTargets[];
}

/** What counts of a duty. */
type Telling = Pick<Duty, 'receivers' | 'timing'>;

/** What counts of an ownership: not where it was said, nor in which order. */
function outcome(ownership: Ownership, mutes: readonly string[]): string {
  return JSON.stringify([ALERT_CLASSES.map((alerts) => telling(ownership[alerts])), mutes]);
}

function telling({ receivers, timing }: Telling): string {
  return JSON.stringify([receivers.toSorted(), Object.entries(timing).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Owners in the order of their names, those of one outcome together. */
function byOutcome<Owner>(
  all: readonly (readonly [owner: Owner, ownership: Ownership, mutes: readonly string[]])[],
): { readonly owners: readonly Owner[]; readonly ownership: Ownership; readonly common: readonly string[] }[] {
  const found = new Map<string, { owners: Owner[]; ownership: Ownership; common: readonly string[] }>();
  for (const [owner, ownership, common] of all) {
    const key = outcome(ownership, common);
    const known = found.get(key);
    if (known === undefined) found.set(key, { owners: [owner], ownership, common });
    else known.owners.push(owner);
  }
  return [...found.values()];
}

export const oneOf = (label: string, values: readonly string[]): Matcher => {
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? { label, op: '=', value: only }
    : { label, op: '=~', value: values.map(quoteRegex).join('|') };
};

/** A node for what is told like the `default` alerts, with a child for each other way of telling. */
function ownerNode(
  matchers: readonly Matcher[],
  ownership: Ownership,
  above: Telling,
  { common, apart }: Muted,
): Route {
  const rest = ownership.default;
  const [only, ...more] = rest.receivers;
  const timing = difference(rest.timing, above.timing);
  const children = severityRoutes(ownership, common);
  const receiver = only ?? null;
  const sameAsAbove = above.receivers.length === 1 && above.receivers[0] === receiver;
  // Several receivers are children that all match. The node itself needs one, which then no alert reaches.
  const each = more.length === 0 ? [] : inTurn([], rest.receivers, {}, common);
  // What is kept back at other times is told to the same receivers, from a node of its own.
  const targets = apart.map(({ instances, mutes }) =>
    ownerNode([oneOf('instance', instances)], ownership, rest, { common: mutes, apart: [] }),
  );
  return {
    matchers,
    receiver: sameAsAbove ? null : receiver,
    continues: false,
    timing,
    mutes: common,
    routes: [...targets, ...children, ...each],
  };
}

function severityRoutes(ownership: Ownership, mutes: readonly string[]): Route[] {
  const rest = ownership.default;
  const byDuty = new Map<string, { readonly duty: Duty; readonly severities: AlertClass[] }>();
  for (const alerts of ALERT_CLASSES) {
    const duty = ownership[alerts];
    if (telling(duty) === telling(rest)) continue;
    const known = byDuty.get(telling(duty)) ?? { duty, severities: [] };
    byDuty.set(telling(duty), known);
    known.severities.push(alerts);
  }
  return [...byDuty.values()].flatMap(({ duty, severities }) =>
    inTurn([oneOf('severity', severities)], duty.receivers, difference(duty.timing, rest.timing), mutes),
  );
}

/** One route for each receiver: all but the last let the alert go on. */
function inTurn(
  matchers: readonly (Matcher | string)[],
  receivers: readonly string[],
  timing: Timing,
  mutes: readonly string[],
): Route[] {
  return receivers.map((receiver, index) => ({
    ...{ matchers, receiver, timing, mutes, routes: [] },
    continues: index < receivers.length - 1,
  }));
}

function extraRoutes(route: ExtraRoute, above: Timing, muted: readonly Route[]): Route[] {
  const timing = difference({ ...above, ...route.timing }, above);
  const all = inTurn(route.matchers, route.receivers, timing, []).map((one) => ({ ...one, routes: muted }));
  return route.continues ? all.map((one) => ({ ...one, continues: true })) : all;
}

/** Below a hand-written route, whose alerts may be of any group: what is kept back, and told as the node above says. */
function mutedRoutes(groups: readonly Group[], mutes: Mutes): Route[] {
  const node = (matcher: Matcher, { common, apart }: Muted): Route => ({
    ...{ matchers: [matcher], receiver: null, continues: false, timing: {}, mutes: common },
    routes: apart.map((one) => node(oneOf('instance', one.instances), { common: one.mutes, apart: [] })),
  });
  const byMutes = new Map<string, Group[]>();
  for (const group of groups) {
    const key = mutes.ofGroup(group).join();
    byMutes.set(key, [...(byMutes.get(key) ?? []), group]);
  }
  byMutes.delete('');
  const ofGroups = [...byMutes.values()].map((members): Route => {
    const [first] = members;
    const common = first === undefined ? [] : mutes.ofGroup(first);
    const ids = members.map(({ id }) => id);
    return node(oneOf('group_id', ids), { common, apart: mutes.ofTargets(members, common) });
  });
  const ofTargets = mutes.ofTargets(null, []);
  return [
    ...ofGroups,
    ...ofTargets.map((one) => node(oneOf('instance', one.instances), { common: one.mutes, apart: [] })),
  ];
}

/** The members that are not the same above, where they are inherited from. */
function difference(timing: Timing, above: Timing): Timing {
  const changed = Object.entries(timing).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(above[key as keyof Timing]),
  );
  return Object.fromEntries(changed) as Timing;
}
