import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Labels, type RouteNode, routeOf, type Told, toldOf } from '../alertmanager/routing.js';
import { compileFiles, type Files } from '../repo.js';

/**
 * Who is told, reckoned from the documents as they are written, one alert at a time, against what Alertmanager does
 * with the compiled tree.
 */

const SEVERITIES = ['critical', 'warning', 'info'] as const;
type Severity = (typeof SEVERITIES)[number];
type Timing = Partial<Omit<Told, 'receiver'>>;
type Notify = Partial<Record<Severity | 'default', string | string[]>>;
type Timings = Timing & { severities?: Partial<Record<Severity, Timing>> };

interface GroupSpec {
  id: string;
  parent?: string;
  namespace?: string;
  notify?: Notify;
  alertmanager?: Timings;
}

interface RouteSpec {
  name: string;
  position: 'before' | 'after';
  continue: boolean;
  label: 'alertname' | 'severity' | 'group_id';
  value: string;
  receiver: string[];
}

interface Spec {
  groups: GroupSpec[];
  routes: RouteSpec[];
  notify: Notify;
  timings: Timings;
  namespaces: Record<string, Notify>;
}

const RECEIVERS = ['chat', 'mail "box"', 'pa|ger', 'back\\slash'];
const IDS = ['a', 'a.b', 'axb', 'a-b', 'root'];
const NAMESPACES = ['prod', 'p|q', 'x"y\\d', 'no\u2028wrap'];
const DEFAULT = {
  group_by: ['alertname', 'cluster', 'group'],
  group_wait: '30s',
  group_interval: '5m',
  repeat_interval: '4h',
};

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
/** Without the members that are undefined. */
const sparse = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const receivers = fc.oneof(
  fc.constantFrom(...RECEIVERS),
  fc.uniqueArray(fc.constantFrom(...RECEIVERS), { minLength: 1, maxLength: 3 }),
);
const notify: fc.Arbitrary<Notify> = fc
  .record({ critical: some(receivers), warning: some(receivers), info: some(receivers), default: some(receivers) })
  .map(sparse) as fc.Arbitrary<Notify>;
const timing: fc.Arbitrary<Timing> = fc
  .record({
    group_by: some(fc.constantFrom(['alertname'], ['alertname', 'instance'], DEFAULT.group_by)),
    group_wait: some(fc.constantFrom('0s', '30s', '1m')),
    repeat_interval: some(fc.constantFrom('1h', '4h')),
  })
  .map(sparse) as fc.Arbitrary<Timing>;
const timings: fc.Arbitrary<Timings> = fc
  .tuple(timing, some(fc.record({ critical: some(timing), warning: some(timing), info: some(timing) })))
  .map(([common, severities]) => sparse({ ...common, severities })) as fc.Arbitrary<Timings>;

const groups: fc.Arbitrary<GroupSpec[]> = fc
  .array(
    fc.record({
      parent: fc.nat(9),
      namespace: some(fc.constantFrom(...NAMESPACES)),
      notify: some(notify),
      alertmanager: some(timings),
    }),
    { minLength: 1, maxLength: IDS.length },
  )
  .map((all) =>
    all.map(({ parent, ...rest }, index) => {
      const above = index === 0 ? undefined : IDS[parent % (index + 1)];
      return sparse({ id: IDS[index] ?? '', ...rest, parent: above === IDS[index] ? undefined : above }) as GroupSpec;
    }),
  );
const route: fc.Arbitrary<Omit<RouteSpec, 'name'>> = fc.record({
  position: fc.constantFrom('before' as const, 'after' as const),
  continue: fc.boolean(),
  label: fc.constantFrom('alertname' as const, 'severity' as const, 'group_id' as const),
  value: fc.constantFrom('Any', 'critical', 'warning', 'a', 'a.b', ''),
  receiver: fc.uniqueArray(fc.constantFrom(...RECEIVERS), { minLength: 1, maxLength: 2 }),
});
const spec = (routes: fc.Arbitrary<Omit<RouteSpec, 'name'>[]>): fc.Arbitrary<Spec> =>
  fc.record({
    groups,
    notify,
    timings,
    namespaces: fc.dictionary(fc.constantFrom(...NAMESPACES), notify, { maxKeys: 2, noNullPrototype: true }),
    routes: routes.map((all) => all.map((one, index) => ({ ...one, name: `route ${index}` }))),
  });

const doc = (kind: string, rest: object): string => `${JSON.stringify({ apiVersion: 'aami/v1', kind, ...rest })}\n`;

function filesOf({ groups, routes, notify, timings, namespaces }: Spec): Files {
  const spaces = Object.fromEntries(Object.entries(namespaces).map(([name, one]) => [name, { notify: one }]));
  const alertmanager = { default_receiver: 'chat', notify, namespaces: spaces, ...timings };
  const hand = routes.map(({ label, value, ...rest }) =>
    doc('Route', { ...rest, matchers: [`${label}=${JSON.stringify(value)}`] }),
  );
  return {
    'aami.yaml': doc('Project', { name: 'random', alertmanager }),
    'groups/all.yaml': groups.map((group) => doc('Group', group)).join('---\n'),
    'notifications/receivers.yaml': RECEIVERS.map((name) => doc('Receiver', { name })).join('---\n'),
    ...(hand.length > 0 && { 'notifications/routes.yaml': hand.join('---\n') }),
  };
}

/** The group and its ancestors, the root first. */
function lineOf({ groups }: Spec, id: string): GroupSpec[] {
  const group = groups.find((one) => one.id === id);
  if (group === undefined) return [];
  return [...(group.parent === undefined ? [] : lineOf({ groups } as Spec, group.parent)), group];
}

interface Alert {
  readonly labels: Labels;
  readonly group: string | null;
  readonly namespace: string | null;
  readonly severity: string;
}

function alertsOf(one: Spec): Alert[] {
  const owners: { group: string | null; namespace: string | null; more: Labels }[] = [
    { group: null, namespace: null, more: {} },
    { group: null, namespace: null, more: { group_id: 'global' } },
    { group: null, namespace: 'unheard of', more: {} },
    ...Object.keys(one.namespaces).map((namespace) => ({ group: null, namespace, more: {} })),
    ...one.groups.map(({ id }) => ({
      group: id,
      namespace: lineOf(one, id).findLast(({ namespace }) => namespace !== undefined)?.namespace ?? null,
      more: { group_id: id },
    })),
  ];
  return owners.flatMap(({ group, namespace, more }) =>
    [...SEVERITIES, 'page', ''].map((severity) => ({
      labels: { alertname: 'Any', severity, ...(namespace !== null && { namespace }), ...more },
      ...{ group, namespace, severity },
    })),
  );
}

const listOf = (names: string | string[]): string[] => (typeof names === 'string' ? [names] : names);

/** Receivers by layer, the weakest first; each key of a stronger one takes the place of that below. */
function ownersOf(one: Spec, { group, namespace, severity }: Alert): string[] {
  const line = group === null ? [] : lineOf(one, group);
  const merged: Notify = { default: 'chat', ...one.notify };
  Object.assign(merged, namespace === null ? {} : one.namespaces[namespace], ...line.map((each) => each.notify ?? {}));
  return listOf(merged[severity as Severity] ?? merged.default ?? 'chat');
}

/** What layers say of all, and then what they say of the severity. */
function timingOf(one: Spec, { group, severity }: Alert): Omit<Told, 'receiver'> {
  const layers = [one.timings, ...(group === null ? [] : lineOf(one, group).map((each) => each.alertmanager ?? {}))];
  const common = layers.map(({ severities, ...rest }) => rest);
  return Object.assign({}, DEFAULT, ...common, ...layers.map((layer) => layer.severities?.[severity as Severity]));
}

/** Hand-written routes first; then, of alerts of a group or of a namespace that is named, its owners and nobody else. */
function wanted(one: Spec, alert: Alert): string[] {
  const told: string[] = [];
  const pass = (position: RouteSpec['position']): boolean => {
    for (const { label, value, receiver, continue: goesOn, ...rest } of one.routes) {
      if (rest.position !== position || (alert.labels[label] ?? '') !== value) continue;
      told.push(...receiver);
      if (!goesOn) return false;
    }
    return true;
  };
  if (!pass('before')) return told;
  const owned = alert.group !== null || (alert.namespace !== null && alert.namespace in one.namespaces);
  const ofNobody = alert.labels.group_id === 'global' || !owned;
  if (ofNobody && !pass('after')) return told;
  return [...told, ...ownersOf(one, alert)];
}

const without = (node: RouteNode, gone: RouteNode): RouteNode =>
  node.routes === undefined
    ? node
    : { ...node, routes: node.routes.filter((one) => one !== gone).map((one) => without(one, gone)) };
const below = (node: RouteNode): RouteNode[] => (node.routes ?? []).flatMap((one) => [one, ...below(one)]);

describe('the route tree of a random forest', () => {
  it('tells of every alert exactly its owners, each once, when they asked for it', async () => {
    await fc.assert(
      fc.asyncProperty(spec(fc.constant([])), async (one) => {
        const route = routeOf(await compileFiles(filesOf(one)));
        for (const alert of alertsOf(one)) {
          const expected = ownersOf(one, alert)
            .sort()
            .map((receiver) => ({ receiver, ...timingOf(one, alert) }));
          const told = toldOf(route, alert.labels).sort((a, b) => (a.receiver < b.receiver ? -1 : 1));
          expect(told, JSON.stringify(alert.labels)).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('lets hand-written routes go before and after it', async () => {
    await fc.assert(
      fc.asyncProperty(spec(fc.array(route, { minLength: 1, maxLength: 4 })), async (one) => {
        const tree = routeOf(await compileFiles(filesOf(one)));
        for (const alert of alertsOf(one)) {
          const told = toldOf(tree, alert.labels).map(({ receiver }) => receiver);
          expect(told.sort(), JSON.stringify(alert.labels)).toEqual(wanted(one, alert).sort());
        }
      }),
      { numRuns: 150 },
    );
  });

  it('holds no route that changes nothing, and one for all groups with the same outcome', async () => {
    await fc.assert(
      fc.asyncProperty(spec(fc.constant([])), async (one) => {
        const tree = routeOf(await compileFiles(filesOf(one)));
        const alerts = alertsOf(one);
        const outcome = (of: RouteNode, { labels }: Alert): string => JSON.stringify(toldOf(of, labels));
        for (const node of below(tree)) {
          const less = without(tree, node);
          expect(
            alerts.some((alert) => outcome(less, alert) !== outcome(tree, alert)),
            JSON.stringify(node),
          ).toBe(true);
        }
        const ofGroup = (id: string | null): string =>
          JSON.stringify(
            alerts
              .filter(({ group }) => group === id)
              .slice(0, 5)
              .map((alert) => toldSorted(tree, alert)),
          );
        const outcomes = new Set(one.groups.map(({ id }) => ofGroup(id)));
        outcomes.delete(ofGroup(null));
        const nodes = (tree.routes ?? []).filter(({ matchers = [] }) => /^group_id=~?"[^"]/.test(matchers[0] ?? ''));
        expect(nodes).toHaveLength(outcomes.size);
      }),
      { numRuns: 100 },
    );
  });
});

const toldSorted = (tree: RouteNode, { labels }: Alert): Told[] =>
  toldOf(tree, labels).sort((a, b) => (a.receiver < b.receiver ? -1 : 1));
