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
    ({ of, alerts, gained, lost, where, count }) =>
      `${of} ${where.map(({ group }) => group)} (${count}): ${alerts}: +${gained} -${lost}`,
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

  it('speaks neither of groups that come nor of those that go', async () => {
    const files = repo('notify: { default: oncall }');
    const { 'groups/small.yaml': _, 'targets/small.yaml': __, ...rest } = files;
    const other = {
      ...rest,
      'groups/small.yaml': doc('Group', 'id: other\nnotify: { default: chat }'),
      'targets/small.yaml': doc('Target', 'hostname: p1\ngroups: [other]\nexporters: [node_exporter]'),
    };
    expect(inShort(await diffOf(files, other))).toEqual([]);
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
