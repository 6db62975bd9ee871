import { describe, expect, it } from 'vitest';
import { compareRules, isOwnConfig, type Rule, type RuleDrift, type RunningRule } from '../../../src/drift/index.js';
import { group, LIVE, rule, runs } from './sides.js';

const built = group('prod_node_alerts', [rule('Down'), rule('Hot', { expr: 'temp > 80' })]);

/** What is found where one running rule is changed by hand. */
const changed = (change: Partial<RunningRule>): readonly RuleDrift[] => {
  const live = runs(built);
  const [first, ...others] = live.rules;
  return compareRules([built], [{ ...live, rules: first === undefined ? [] : [{ ...first, ...change }, ...others] }])
    .drift;
};
const kinds = (drift: readonly RuleDrift[]): string[] => drift.map(({ kind }) => kind);
const fieldsOf = (drift: readonly RuleDrift[]) =>
  drift.flatMap((one) => (one.kind === 'rule-differs' || one.kind === 'group-differs' ? one.fields : []));

describe('rules that run as they were built', () => {
  it('are no drift, wherever their folder is', () => {
    expect(compareRules([built], [runs(built)])).toEqual({ drift: [], asBuilt: 2, foreign: 0, folder: LIVE });
  });

  it.each([
    ['layout', { expr: '( up==0 )  # by hand' }],
    ['spelling of numbers', { expr: 'up == 0.0' }],
  ])('whatever the %s of an expression', (_, change) => {
    expect(changed(change)).toEqual([]);
  });

  it('whatever the quotes and the order of matchers, but not for other values of them', () => {
    const withMatchers = group('matchers', [rule('Down', { expr: `up{b!='2', a="1", c="2"} == 0` })]);
    const running = (expr: string) => {
      const live = runs(withMatchers);
      return compareRules([withMatchers], [{ ...live, rules: live.rules.map((one) => ({ ...one, expr })) }]).drift;
    };
    expect(running('up{a="1",b!="2",c="2"} == 0')).toEqual([]);
    for (const other of [
      'up{a="2",b!="2",c="2"} == 0',
      'up{a="1",b!="2",c="1"} == 0',
      'up{a="value 0",b!="2",c="2"} == 0',
    ])
      expect(kinds(running(other))).toEqual(['rule-differs']);
  });

  it('whatever label or annotation is empty', () => {
    expect(changed({ labels: { severity: 'warning', team: '' } })).toEqual([]);
  });
});

describe('a rule that differs', () => {
  it.each<[string, Partial<Rule>, string, string | null, string | null]>([
    ['expression', { expr: 'up == 1' }, 'expr', 'up == 0', 'up == 1'],
    ['for', { forSeconds: 600 }, 'for', '5m', '10m'],
    ['keep_firing_for', { keepFiringForSeconds: 60 }, 'keep_firing_for', '0s', '1m'],
    ['label', { labels: { severity: 'info' } }, 'labels.severity', 'warning', 'info'],
    ['missing label', { labels: {} }, 'labels.severity', 'warning', null],
    ['annotation', { annotations: { summary: 'off' } }, 'annotations.summary', 'down', 'off'],
    ['new annotation', { annotations: { summary: 'down', by: 'me' } }, 'annotations.by', null, 'me'],
  ])('in its %s', (_, change, field, was, is) => {
    const drift = changed(change);
    expect(kinds(drift)).toEqual(['rule-differs']);
    expect(fieldsOf(drift)).toEqual([{ field, built: was, running: is }]);
  });

  it('in the interval or the limit of its group', () => {
    const slow = { ...built, intervalSeconds: 30, limit: 5 };
    const { drift } = compareRules([slow], [runs(slow, { intervalSeconds: 60, limit: 0 })]);
    expect(fieldsOf(drift)).toEqual([
      { field: 'interval', built: '30s', running: '1m' },
      { field: 'limit', built: '5', running: '0' },
    ]);
  });

  it('in the order of its group', () => {
    const live = runs(built);
    const { drift } = compareRules([built], [{ ...live, rules: live.rules.toReversed() }]);
    expect(fieldsOf(drift)).toEqual([{ field: 'order', built: 'as built', running: 'changed' }]);
  });
});

describe('rules on one side alone', () => {
  it('do not run: the rule, its group, its file', () => {
    const other = group('dev_node_alerts', [rule('Down')], { file: 'dev-dev.yml' });
    const live = runs(built);
    const { drift } = compareRules([built, other], [{ ...live, rules: live.rules.slice(1) }]);
    expect(drift).toEqual([
      {
        kind: 'rule-not-running',
        rule: {
          file: 'dev-dev.yml',
          group: 'dev_node_alerts',
          type: 'alert',
          name: 'Down',
          labels: { severity: 'warning' },
        },
      },
      expect.objectContaining({ kind: 'rule-not-running' }),
    ]);
  });

  it('are not built: one of the same name with other labels, too', () => {
    const live = runs(built);
    const [first] = live.rules;
    const more = first === undefined ? [] : [{ ...first, labels: { severity: 'critical' } }];
    const { drift } = compareRules([built], [{ ...live, rules: [...live.rules, ...more] }]);
    expect(kinds(drift)).toEqual(['rule-not-built']);
    expect(drift[0]).toMatchObject({ rule: { name: 'Down', labels: { severity: 'critical' } } });
  });

  it('are left over in a file that aami once installed', () => {
    const old = group('old_node_alerts', [rule('Old')], { file: 'old-old.yml' });
    expect(compareRules([built], [runs(built), runs(old)])).toMatchObject({ drift: [], foreign: 1 });
    expect(kinds(compareRules([built], [runs(built), runs(old)], ['old-old.yml']).drift)).toEqual(['rule-not-built']);
  });
});

describe('files that aami did not install', () => {
  it('are counted apart: in another folder, even of the same name', () => {
    const foreign = runs(built, { file: '/elsewhere/prod-prod.yml' });
    const more = runs(group('more', [rule('More')], { file: 'more.yml' }));
    const own = group('dev_node_alerts', [rule('Down')], { file: 'dev-dev.yml' });
    expect(compareRules([built, own], [runs(built), runs(own), foreign, more])).toEqual({
      drift: [],
      asBuilt: 3,
      foreign: 3,
      folder: LIVE,
    });
  });

  it('are none where the server knows its folder by a path of Windows', () => {
    const live = runs(built, { file: 'C:\\prometheus\\rules\\prod-prod.yml' });
    expect(compareRules([built], [live])).toMatchObject({ drift: [], asBuilt: 2, foreign: 0 });
  });
});

describe('rules in bad health', () => {
  it('fail', () => {
    const drift = changed({ health: 'failing', lastError: 'many-to-many matching' });
    expect(drift).toEqual([
      {
        kind: 'rule-failing',
        rule: expect.objectContaining({ name: 'Down' }),
        error: 'many-to-many matching',
      },
    ]);
  });

  it('were never evaluated', () => {
    expect(kinds(changed({ health: 'not-evaluated' }))).toEqual(['rule-not-evaluated']);
  });

  it('take longer than their interval', () => {
    const { drift } = compareRules([built], [runs(built, { evaluationSeconds: 20 })]);
    expect(drift).toEqual([
      {
        kind: 'group-slow',
        file: 'prod-prod.yml',
        group: 'prod_node_alerts',
        evaluationSeconds: 20,
        intervalSeconds: 15,
      },
    ]);
  });
});

it('the path of a file of the server is never taken apart inside of a name', () => {
  expect(compareRules([built], [runs(built, { file: `${LIVE}/not-prod-prod.yml` })])).toMatchObject({ foreign: 2 });
});

describe('the configuration of a server', () => {
  it.each([
    ['/etc/prometheus/aami/prometheus.yml', '/etc/prometheus/aami/rules', true],
    ['build/prometheus/prometheus.yml', 'build/prometheus/rules', true],
    ['./prometheus.yml', 'rules', true],
    ['/etc/prometheus/prometheus.yml', '/etc/prometheus/aami/rules', false],
    ['/etc/prometheus/aami/prometheus.yml', null, true],
    ['/etc/prometheus/prometheus.yml', null, false],
  ])('%s beside or above %s: of aami %j', (file, folder, own) => {
    expect(isOwnConfig(file, folder)).toBe(own);
  });
});
