import type { ExtraRoute, Matcher, Repo, Timing } from '../../model/types.js';
import { quoteRegex } from '../../promql/index.js';
import { ALERT_CLASSES, type AlertClass, type Duty, type Ownership, type Ownerships } from '../../resolve/ownership.js';

/** A node of Alertmanager's route tree. An alert takes the first child that matches, and goes on behind it with `continues`. */
export interface Route {
  readonly matchers: readonly (Matcher | string)[];
  /** null: that of the node above. */
  readonly receiver: string | null;
  readonly continues: boolean;
  /** What differs from the node above. */
  readonly timing: Timing;
  readonly routes: readonly Route[];
}

/**
 * The smallest tree that tells of every alert exactly those that its ownership names: groups with the same outcome
 * share a node, and what is told to the same receivers in the same way shares a child.
 */
export function routeTree({ routes }: Repo, { fleet, groups, namespaces }: Ownerships): Route {
  const rest = fleet.default;
  const owned: [Matcher[], Ownership][] = byOutcome([...groups].map(([{ id }, ownership]) => [id, ownership])).map(
    ({ names, ownership }) => [[oneOf('group_id', names)], ownership],
  );
  const named: [Matcher[], Ownership][] = byOutcome([...namespaces]).map(({ names, ownership }) => [
    [{ label: 'group_id', op: '=', value: '' }, oneOf('namespace', names)],
    ownership,
  ]);
  const outcomeOfFleet = JSON.stringify(outcome(fleet));
  const nodes = [...owned, ...named]
    .filter(([, ownership]) => JSON.stringify(outcome(ownership)) !== outcomeOfFleet)
    .map(([matchers, ownership]) => ownerNode(matchers, ownership, rest));
  const extra = (position: ExtraRoute['position']): Route[] =>
    routes.filter((route) => route.position === position).flatMap((route) => extraRoutes(route, rest.timing));
  const root = ownerNode([], fleet, { receivers: [], timing: {}, origin: null });
  return { ...root, routes: [...extra('before'), ...nodes, ...extra('after'), ...root.routes] };
}

/** What counts of an ownership: not where it was said. */
function outcome(ownership: Ownership): unknown {
  return ALERT_CLASSES.map((alerts) => {
    const { receivers, timing } = ownership[alerts];
    return [receivers, Object.entries(timing).sort(([a], [b]) => (a < b ? -1 : 1))];
  });
}

/** Owners in the order of their names, those of one outcome together. */
function byOutcome(
  owners: readonly (readonly [name: string, ownership: Ownership])[],
): { readonly names: readonly string[]; readonly ownership: Ownership }[] {
  const found = new Map<string, { names: string[]; ownership: Ownership }>();
  for (const [name, ownership] of owners) {
    const key = JSON.stringify(outcome(ownership));
    const known = found.get(key);
    if (known === undefined) found.set(key, { names: [name], ownership });
    else known.names.push(name);
  }
  return [...found.values()];
}

const oneOf = (label: string, values: readonly string[]): Matcher => {
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? { label, op: '=', value: only }
    : { label, op: '=~', value: values.map(quoteRegex).join('|') };
};

/** A node for what is told like the `default` alerts, with a child for each other way of telling. */
function ownerNode(matchers: readonly Matcher[], ownership: Ownership, above: Duty): Route {
  const rest = ownership.default;
  const [only, ...more] = rest.receivers;
  const timing = difference(rest.timing, above.timing);
  const children = severityRoutes(ownership);
  const receiver = only ?? null;
  const sameAsAbove = above.receivers.length === 1 && above.receivers[0] === receiver;
  // Several receivers are children that all match. The node itself needs one, which then no alert reaches.
  const each = more.length === 0 ? [] : inTurn([], rest.receivers, {});
  return {
    matchers,
    receiver: sameAsAbove ? null : receiver,
    continues: false,
    timing,
    routes: [...children, ...each],
  };
}

function severityRoutes(ownership: Ownership): Route[] {
  const key = ({ receivers, timing }: Duty): string => JSON.stringify([receivers, difference(timing, rest.timing)]);
  const rest = ownership.default;
  const byDuty = new Map<string, { readonly duty: Duty; readonly severities: AlertClass[] }>();
  for (const alerts of ALERT_CLASSES) {
    const duty = ownership[alerts];
    if (key(duty) === key(rest)) continue;
    const known = byDuty.get(key(duty)) ?? { duty, severities: [] };
    byDuty.set(key(duty), known);
    known.severities.push(alerts);
  }
  return [...byDuty.values()].flatMap(({ duty, severities }) =>
    inTurn([oneOf('severity', severities)], duty.receivers, difference(duty.timing, rest.timing)),
  );
}

/** One route for each receiver: all but the last let the alert go on. */
function inTurn(matchers: readonly (Matcher | string)[], receivers: readonly string[], timing: Timing): Route[] {
  return receivers.map((receiver, index) => ({
    ...{ matchers, receiver, timing, routes: [] },
    continues: index < receivers.length - 1,
  }));
}

function extraRoutes(route: ExtraRoute, above: Timing): Route[] {
  const all = inTurn(route.matchers, route.receivers, difference({ ...above, ...route.timing }, above));
  return route.continues ? all.map((one) => ({ ...one, continues: true })) : all;
}

/** The members that are not the same above, where they are inherited from. */
function difference(timing: Timing, above: Timing): Timing {
  const changed = Object.entries(timing).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(above[key as keyof Timing]),
  );
  return Object.fromEntries(changed) as Timing;
}
