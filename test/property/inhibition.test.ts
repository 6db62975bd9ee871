import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Inhibition, inhibitionsOf, muted } from '../alertmanager/inhibition.js';
import type { Labels } from '../alertmanager/routing.js';
import { alertTemplate, compileFiles, doc, smallRepo } from '../repo.js';

/**
 * Any two alerts of a fleet: the higher severity silences the lower one exactly where both are the same alert about the
 * same object.
 */

const RUNS = Number(process.env.AAMI_PROPERTY_RUNS ?? 1000) * 5;
const SEVERITIES = ['critical', 'warning', 'info'] as const;
type Severity = (typeof SEVERITIES)[number];

/** What the expression of an alert makes of the labels of a series. */
interface Alert {
  readonly name: string;
  readonly expr: string;
  readonly severities: readonly Severity[];
  readonly rest?: string;
  readonly keeps: (label: string) => boolean;
}

const ALL = SEVERITIES;
const is =
  (...labels: readonly string[]) =>
  (label: string): boolean =>
    labels.includes(label);

const ALERTS: readonly Alert[] = [
  { name: 'GpuHot', expr: 'temp > ${at}', severities: ALL, keeps: () => true },
  { name: 'GpuHotter', expr: 'temp / 2 > ${at}', severities: ['critical', 'info'], keeps: () => true },
  { name: 'ByGpu', expr: 'max by (instance, gpu) (temp) > ${at}', severities: ALL, keeps: is('instance', 'gpu') },
  {
    name: 'ByMount',
    expr: 'min by (target_id, mountpoint) (free) < ${at}',
    severities: ['critical', 'warning'],
    keeps: is('target_id', 'mountpoint'),
  },
  {
    name: 'NoDevice',
    expr: 'sum without (device) (errors) > ${at}',
    severities: ALL,
    keeps: (label) => label !== 'device',
  },
  {
    name: 'PerLabel',
    expr: 'odd > ${at}',
    rest: 'annotations: { summary: "{{ $labels.drawer }}" }',
    severities: ALL,
    keeps: () => true,
  },
  { name: 'OfGroup', expr: 'count(temp) > ${at}', rest: 'aggregate: true', severities: ALL, keeps: () => false },
  { name: 'Paged', expr: 'temp > ${at}', severities: ALL, rest: 'labels: { family: gpu }', keeps: () => true },
];

const templates = ALERTS.map(({ name, expr, severities, rest = '' }) => {
  const levels = severities.map((one, index) => `${one}: { config: { at: ${index} }, labels: { page: p${index} } }`);
  return alertTemplate(name, expr, `params: { at: 0 }\nlevels: { ${levels.join(', ')} }\n${rest}`);
});

/** One target of each group; what else differs are series. */
const TARGETS = { p1: 'prod', p2: 'prod', d1: 'dev' } as const;

const series: fc.Arbitrary<Labels> = fc
  .record(
    {
      host: fc.constantFrom<keyof typeof TARGETS>('p1', 'p2', 'd1'),
      gpu: fc.constantFrom('0', '1'),
      device: fc.constantFrom('sda', 'sdb'),
      mountpoint: fc.constantFrom('/', '/scratch'),
      drawer: fc.constantFrom('a', 'b'),
    },
    { requiredKeys: ['host'] },
  )
  .map(({ host, ...rest }) => ({ ...rest, instance: host, target_id: host, job: 'x', group_id: TARGETS[host] }));

/** An alert as Prometheus sends it, and what it is about. */
const fired = fc
  .record({ alert: fc.constantFrom(...ALERTS), rank: fc.nat(2), of: series })
  .map(({ alert, rank, of }) => {
    const severity = alert.severities[rank % alert.severities.length] ?? 'critical';
    const { group_id = '', ...labels } = of;
    const kept = Object.fromEntries(Object.entries(labels).filter(([label]) => alert.keeps(label)));
    // A label that an alert does not name, and that no exporter is known for, does not tell it.
    if (alert.name !== 'PerLabel') delete kept.drawer;
    const own = { alertname: alert.name, severity, group_id, group: group_id, page: `p${rank}`, cluster: 'a' };
    const override = group_id === 'prod' && kept.mountpoint === '/scratch' ? { override: 'mountpoint=/scratch' } : {};
    return {
      severity,
      object: JSON.stringify([alert.name, group_id, Object.entries(kept).sort()]),
      labels: { ...kept, ...own, ...override } as Labels,
    };
  });

let rules: readonly Inhibition[];
beforeAll(async () => {
  const compilation = await compileFiles(
    smallRepo({
      'aami.yaml': doc('Project', 'name: test\nalertmanager: { default_receiver: ops, notify: { default: ops } }'),
      'targets/small.yaml': Object.entries(TARGETS)
        .map(([host, group]) => doc('Target', `hostname: ${host}\ngroups: [${group}]`))
        .join('---\n'),
      notifications: doc('Receiver', 'name: ops'),
      templates: templates.join('---\n'),
      policies: [
        doc('AlertPolicy', `groups: [prod, dev]\nalerts: { ${ALERTS.map(({ name }) => `${name}: {}`).join(', ')} }`),
        doc('AlertPolicy', 'group: prod\nseries: { mountpoint: /scratch }\nalerts: { GpuHot: { for: 1m } }'),
      ].join('---\n'),
    }),
  );
  expect(compilation.findings).toEqual([]);
  rules = inhibitionsOf(compilation);
});

describe('inhibition', () => {
  it('is of a lower severity by a higher one, where alert and object are the same', () => {
    let together = 0;
    fc.assert(
      fc.property(fc.array(fired, { minLength: 2, maxLength: 6 }), (alerts) => {
        const outranked = alerts.filter(({ object, severity }) =>
          alerts.some(
            (other) => other.object === object && SEVERITIES.indexOf(other.severity) < SEVERITIES.indexOf(severity),
          ),
        );
        together += outranked.length;
        const all = alerts.map(({ labels }) => labels);
        expect(muted(rules, all)).toEqual(outranked.map(({ labels }) => labels));
      }),
      { numRuns: RUNS },
    );
    expect(together).toBeGreaterThan(RUNS / 20);
  });

  it('leaves someone speaking of every object', () => {
    fc.assert(
      fc.property(fc.array(fired, { minLength: 1, maxLength: 6 }), (alerts) => {
        const silent = new Set(
          muted(
            rules,
            alerts.map(({ labels }) => labels),
          ),
        );
        const spoken = new Set(alerts.filter(({ labels }) => !silent.has(labels)).map(({ object }) => object));
        expect(spoken).toEqual(new Set(alerts.map(({ object }) => object)));
      }),
      { numRuns: RUNS },
    );
  });
});
