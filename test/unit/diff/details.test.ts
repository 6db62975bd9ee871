import { describe, expect, it } from 'vitest';
import { extentOf } from '../../../src/diff/changed.js';
import type { FleetDiff } from '../../../src/diff/types.js';
import { alertTemplate, doc, type Files, smallRepo } from '../../repo.js';
import { diffOf } from './diff-of.js';

const EVERYWHERE = doc('AlertPolicy', 'scope: global\nalerts: { Hot: {} }');
const hot = (expr: string, rest = ''): Files =>
  smallRepo({ templates: alertTemplate('Hot', expr, rest), policies: EVERYWHERE });
const valuesOf = ({ alerts }: FleetDiff): string[] =>
  alerts.flatMap(({ values }) =>
    values.map(({ path, before, after, effect }) => `${path} ${JSON.stringify([before, after])} ${effect}`),
  );
const weakenedOf = ({ weakened }: FleetDiff): string[] => weakened.map(({ kind, count }) => `${kind} ${count}`);

describe('parameters', () => {
  it('are told where they reach something, and judged where that is the expression', async () => {
    const of = (limit: number, unused: number, note: string): Files =>
      hot(
        'temp > ${limit}',
        `params: { limit: ${limit}, unused: ${unused}, note: ${note} }\nannotations: { summary: "\${note}" }`,
      );
    expect(valuesOf(await diffOf(of(80, 1, 'a'), of(90, 2, 'b')))).toEqual([
      'config.limit [80,90] weaker',
      'config.note ["a","b"] neutral',
    ]);
    expect(valuesOf(await diffOf(of(80, 1, 'a'), of(90, 2, 'a')))).toEqual(['config.limit [80,90] weaker']);
    expect(extentOf(await diffOf(of(80, 1, 'a'), of(80, 2, 'a')))).toBe('nothing');
  });

  it('are judged one by one where together nobody can tell', async () => {
    const of = (limit: number, load: number): Files =>
      hot('temp > ${limit} and load > ${load}', `params: { limit: ${limit}, load: ${load} }`);
    const diff = await diffOf(of(80, 5), of(90, 4));
    expect(valuesOf(diff)).toEqual(['config.limit [80,90] weaker', 'config.load [5,4] stronger']);
    expect(weakenedOf(diff)).toEqual(['threshold-quieter 4']);
  });

  it('that stand in a label or a wait are named beside it', async () => {
    const of = (team: string, wait: string): Files =>
      hot(
        'temp > 1',
        `params: { team: ${team}, wait: { type: duration, default: ${wait} } }\nlabels: { team: "\${team}" }\nfor: "\${wait}"`,
      );
    expect(valuesOf(await diffOf(of('a', '5m'), of('b', '5m')))).toEqual([
      'config.team ["a","b"] neutral',
      'labels.team ["a","b"] neutral',
    ]);
    expect(valuesOf(await diffOf(of('a', '5m'), of('a', '9m')))).toEqual([
      'config.wait ["5m","9m"] neutral',
      'for ["5m","9m"] weaker',
    ]);
  });
});

describe('scoping', () => {
  it('that a template changes is not taken for the same rule', async () => {
    const diff = await diffOf(hot('temp > 1'), hot('temp > 1', 'unscoped: [temp]'));
    expect(valuesOf(diff)).toEqual(['unscoped [[],["temp"]] unclear']);
    expect(diff.unclear).toHaveLength(1);
    expect(valuesOf(await diffOf(hot('count(up) > 1'), hot('count(up) > 1', 'aggregate: true')))).toEqual([
      'aggregate [false,true] unclear',
    ]);
  });
});

describe('groups', () => {
  const tree = (root: string): Files => ({
    ...hot('temp > 1'),
    'groups/small.yaml': [`id: root\n${root}`, 'id: prod\nparent: root', 'id: dev\nparent: root']
      .map((body) => doc('Group', body))
      .join('---\n'),
  });

  it('that inherit a label point to the line that sets it, and are not listed', async () => {
    const diff = await diffOf(tree(''), tree('namespace: ns\nlabels:\n  team: t'));
    expect(diff.groups.map(({ id }) => id)).toEqual(['root']);
    expect(diff.alerts).toHaveLength(1);
    expect(diff.alerts[0]?.values.map(({ path, afterAt }) => `${path} ${afterAt?.line}`)).toEqual([
      'labels.namespace 4',
      'labels.team 6',
    ]);
  });

  it('that are renamed make an aggregate start over, although its targets have new series', async () => {
    const of = (name: string): Files => ({
      ...smallRepo({
        templates: alertTemplate('Few', 'count(up) < 2', 'aggregate: true'),
        policies: doc('AlertPolicy', 'groups: [dev, prod]\nalerts: { Few: {} }'),
      }),
      'groups/small.yaml': [doc('Group', 'id: prod'), doc('Group', `id: dev\nname: ${name}`)].join('---\n'),
    });
    expect((await diffOf(of('a'), of('b'))).stateLost).toMatchObject([
      { alerts: ['Few'], because: [{ path: 'group name', before: 'a', after: 'b' }], count: 2 },
    ]);
  });
});

describe('exporters', () => {
  const repo = hot('temp > 1');
  const edited = (file: string, from: string, to: string): Files => ({
    ...repo,
    [file]: (repo[file] ?? '').replace(from, to),
  });

  it('under another job give new series', async () => {
    const { targets } = await diffOf(repo, edited('aami.yaml', 'job: node-exporter', 'job: node'));
    expect(targets).toMatchObject([
      { newSeries: true, fields: [{ path: 'job of node_exporter', before: 'node-exporter', after: 'node' }], count: 4 },
    ]);
  });

  it('that go leave alerts that see nothing', async () => {
    const gone = edited('targets/small.yaml', 'type: cpu }\nexporters: [node_exporter]', 'type: cpu }\nexporters: []');
    const diff = await diffOf(repo, gone);
    expect(weakenedOf(diff)).toEqual(['exporter-removed 1']);
    expect(diff.targets[0]?.fields.map(({ path }) => path)).toEqual(['exporter node_exporter']);
    expect((await diffOf(gone, repo)).weakened).toEqual([]);
  });
});

describe('hand-written rules', () => {
  const rules = (group: string, rule: string): Files => ({
    ...hot('temp > 1'),
    'rules/own.yml': `groups:\n- name: own\n${group}  rules:\n  - { ${rule} }\n`,
  });
  const changesOf = ({ staticRules }: FleetDiff): string[] =>
    staticRules.flatMap(({ name, values }) => values.map(({ path, effect }) => `${name} ${path} ${effect}`));

  it('wait as long however that is written', async () => {
    const diff = await diffOf(
      rules('', 'alert: Own, expr: x > 1, for: 5m'),
      rules('', 'alert: Own, expr: x > 1, for: 300s'),
    );
    expect(diff.staticRules).toEqual([]);
  });

  it('hang on what their group says', async () => {
    const own = 'alert: Own, expr: x > 1';
    const diff = await diffOf(rules('', own), rules('  interval: 10m\n', own));
    expect(changesOf(diff)).toEqual(['Own group interval neutral']);
  });

  it('that record are not known to be weaker', async () => {
    const diff = await diffOf(rules('', 'record: "a:b", expr: x > 1'), rules('', 'record: "a:b", expr: x > 2'));
    expect(changesOf(diff)).toEqual(['a:b expr unclear']);
    expect(diff.weakened).toEqual([]);
  });
});
