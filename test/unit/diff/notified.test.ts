import { describe, expect, it } from 'vitest';
import type { FleetDiff } from '../../../src/diff/types.js';
import { alertTemplate, doc, type Files, smallRepo } from '../../repo.js';
import { diffOf } from './diff-of.js';

const project = (alertmanager: string): string =>
  doc(
    'Project',
    `name: test\nexporters:\n  node_exporter: { job: node-exporter, port: 9100 }\nalertmanager:\n  ${alertmanager}`,
  );
const receivers = (...names: string[]): string =>
  names
    .map((name) => doc('Receiver', `name: ${name}\nwebhook_configs: [{ url: "http://127.0.0.1/${name}" }]`))
    .join('---\n');
const groups = (prod: string, dev: string): string =>
  [doc('Group', `id: prod\n${prod}`), doc('Group', `id: dev\n${dev}`)].join('---\n');

const ALL = receivers('chat', 'oncall', 'ops');

/** Two alerts, one critical and one a warning, in both groups; and what is given. */
const repo = (prod: string, dev = '', alertmanager = 'default_receiver: ops', extra: Files = {}): Files =>
  smallRepo({
    'aami.yaml': project(alertmanager),
    'groups/small.yaml': groups(prod, dev),
    notifications: ALL,
    templates: [alertTemplate('Hot', 'a > 1'), alertTemplate('Down', 'b > 1').replace('warning', 'critical')].join(
      '---\n',
    ),
    policies: doc('AlertPolicy', 'scope: global\nalerts:\n  Hot: {}\n  Down: {}'),
    ...extra,
  });

const inShort = ({ notified }: FleetDiff): string[] =>
  notified.map(
    ({ of, alerts, names, gained, lost, where, count }) =>
      `${of} ${where.map(({ group }) => group)} (${count}): ${alerts}${names === null ? '' : ` (${names})`}: +${gained} -${lost}`,
  );

describe('who is told', () => {
  it('says nothing where the same are told, wherever and in whichever order they are named', async () => {
    const diff = await diffOf(
      repo('notify: { critical: [oncall, chat] }', 'notify: { default: chat }'),
      repo('notify:\n  critical: [chat, oncall]', 'notify: { critical: chat, warning: chat }'),
    );
    expect(diff.notified).toEqual([]);
    expect(diff.receivers).toEqual([]);
    expect(diff.weakened).toEqual([]);
  });

  it('tells whom a group gains and loses, by severity, with the lines; a lost recipient weakens', async () => {
    const diff = await diffOf(
      repo('notify: { critical: [oncall, chat], warning: chat }'),
      repo('notify:\n  critical: [chat, ops]\n  warning: chat'),
    );
    expect(diff.notified).toEqual([
      {
        of: 'groups',
        alerts: ['critical'],
        names: null,
        gained: ['ops'],
        lost: ['oncall'],
        beforeAt: { side: 'before', file: 'groups/small.yaml', line: 4 },
        afterAt: { side: 'after', file: 'groups/small.yaml', line: 5 },
        timing: [],
        where: [{ group: 'prod', groupName: 'prod', targets: ['p1', 'p2'] }],
        count: 2,
        weakens: ['recipient-lost'],
      },
    ]);
    expect(diff.weakened).toEqual([{ kind: 'recipient-lost', section: 'notified', index: 0, count: 2 }]);
  });

  it('says once what is the same for several groups and severities', async () => {
    const diff = await diffOf(
      repo('', '', 'default_receiver: ops\n  notify: { default: oncall }'),
      repo('', '', 'default_receiver: ops\n  notify: { default: chat }'),
    );
    expect(inShort(diff)).toEqual(['groups dev,prod (4): critical,warning: +chat -oncall']);
  });

  it('does not speak of severities that no alert has', async () => {
    expect(inShort(await diffOf(repo('notify: { info: oncall }'), repo('notify: { info: chat }')))).toEqual([]);
  });

  it('tells it of targets that have gone to another group', async () => {
    const files = repo('notify: { default: oncall }', 'notify: { critical: [oncall, chat], warning: oncall }');
    const { 'targets/small.yaml': targets = '', ...rest } = files;
    const moved = {
      ...rest,
      'targets/small.yaml': targets.replace('hostname: p1\ngroups: [prod]', 'hostname: p1\ngroups: [dev]'),
    };
    const diff = await diffOf(files, moved);
    expect(inShort(diff)).toEqual(['groups dev (1): critical: +chat -']);
    const back = await diffOf(moved, files);
    expect(inShort(back)).toEqual(['groups prod (1): critical: + -chat']);
    expect(back.weakened.map(({ kind }) => kind)).toEqual(['recipient-lost']);
  });

  it('does not speak of alerts that come or go', async () => {
    const files = repo('notify: { default: oncall }');
    const { 'policies/extra.yaml': _, ...rest } = files;
    const policies = doc('AlertPolicy', 'scope: global\nalerts:\n  Hot: {}');
    expect(inShort(await diffOf(files, { ...rest, 'policies/extra.yaml': policies }))).toEqual([]);
  });

  it('takes nothing for lost where somebody is named at last, and the default receiver for a loss where nobody is any more', async () => {
    const [nobody, somebody] = [repo('notify: {}'), repo('notify: { critical: oncall }')];
    const better = await diffOf(nobody, somebody);
    expect(inShort(better)).toEqual(['groups prod (2): critical: +oncall -ops']);
    expect(better.weakened).toEqual([]);
    const worse = await diffOf(somebody, nobody);
    expect(inShort(worse)).toEqual(['groups prod (2): critical: +ops -oncall']);
    expect(worse.notified[0]?.afterAt).toMatchObject({ file: 'aami.yaml' });
    expect(worse.weakened.map(({ kind }) => kind)).toEqual(['recipient-lost']);
  });

  it('counts it as a loss that no alertmanager.yml is made any more', async () => {
    const { 'notifications/extra.yaml': _, ...without } = repo('', '', 'group_wait: 10s');
    const diff = await diffOf(repo(''), without);
    expect(inShort(diff)).toEqual(['groups dev,prod (4): critical,warning: + -ops']);
    expect(diff.weakened).toHaveLength(1);
  });

  it('tells when alerts are told, with the line, whoever is told', async () => {
    const diff = await diffOf(
      repo(''),
      repo('alertmanager:\n  repeat_interval: 1d\n  severities: { critical: { repeat_interval: 1h } }'),
    );
    expect(diff.notified.map(({ alerts, timing }) => ({ alerts, timing }))).toEqual([
      {
        alerts: ['critical'],
        timing: [
          {
            path: 'repeat_interval',
            before: '4h',
            after: '1h',
            beforeAt: null,
            afterAt: { side: 'after', file: 'groups/small.yaml', line: 6 },
          },
        ],
      },
      {
        alerts: ['warning'],
        timing: [
          {
            path: 'repeat_interval',
            before: '4h',
            after: '1d',
            beforeAt: null,
            afterAt: { side: 'after', file: 'groups/small.yaml', line: 5 },
          },
        ],
      },
    ]);
    expect(diff.weakened).toEqual([]);
  });

  it('knows hand-written rules as those of their group, or of none', async () => {
    const rule = (alert: string, labels: string): string =>
      `  - { alert: ${alert}, expr: vector(1), labels: ${labels} }`;
    const extra = {
      'rules/own.yml': [
        'groups:',
        '- name: own',
        '  rules:',
        rule('X', '{ severity: page }'),
        rule('Y', '{ severity: info, group_id: dev }'),
      ].join('\n'),
    };
    const diff = await diffOf(
      repo('', '', 'default_receiver: ops\n  notify: { default: oncall, critical: ops, warning: ops }', extra),
      repo('', '', 'default_receiver: ops\n  notify: { default: chat, critical: ops, warning: ops }', extra),
    );
    expect(inShort(diff)).toEqual(['groups dev (2): info: +chat -oncall', 'fleet  (0): default: +chat -oncall']);
  });
});

const withRoutes = (...routes: string[]): Files =>
  repo('notify: { default: oncall }', '', undefined, { 'notifications/routes.yaml': routes.join('---\n') });
const route = (name: string, rest: string): string => doc('Route', `name: ${name}\n${rest}`);

describe('hand-written routes', () => {
  it('take alerts from those who own them, by name where it is not all of a severity', async () => {
    const diff = await diffOf(
      repo('notify: { default: oncall }'),
      withRoutes(route('r', 'matchers: [alertname="Hot"]\nreceiver: chat')),
    );
    expect(inShort(diff)).toEqual(['groups prod (2): warning: +chat -oncall', 'groups dev (2): warning: +chat -ops']);
    expect(diff.routes).toMatchObject([
      { kind: 'added', name: 'r', at: { file: 'notifications/routes.yaml', line: 1 } },
    ]);
    expect(diff.weakened.map(({ kind, count }) => [kind, count])).toEqual([['recipient-lost', 2]]);
  });

  it('of one of several alerts name it', async () => {
    const TWO = [alertTemplate('Hot', 'a > 1'), alertTemplate('Down', 'b > 1')].join('---\n');
    const before = {
      ...withRoutes(route('r', 'matchers: [alertname="None"]\nreceiver: chat')),
      'templates/extra.yaml': TWO,
    };
    const after = {
      ...withRoutes(route('r', 'matchers: [alertname="Hot"]\nreceiver: chat\ncontinue: true')),
      'templates/extra.yaml': TWO,
    };
    const diff = await diffOf(before, after);
    expect(inShort(diff)).toEqual(['groups dev,prod (4): warning (Hot): +chat -']);
    expect(diff.routes[0]?.fields.map(({ path }) => path)).toEqual(['continue', 'matchers']);
    expect(diff.weakened).toEqual([]);
  });

  it('may tell targets of one rule apart', async () => {
    const diff = await diffOf(
      repo('notify: { default: oncall }'),
      withRoutes(route('r', 'matchers: [instance="p1", alertname="Hot"]\nreceiver: chat')),
    );
    expect(diff.notified.map(({ where, lost }) => [where[0]?.targets, lost])).toEqual([[['p1'], ['oncall']]]);
  });

  it('count for alerts that name a namespace and no group', async () => {
    const rule = '- { alert: X, expr: vector(1), labels: { namespace: live, severity: info } }';
    const extra = { 'rules/own.yml': `groups:\n- name: own\n  rules:\n  ${rule}\n` };
    const live = (receiver: string): string =>
      `default_receiver: ops\n  namespaces: { live: { notify: { info: ${receiver} } } }`;
    const named = { 'groups/more.yaml': doc('Group', 'id: more\nnamespace: live') };
    const diff = await diffOf(
      repo('', '', live('oncall'), { ...extra, ...named }),
      repo('', '', live('chat'), { ...extra, ...named }),
    );
    expect(inShort(diff)).toEqual(['fleet  (0): info: +chat -oncall']);
  });
});

describe('maintenances', () => {
  const planned = (rest: string): Files =>
    repo('', '', undefined, { 'notifications/plan.yaml': doc('Maintenance', `name: m\n${rest}`) });
  const window = (start: string, end: string): string => `groups: [prod]\nstart: ${start}\nend: ${end}`;
  const short = planned(window('2031-01-01T10:00:00Z', '2031-01-01T12:00:00Z'));

  it.each([
    ['a new one weakens', repo(''), short, 'added', ['kept-back']],
    ['one that is gone does not', short, repo(''), 'removed', []],
    [
      'a window that ends later does',
      short,
      planned(window('2031-01-01T10:00:00Z', '2031-01-01T13:00:00Z')),
      'changed',
      ['kept-back'],
    ],
    [
      'a window that begins later does not',
      short,
      planned(window('2031-01-01T11:00:00Z', '2031-01-01T12:00:00Z')),
      'changed',
      [],
    ],
    [
      'more targets do',
      planned('groups: [prod]\ntargets: { type: gpu }\nschedule: { weekdays: [monday] }'),
      planned('groups: [prod]\nschedule: { weekdays: [monday] }'),
      'changed',
      ['kept-back'],
    ],
  ] as const)('%s', async (_, before, after, kind, weakens) => {
    const diff = await diffOf(before, after);
    expect(diff.maintenances).toMatchObject([{ kind, name: 'm', count: 2, weakens }]);
    expect(diff.weakened.map((one) => one.kind)).toEqual(weakens);
  });

  it('nobody can tell what another schedule does', async () => {
    const diff = await diffOf(
      planned('groups: [prod]\nschedule: { weekdays: [monday] }'),
      planned('groups: [prod]\nschedule: { weekdays: [sunday] }'),
    );
    expect(diff.unclear).toEqual([{ section: 'maintenances', index: 0 }]);
    expect(diff.weakened).toEqual([]);
  });

  it('that say the same are no change', async () => {
    const diff = await diffOf(short, planned(window('2031-01-01T11:00:00+01:00', '2031-01-01T12:00:00Z')));
    expect(diff.maintenances).toEqual([]);
  });
});

describe('receivers', () => {
  it('are named where they differ, and nothing that they hold is shown', async () => {
    const after = [
      receivers('chat'),
      doc('Receiver', 'name: oncall\nwebhook_configs: [{ url: "http://127.0.0.1/elsewhere" }]'),
      doc('Receiver', 'name: ops\nwebhook_configs: [{ url: "http://127.0.0.1/ops" }]'),
      receivers('new'),
    ].join('---\n');
    const diff = await diffOf(repo(''), repo('', '', undefined, { notifications: after }));
    expect(diff.receivers.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['added new', 'changed oncall']);
    expect(JSON.stringify(diff.receivers)).not.toContain('elsewhere');
    expect(diff.notified).toEqual([]);
  });
});
