import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mutesOf, routeOf, toldOf } from '../alertmanager/routing.js';
import { compileFiles, doc, type Files } from '../repo.js';

/** Schedules of random maintenances against a naive reckoning: they keep back what they cover, and redirect nothing. */

interface Maintenance {
  readonly groups?: readonly string[];
  readonly type?: string;
}

interface Spec {
  /** By group: its parent, and who is told. */
  readonly parents: readonly number[];
  readonly notify: readonly string[];
  readonly targets: readonly { readonly group: number; readonly also: number; readonly type: string }[];
  readonly maintenances: readonly Maintenance[];
  readonly routes: readonly string[];
}

const RECEIVERS = ['a', 'b', 'c'];
const NOTIFY = ['{}', '{ default: a }', '{ default: [a, b] }', '{ critical: [b, c] }', '{ info: c, default: b }'];
const ROUTES = [
  'matchers: [severity="critical"]\nreceiver: c\ncontinue: true',
  'matchers: [severity="info"]\nreceiver: [a, c]',
  'matchers: [group_id="g1"]\nreceiver: b\nposition: after\ncontinue: true',
];
const GROUPS = 4;

const maintenance: fc.Arbitrary<Maintenance> = fc
  .record({
    groups: fc.uniqueArray(fc.nat(GROUPS - 1), { maxLength: 2 }).map((all) => all.map((at) => `g${at}`)),
    type: fc.constantFrom('gpu', 'cpu', ''),
  })
  .filter(({ groups, type }) => groups.length > 0 || type !== '')
  .map(({ groups, type }) => ({ ...(groups.length > 0 && { groups }), ...(type !== '' && { type }) }));

const spec: fc.Arbitrary<Spec> = fc.record({
  parents: fc.array(fc.nat(GROUPS), { minLength: GROUPS, maxLength: GROUPS }),
  notify: fc.array(fc.constantFrom(...NOTIFY), { minLength: GROUPS, maxLength: GROUPS }),
  targets: fc.array(
    fc.record({ group: fc.nat(GROUPS - 1), also: fc.nat(GROUPS - 1), type: fc.constantFrom('gpu', 'cpu') }),
    { maxLength: 5 },
  ),
  maintenances: fc.array(maintenance, { minLength: 1, maxLength: 4 }),
  routes: fc.subarray(ROUTES),
});

function filesOf({ parents, notify, targets, maintenances, routes }: Spec): Files {
  const parentOf = (at: number): number | null => ((parents[at] ?? 0) < at ? (parents[at] ?? null) : null);
  const groups = parents.map((_, at) => {
    const parent = parentOf(at);
    return doc('Group', `id: g${at}\n${parent === null ? '' : `parent: g${parent}\n`}notify: ${notify[at]}`);
  });
  const files: Record<string, string> = {
    'aami.yaml': doc('Project', 'name: random\nalertmanager: { default_receiver: a, notify: { info: b } }'),
    'groups/all.yaml': groups.join('---\n'),
    'notifications/who.yaml': [
      ...RECEIVERS.map((name) => doc('Receiver', `name: ${name}`)),
      ...routes.map((route, at) => doc('Route', `name: r${at}\n${route}`)),
      ...maintenances.map((one, at) =>
        doc('Maintenance', `name: m${at}\n${scopeOf(one)}schedule: { weekdays: [monday] }`),
      ),
    ].join('---\n'),
  };
  const hosts = targets.map(({ group, also, type }, at) =>
    doc('Target', `hostname: t.${at}\ngroups: [${[...new Set([`g${group}`, `g${also}`])]}]\nlabels: { type: ${type} }`),
  );
  return hosts.length === 0 ? files : { ...files, 'targets/all.yaml': hosts.join('---\n') };
}

const scopeOf = ({ groups, type }: Maintenance): string =>
  `${groups === undefined ? '' : `groups: [${groups}]\n`}${type === undefined ? '' : `targets: { type: ${type} }\n`}`;

/** The group and those above it. */
function lineOf({ parents }: Spec, at: number): string[] {
  const parent = parents[at] ?? 0;
  return [`g${at}`, ...(parent < at ? lineOf({ parents } as Spec, parent) : [])];
}

it('schedules keep back exactly what they cover, and what is told goes to whom it went', async () => {
  await fc.assert(
    fc.asyncProperty(spec, async (one) => {
      const muted = await compileFiles(filesOf(one));
      expect(muted.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      const tree = routeOf(muted);
      const plain = routeOf(await compileFiles(filesOf({ ...one, maintenances: [] })));
      const owners = [
        ...one.parents.map((_, at) => ({ group: at, target: null })),
        ...one.targets.flatMap(({ group }, target) => [
          { group, target },
          { group: null, target },
        ]),
        { group: null, target: null },
      ];
      for (const { group, target } of owners) {
        const covers = ({ groups, type }: Maintenance): boolean => {
          const within = (at: number): boolean =>
            groups === undefined || lineOf(one, at).some((id) => groups.includes(id));
          const host = target === null ? undefined : one.targets[target];
          if (type !== undefined) return host?.type === type && (within(host.group) || within(host.also));
          if (group !== null && within(group)) return true;
          return host !== undefined && within(host.also) && !within(host.group);
        };
        const wanted = one.maintenances.flatMap((each, at) => (covers(each) ? [`m${at}`] : []));
        for (const severity of ['critical', 'warning', 'info', '']) {
          const labels = {
            severity,
            ...(group === null ? {} : { group_id: `g${group}` }),
            ...(target === null ? {} : { instance: `t.${target}` }),
          };
          const what = JSON.stringify(labels);
          expect(toldOf(tree, labels), what).toEqual(toldOf(plain, labels));
          for (const mutes of mutesOf(tree, labels)) expect([...mutes].sort(), what).toEqual(wanted);
        }
      }
    }),
    { numRuns: 200 },
  );
});
