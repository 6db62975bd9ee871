import { describe, expect, it } from 'vitest';
import { extentOf } from '../../../src/diff/changed.js';
import type { AlertChange, FleetDiff, Where } from '../../../src/diff/types.js';
import { alertTemplate, doc, type Files, smallRepo } from '../../repo.js';
import { diffOf } from './diff-of.js';

const HOT = alertTemplate('Hot', 'temp{job="node-exporter"} > ${limit}', 'params: { limit: 80 }\nfor: 5m');
const EVERYWHERE = doc('AlertPolicy', 'scope: global\nalerts: { Hot: {} }');
const base = smallRepo({ templates: HOT, policies: EVERYWHERE });
const withPolicy = (...policies: string[]): Files =>
  smallRepo({ templates: HOT, policies: [EVERYWHERE, ...policies].join('---\n') });

const shown = (where: readonly Where[]): string =>
  where.map(({ group, targets }) => `${group}: ${targets.join(' ')}`).join('; ');
const alertsOf = ({ alerts }: FleetDiff): string[] => alerts.map(describeAlert);
const describeAlert = ({ kind, alerts, series, values, where }: AlertChange): string => {
  const changes = values.map(
    ({ path, before, after }) => `${path} ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  );
  return `${kind} ${alerts}${series === null ? '' : `{${series}}`} on ${shown(where)}: ${kind === 'changed' ? changes.join(', ') : ''}`.replace(
    /: $/,
    '',
  );
};
const weakenedOf = ({ weakened }: FleetDiff): string[] => weakened.map(({ kind, count }) => `${kind} ${count}`);

describe('nothing', () => {
  it('is what equal repos come to', async () => {
    expect(extentOf(await diffOf(base, base))).toBe('nothing');
  });

  it('is what a policy in another file, another order and another layout come to', async () => {
    const dev = doc('AlertPolicy', 'group: dev\nalerts: { Hot: { config: { limit: 90 } } }');
    const before = withPolicy(dev);
    const after = {
      ...smallRepo({ templates: HOT.replace('for: 5m', 'for: 300s'), policies: dev }),
      'policies/other/all.yml': doc(
        'AlertPolicy',
        '# for all\nscope: "global"\nalerts:\n  Hot: { config: { limit: 80 } }',
      ),
    };
    expect(await diffOf(before, after)).toMatchObject({ alerts: [], stateLost: [] });
  });

  it('is what a renamed parameter with the same expression comes to', async () => {
    const after = smallRepo({ templates: HOT.replaceAll('limit', 'max'), policies: EVERYWHERE });
    expect(extentOf(await diffOf(base, after))).toBe('nothing');
  });

  it('is what an expression in another layout comes to, also where a parameter changes with it', async () => {
    const layout = HOT.replace('{job=\\"node-exporter\\"} >', '{ job = \\"node-exporter\\" }  >');
    expect((await diffOf(base, smallRepo({ templates: layout, policies: EVERYWHERE }))).alerts).toEqual([]);
    const raised = layout.replace('limit: 80', 'limit: 90');
    expect(alertsOf(await diffOf(base, smallRepo({ templates: raised, policies: EVERYWHERE })))).toEqual([
      'changed Hot on dev: d1 d2; prod: p1 p2: config.limit 80 → 90',
    ]);
  });
});

describe('values', () => {
  it('names the policy that sets the new one, the place of the old one, and the reason', async () => {
    const diff = await diffOf(
      base,
      withPolicy(doc('AlertPolicy', 'group: dev\nalerts:\n  Hot: { config: { limit: 95 }, reason: loud }')),
    );
    expect(alertsOf(diff)).toEqual(['changed Hot on dev: d1 d2: config.limit 80 → 95']);
    expect(diff.alerts[0]?.values[0]).toMatchObject({
      afterAt: { side: 'after', file: 'policies/extra.yaml', line: 10 },
      beforeAt: { side: 'before', file: 'templates/extra.yaml', line: 7 },
      reason: 'loud',
      effect: 'weaker',
    });
    expect(weakenedOf(diff)).toEqual(['threshold-quieter 2']);
  });

  it.each([
    ['a lower threshold', 'config: { limit: 70 }', []],
    ['a longer wait', 'for: 10m', ['for-lengthened 2']],
    ['a shorter wait', 'for: 1m', []],
    ['a weaker severity', 'severity: info', ['severity-lowered 2']],
    ['a stronger severity', 'severity: critical', []],
    ['both', 'severity: info, for: 1h', ['for-lengthened 2', 'severity-lowered 2']],
  ])('knows that %s weakens or not', async (_, settings, expected) => {
    const diff = await diffOf(base, withPolicy(doc('AlertPolicy', `group: dev\nalerts: { Hot: { ${settings} } }`)));
    expect(weakenedOf(diff)).toEqual(expected);
  });

  it('tells which side of a comparison is the quieter one', async () => {
    const cold = (limit: number): Files =>
      smallRepo({
        templates: alertTemplate('Hot', 'temp < ${limit}', `params: { limit: ${limit} }`),
        policies: EVERYWHERE,
      });
    expect(weakenedOf(await diffOf(cold(10), cold(5)))).toEqual(['threshold-quieter 4']);
    expect(weakenedOf(await diffOf(cold(5), cold(10)))).toEqual([]);
  });

  it('does not judge an expression that is another one', async () => {
    const after = smallRepo({ templates: HOT.replace('temp{', 'temperature{'), policies: EVERYWHERE });
    const diff = await diffOf(base, after);
    expect(diff.weakened).toEqual([]);
    expect(diff.unclear).toEqual([{ section: 'alerts', index: 0 }]);
    expect(diff.alerts[0]?.values.map(({ path }) => path)).toEqual(['expr']);
  });

  it('compares the regions of a series narrowing exactly', async () => {
    const scratch = doc('AlertPolicy', 'group: prod\nseries: { zone: a }\nalerts: { Hot: { config: { limit: 99 } } }');
    const wider = scratch.replace('zone: a', "zone: 'a|b'").replace("{ zone: 'a|b' }", `'zone=~"a|b"'`);
    expect(alertsOf(await diffOf(base, withPolicy(scratch)))).toEqual([
      'changed Hot{zone="a"} on prod: p1 p2: config.limit 80 → 99',
    ]);
    expect(alertsOf(await diffOf(withPolicy(scratch), withPolicy(wider)))).toEqual([
      // Any other value, as long as the wider matcher lets it through.
      'changed Hot{zone=~"a|b", zone!="a"} on prod: p1 p2: config.limit 80 → 99',
    ]);
  });
});

describe('coverage', () => {
  const muted = doc('AlertPolicy', 'group: dev\nalerts: { Hot: { enabled: false, reason: nobody there } }');

  it('says who mutes and why', async () => {
    const diff = await diffOf(base, withPolicy(muted));
    expect(alertsOf(diff)).toEqual(['removed Hot on dev: d1 d2']);
    expect(diff.alerts[0]?.causes).toEqual([
      { kind: 'muted', at: { side: 'after', file: 'policies/extra.yaml', line: 9 }, reason: 'nobody there' },
    ]);
    expect(weakenedOf(diff)).toEqual(['muted 2']);
  });

  it('says what is heard again', async () => {
    const diff = await diffOf(withPolicy(muted), base);
    expect(alertsOf(diff)).toEqual(['added Hot on dev: d1 d2']);
    expect(diff.alerts[0]?.causes).toMatchObject([{ kind: 'unmuted', at: { side: 'before' } }]);
    expect(diff.weakened).toEqual([]);
  });

  it('says which policy no longer binds', async () => {
    const onlyProd = smallRepo({ templates: HOT, policies: EVERYWHERE.replace('scope: global', 'group: prod') });
    const diff = await diffOf(base, onlyProd);
    expect(alertsOf(diff)).toEqual(['removed Hot on dev: d1 d2']);
    expect(diff.alerts[0]?.causes).toMatchObject([{ kind: 'unbound', at: { side: 'before', line: 4 } }]);
    expect(weakenedOf(diff)).toEqual(['coverage-lost 2']);
    expect(weakenedOf(await diffOf(base, smallRepo({ templates: HOT })))).toEqual(['alert-removed 4']);
  });

  const causesOf = ({ alerts }: FleetDiff): string[][] =>
    alerts.map(({ causes }) =>
      causes.map((cause) => ('at' in cause ? `${cause.kind} ${cause.at.side} ${cause.at.line}` : cause.kind)),
    );

  it('names the policies that come, not those that stay', async () => {
    const louder = doc('AlertPolicy', 'group: dev\nalerts: { Hot: { config: { limit: 70 } } }');
    const levels = EVERYWHERE.replace('Hot: {}', 'Hot: { levels: { warning: {}, critical: { for: 1m } } }');
    const after = smallRepo({ templates: HOT, policies: [levels, louder].join('---\n') });
    expect(causesOf(await diffOf(withPolicy(louder), after))).toEqual([['bound after 4'], ['bound after 4']]);
  });

  it('names the policies that go, not a mute that was there before', async () => {
    const zone = doc('AlertPolicy', 'group: dev\nseries: { zone: a }\nalerts: { Hot: { enabled: false } }');
    const gone = smallRepo({ templates: HOT, policies: zone });
    expect(causesOf(await diffOf(withPolicy(zone), gone))).toEqual([['unbound before 4'], ['unbound before 4']]);
    expect(causesOf(await diffOf(gone, withPolicy(zone)))).toEqual([['bound after 4'], ['bound after 4']]);
  });

  it('names the mute that an un-mute has held back', async () => {
    const heard = doc('AlertPolicy', 'group: dev\npriority: 1\nalerts: { Hot: { enabled: true } }');
    expect(causesOf(await diffOf(withPolicy(muted, heard), withPolicy(muted)))).toEqual([['muted after 9']]);
    expect(causesOf(await diffOf(withPolicy(muted), withPolicy(muted, heard)))).toEqual([['unmuted after 15']]);
  });

  it('takes a level that goes for what it is', async () => {
    const levels = (text: string): Files =>
      smallRepo({
        templates: HOT,
        policies: doc('AlertPolicy', `scope: global\nalerts: { Hot: { levels: { ${text} } } }`),
      });
    const both = levels('warning: {}, critical: { config: { limit: 95 } }');
    const diff = await diffOf(both, levels('warning: {}'));
    expect(diff.alerts).toMatchObject([{ kind: 'removed', severityBefore: 'critical', weakens: ['level-removed'] }]);
    expect(alertsOf(await diffOf(base, levels('warning: {}')))).toEqual([]);
    // Levels of one severity belong together, wherever they stand among the others.
    expect(alertsOf(await diffOf(both, levels('warning: {}, info: { config: { limit: 95 } }')))).toEqual([
      'changed Hot on dev: d1 d2; prod: p1 p2: severity "critical" → "info"',
    ]);
  });

  it('of a target that loses an exporter is lost for that', async () => {
    const needy = HOT.replace('for: 5m', 'for: 5m\nrequires: { exporters: [node_exporter] }');
    const before = smallRepo({ templates: needy, policies: EVERYWHERE });
    const after = {
      ...before,
      'targets/small.yaml': (before['targets/small.yaml'] ?? '').replace(
        'type: cpu }\nexporters: [node_exporter]',
        'type: cpu }\nexporters: []',
      ),
    };
    const causes = [{ kind: 'requirement', what: 'exporter node_exporter' }];
    expect((await diffOf(before, after)).alerts).toMatchObject([{ kind: 'removed', causes }]);
    // Other labels, too, have no part in it.
    const relabelled = {
      ...after,
      'targets/small.yaml': after['targets/small.yaml'].replace('type: cpu', 'type: storage'),
    };
    expect((await diffOf(before, relabelled)).alerts).toMatchObject([{ kind: 'removed', causes }]);
  });
});

describe('targets', () => {
  const edit = (from: string, to: string): Files => ({
    ...base,
    'targets/small.yaml': (base['targets/small.yaml'] ?? '').replace(from, to),
  });

  it('that move change their values and their series', async () => {
    const dev = doc('AlertPolicy', 'group: dev\nalerts: { Hot: { config: { limit: 95 } } }');
    const files = withPolicy(dev);
    const moved = {
      ...files,
      'targets/small.yaml': (files['targets/small.yaml'] ?? '').replace('p2\ngroups: [prod]', 'p2\ngroups: [dev]'),
    };
    const diff = await diffOf(files, moved);
    expect(alertsOf(diff)).toEqual(['changed Hot on dev: p2: config.limit 80 → 95']);
    expect(diff.targets).toMatchObject([
      { kind: 'changed', newSeries: true, fields: [{ path: 'group', before: 'prod', after: 'dev' }] },
    ]);
    expect(diff.stateLost).toEqual([]);
  });

  it('that go, or sleep, take their alerts along', async () => {
    const gone = await diffOf(base, edit('d[1-2]', 'd1'));
    expect(weakenedOf(gone)).toEqual(['target-removed 1']);
    expect(gone.alerts).toMatchObject([{ kind: 'removed', causes: [{ kind: 'target', change: 'removed' }], count: 1 }]);
    const asleep = await diffOf(base, edit('hosts: "d[1-2]"', 'hosts: "d[1-2]"\nstatus: inactive'));
    expect(weakenedOf(asleep)).toEqual(['target-inactive 2']);
    expect((await diffOf(edit('d[1-2]', 'd1'), base)).weakened).toEqual([]);
  });
});

describe('identity', () => {
  it('of an alert is lost with its name, and a renamed template is known again', async () => {
    const after = smallRepo({ templates: HOT.replace('Hot', 'TooHot'), policies: EVERYWHERE.replace('Hot', 'TooHot') });
    const diff = await diffOf(base, after);
    expect(diff.renamed).toMatchObject([
      { kind: 'alert', before: 'Hot', after: 'TooHot', at: { file: 'templates/extra.yaml' } },
    ]);
    expect(diff.alerts).toEqual([]);
    expect(diff.stateLost).toMatchObject([
      { alerts: ['TooHot'], because: [{ path: 'alert name', before: 'Hot', after: 'TooHot' }], count: 4 },
    ]);
  });

  it('of targets that get a rule of their own is lost', async () => {
    const gpu = doc('AlertPolicy', 'group: prod\ntargets: { type: gpu }\nalerts: { Hot: { config: { limit: 70 } } }');
    const diff = await diffOf(base, withPolicy(gpu));
    expect(alertsOf(diff)).toEqual(['changed Hot on prod: p1: config.limit 80 → 70']);
    expect(diff.stateLost).toMatchObject([
      { because: [{ path: 'labels.override', before: null, after: 'type=gpu' }], count: 1 },
    ]);
  });

  it('stays where only the expression, the wait or an annotation changes', async () => {
    const after = smallRepo({
      templates: HOT.replace('limit: 80', 'limit: 85').replace('5m', '6m'),
      policies: EVERYWHERE,
    });
    expect((await diffOf(base, after)).stateLost).toEqual([]);
  });
});

it('says once what many alerts have in common, each from a line of its own', async () => {
  const names = ['A', 'B', 'C', 'D'];
  const files = (wait: string): Files =>
    smallRepo({
      ...Object.fromEntries(
        names.map((name) => [`templates/${name}.yaml`, alertTemplate(name, 'up == 0', `for: ${wait}`)]),
      ),
      policies: doc('AlertPolicy', `scope: global\nalerts: { ${names.map((name) => `${name}: {}`).join(', ')} }`),
    });
  const diff = await diffOf(files('5m'), files('9m'));
  expect(diff.alerts).toMatchObject([{ alerts: names, values: [{ path: 'for', beforeAt: null, afterAt: null }] }]);
  expect(weakenedOf(diff)).toEqual(['for-lengthened 4']);
});
