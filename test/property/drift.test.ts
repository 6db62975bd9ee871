import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareConfig,
  compareRules,
  compareTargets,
  type FieldDrift,
  type Rule,
  type RuleGroup,
  type RunningGroup,
  type RunningTarget,
  readRules,
  readTargets,
  type Target,
} from '../../src/drift/index.js';
import { runs, scraped } from '../unit/drift/sides.js';

const RUNS = Number(process.env.AAMI_PROPERTY_RUNS ?? 1000);

const name = fc.stringMatching(/^[a-z]{1,3}$/);
const texts = fc.dictionary(name, fc.string({ minLength: 1, maxLength: 4 }), { maxKeys: 3 });
const expr = fc
  .record({ metric: name, limit: fc.nat(9) })
  .map(({ metric, limit }) => `rate(${metric}{a="${metric}"}[5m]) > ${limit}`);
const seconds = fc.nat(5).map((count) => count * 60);

const rule: fc.Arbitrary<Rule> = fc.record({
  type: fc.constantFrom('alert', 'record'),
  name,
  expr,
  forSeconds: seconds,
  keepFiringForSeconds: seconds,
  labels: texts,
  annotations: texts,
});

/** Groups of several files; several rules may share their name, and some even all that Prometheus knows them by. */
const groups: fc.Arbitrary<readonly RuleGroup[]> = fc.uniqueArray(
  fc.record({
    file: fc.constantFrom('a-a.yml', 'b-b.yml', 'static/a-a.yml'),
    name,
    intervalSeconds: fc.option(fc.integer({ min: 1, max: 300 })),
    limit: fc.nat(3),
    rules: fc.array(rule, { minLength: 1, maxLength: 5 }),
  }),
  { minLength: 1, maxLength: 5, selector: (group) => `${group.file} ${group.name}` },
);

const other = (value: string | undefined): string => `${value ?? ''}~`;
type Change<T> = { readonly field: string; readonly apply: (thing: T) => T };

const RULE_CHANGES: readonly Change<RunningGroup['rules'][number]>[] = [
  { field: 'expr', apply: (one) => ({ ...one, expr: `${one.expr}1` }) },
  { field: 'for', apply: (one) => ({ ...one, forSeconds: one.forSeconds + 1 }) },
  { field: 'keep_firing_for', apply: (one) => ({ ...one, keepFiringForSeconds: one.keepFiringForSeconds + 1 }) },
  { field: 'labels.zzzz', apply: (one) => ({ ...one, labels: { ...one.labels, zzzz: 'new' } }) },
  { field: 'annotations.zzzz', apply: (one) => ({ ...one, annotations: { ...one.annotations, zzzz: 'new' } }) },
];

/** A place in a list. */
const at = (list: readonly unknown[], seed: number): number => seed % list.length;
const replaced = <T>(list: readonly T[], place: number, make: (one: T) => T): readonly T[] =>
  list.map((one, index) => (index === place ? make(one) : one));

describe('rules', () => {
  it('that run as they were built never differ, in whatever order their groups are told', () => {
    fc.assert(
      fc.property(groups, fc.func(fc.nat()), (built, order) => {
        const running = built.map((one) => runs(one)).sort((a, b) => order(a.name) - order(b.name));
        const count = built.flatMap(({ rules }) => rules).length;
        expect(compareRules(built, running)).toMatchObject({ drift: [], asBuilt: count, foreign: 0 });
      }),
      { numRuns: RUNS },
    );
  });

  it('differ in exactly the one field that is changed', () => {
    fc.assert(
      fc.property(groups, fc.nat(), fc.nat(), fc.constantFrom(...RULE_CHANGES), (built, g, r, { field, apply }) => {
        const running = replaced(
          built.map((one) => runs(one)),
          at(built, g),
          (group) => ({
            ...group,
            rules: replaced(group.rules, at(group.rules, r), apply),
          }),
        );
        const { drift } = compareRules(built, running);
        expect(drift).toHaveLength(1);
        expect(drift[0]).toMatchObject({ kind: 'rule-differs', fields: [{ field }] });
      }),
      { numRuns: RUNS },
    );
  });

  it('that are taken away, or put beside them, are found, and nothing else', () => {
    fc.assert(
      fc.property(groups, fc.nat(), fc.nat(), (built, g, r) => {
        const whole = built.map((one) => runs(one));
        const fewer = replaced(whole, at(built, g), (group) => ({
          ...group,
          rules: group.rules.filter((_, index) => index !== at(group.rules, r)),
        }));
        expect(compareRules(built, fewer).drift.map(({ kind }) => kind)).toEqual(['rule-not-running']);
        const more = replaced(whole, at(built, g), (group) => ({
          ...group,
          rules: [...group.rules, { ...(group.rules[at(group.rules, r)] ?? raise()), name: 'zzzz' }],
        }));
        expect(compareRules(built, more).drift.map(({ kind }) => kind)).toEqual(['rule-not-built']);
      }),
      { numRuns: RUNS },
    );
  });
});

const target: fc.Arbitrary<Target> = fc
  .record({ job: fc.constantFrom('node', 'dcgm'), id: name, scheme: fc.constantFrom('http', 'https'), extra: texts })
  .map(({ job, id, scheme, extra }) => ({
    ...{ job, address: `${id}:9100`, scheme, metricsPath: '/metrics' },
    labels: { ...extra, instance: id, target_id: id, job },
  }));
const targets = fc.uniqueArray(target, {
  minLength: 1,
  maxLength: 8,
  selector: ({ job, address }) => `${job} ${address}`,
});

const TARGET_CHANGES: readonly Change<RunningTarget>[] = [
  { field: 'address', apply: (one) => ({ ...one, address: '~:9100' }) },
  { field: 'scheme', apply: (one) => ({ ...one, scheme: other(one.scheme) }) },
  { field: 'metrics_path', apply: (one) => ({ ...one, metricsPath: '/~' }) },
  { field: 'labels.instance', apply: (one) => ({ ...one, labels: { ...one.labels, instance: '~' } }) },
  { field: 'labels.zzzz', apply: (one) => ({ ...one, labels: { ...one.labels, zzzz: 'new' } }) },
];

describe('targets', () => {
  const jobs = ['node', 'dcgm'];

  it('that are scraped as they were built never differ', () => {
    fc.assert(
      fc.property(targets, (built) => {
        const active = built.map((one) => scraped(one)).reverse();
        expect(compareTargets({ jobs, targets: built }, { active, dropped: [] })).toMatchObject({
          drift: [],
          asBuilt: built.length,
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('differ in exactly the one field that is changed', () => {
    fc.assert(
      fc.property(targets, fc.nat(), fc.constantFrom(...TARGET_CHANGES), (built, place, { field, apply }) => {
        const active = replaced(
          built.map((one) => scraped(one)),
          at(built, place),
          apply,
        );
        const { drift } = compareTargets({ jobs, targets: built }, { active, dropped: [] });
        expect(drift).toHaveLength(1);
        const fields: readonly FieldDrift[] = drift[0]?.kind === 'target-differs' ? drift[0].fields : [];
        expect(fields.map((one) => one.field)).toEqual([field]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('whatever a server answers', () => {
  const junk = fc.oneof(
    fc.anything(),
    fc.jsonValue(),
    fc.record({
      groups: fc.array(fc.anything()),
      activeTargets: fc.array(fc.anything()),
      droppedTargets: fc.anything(),
    }),
    fc.record({
      groups: fc.array(fc.record({ file: fc.string(), name: fc.string(), interval: fc.nat(), rules: fc.anything() })),
    }),
  );

  it('is read, or it is said why not', () => {
    fc.assert(
      fc.property(junk, (data) => {
        for (const answer of [readRules(data), readTargets(data)])
          expect(['read', 'unreadable']).toContain(answer.kind);
      }),
      { numRuns: RUNS },
    );
  });

  it('as its configuration, is compared, or it is said why not', () => {
    const keys = fc.constantFrom(
      'global',
      'route',
      'routes',
      'receivers',
      'scrape_configs',
      'rule_files',
      'matchers',
      'name',
    );
    const config = fc.oneof(
      fc.string(),
      fc.dictionary(keys, fc.jsonValue()).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(config, config, fc.constantFrom('prometheus', 'alertmanager'), (built, running, server) => {
        expect(['read', 'unreadable']).toContain(compareConfig(server, built, running).kind);
        expect(compareConfig(server, built, built)).toMatchObject({ ...(isRead(server, built) && { value: [] }) });
      }),
      { numRuns: RUNS },
    );
  });

  const isRead = (server: 'prometheus' | 'alertmanager', text: string): boolean =>
    compareConfig(server, text, text).kind === 'read';
});

function raise(): never {
  throw new Error('there is a rule in each group');
}
