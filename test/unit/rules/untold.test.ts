import { describe, expect, it } from 'vitest';
import { alertTemplate, compileFiles, doc, type Files, places, smallRepo } from '../../repo.js';

const RECEIVERS = ['ops', 'pager'].map((name) => doc('Receiver', `name: ${name}`)).join('---\n');

const project = (alertmanager: string): string =>
  doc('Project', `name: test\nexporters: { node_exporter: { job: node, port: 9100 } }\nalertmanager: ${alertmanager}`);

/** Warnings in the groups, one for the whole fleet, and what is given. */
const repo = (alertmanager: string, extra: Files = {}): Files =>
  smallRepo({
    'aami.yaml': project(alertmanager),
    notifications: RECEIVERS,
    templates: [
      alertTemplate('Down', 'up{job="node"} == 0'),
      alertTemplate('Hot', 'node_temp > 1'),
      alertTemplate('ManyDown', 'count(up == 0) > 5', 'aggregate: true'),
    ].join('---\n'),
    policies: doc('AlertPolicy', 'scope: global\nalerts: { Down: {}, Hot: {}, ManyDown: { severity: critical } }'),
    ...extra,
  });

async function lint(files: Files): Promise<string[]> {
  const compilation = await compileFiles(files);
  const found = places(compilation, files);
  return compilation.findings.map(({ message }, at) => `${found[at]}: ${message}`);
}

const ONLY = 'lint/only-default-receiver';
const NOBODY = 'Nobody but the default receiver `ops` is told';
const groups = (...all: string[]): Files => ({
  'groups/small.yaml': all.map((one) => doc('Group', one)).join('---\n'),
});

describe('alerts that nobody is named for', () => {
  it('are one finding where nobody is named at all', async () => {
    expect(await lint(repo('{ default_receiver: ops }'))).toEqual([`${ONLY} aami.yaml:5:35: ${NOBODY} of any alert`]);
  });

  it('are none without a default receiver', async () => {
    expect(await lint(smallRepo({ ...repo('{}'), notifications: '', 'aami.yaml': project('{}') }))).toEqual([]);
  });

  it('are none where the default receiver is meant', async () => {
    expect(await lint(repo('{ default_receiver: ops, notify: { default: ops } }'))).toEqual([]);
  });

  it('are told for each group, and for the fleet', async () => {
    expect(
      await lint(
        repo(
          '{ default_receiver: ops }',
          groups('id: prod\nnotify: { warning: pager }', 'id: dev\nnotify: { info: ops }'),
        ),
      ),
    ).toEqual([
      `${ONLY} groups/small.yaml:8:5: ${NOBODY} of Down and Hot in the group \`dev\``,
      `${ONLY} policies/extra.yaml:4:40: ${NOBODY} of ManyDown, which belongs to no group`,
    ]);
  });

  it('are told once for groups that have what is missing in common', async () => {
    const named = '{ default_receiver: ops, notify: { critical: pager } }';
    expect(await lint(repo(named, groups('id: top', 'id: prod\nparent: top', 'id: dev\nparent: top')))).toEqual([
      `${ONLY} groups/small.yaml:3:5: ${NOBODY} of Down and Hot in the group \`top\``,
    ]);
    expect(
      await lint(
        repo(named, groups('id: top', 'id: prod\nparent: top\nnotify: { default: ops }', 'id: dev\nparent: top')),
      ),
    ).toEqual([`${ONLY} groups/small.yaml:13:5: ${NOBODY} of Down and Hot in the group \`dev\``]);
  });

  it('may be named by namespace, and by a route that they may take', async () => {
    const named =
      '{ default_receiver: ops, notify: { critical: pager }, namespaces: { production: { notify: { warning: pager } } } }';
    const own = groups('id: prod\nnamespace: production', 'id: dev\nnamespace: development');
    expect(await lint(repo(named, own))).toEqual([
      `${ONLY} groups/small.yaml:8:5: ${NOBODY} of Down and Hot in the group \`dev\``,
    ]);
    const route = (matcher: string, position: string): Files => ({
      ...own,
      'notifications/route.yaml': doc(
        'Route',
        `name: r\nposition: ${position}\nmatchers: ['group_id="dev"', '${matcher}']\nreceiver: pager`,
      ),
    });
    expect(await lint(repo(named, route('alertname=~"Hot|Down"', 'before')))).toEqual([]);
    expect(await lint(repo(named, route('gpu="1"', 'before')))).toEqual([]);
    expect(await lint(repo(named, route('alertname="Down"', 'before')))).toEqual([
      `${ONLY} groups/small.yaml:8:5: ${NOBODY} of Hot in the group \`dev\``,
    ]);
    expect(await lint(repo(named, route('alertname=~"Hot|Down"', 'after')))).toHaveLength(1);
  });

  it('may be hand-written: told once for a file, as far as their labels tell', async () => {
    const rules = (...all: string[]): Files => ({
      'rules/own.yml': `groups:\n  - name: own\n    rules:\n${all.join('')}`,
    });
    const rule = (alert: string, labels: string, expr = 'sum(up)'): string =>
      `      - { alert: ${alert}, expr: ${expr}, labels: ${labels} }\n`;
    const named = '{ default_receiver: ops, notify: { critical: pager } }';
    const own = groups('id: prod\nnotify: { default: pager }', 'id: dev\nnotify: { warning: ops }');
    const linted = (...all: string[]) => lint(repo(named, { ...own, ...rules(...all) }));
    expect(await linted(rule('Critical', '{ severity: critical }'))).toEqual([]);
    expect(await linted(rule('OfProd', '{ group_id: prod }'))).toEqual([]);
    expect(await linted(rule('OfAny', '{ severity: warning }', 'up == 0'))).toEqual([]);
    expect(await linted(rule('Templated', '{ severity: "{{ $value }}" }'))).toEqual([]);
    expect(
      await linted(
        rule('One', '{ severity: warning }'),
        rule('Fine', '{ severity: critical }'),
        rule('Two', '{ group_id: dev }'),
      ),
    ).toEqual([`${ONLY} rules/own.yml:4:18: ${NOBODY} of One and Two`]);
  });
});

describe('hand-written rules', () => {
  const linted = async (expr: string, labels = '{}', metric = ''): Promise<[string, string | null][]> => {
    const files = smallRepo({
      'rules/own.yml': `groups:\n  - name: own\n    rules:\n      - { alert: A, expr: '${expr}', labels: ${labels} }\n${metric}`,
    });
    return (await compileFiles(files)).findings.map(({ code, message, span, hint }) => {
      expect(code).toBe('lint/selects-nothing');
      return [`${files['rules/own.yml']?.slice(span?.start, span?.end)}: ${message}`, hint];
    });
  };

  it('ask for jobs, groups and targets that there are', async () => {
    expect(await linted('up{job="node-exporter",group_id=~"prod|lab",target_id="p1"} + on() up{job!="a"}')).toEqual([]);
    expect(
      await linted('up{groups=~"(.*,)?prod(,.*)?",target_label_type="gpu",instance="any",target_label_type!=""}'),
    ).toEqual([]);
    expect(await linted('ALERTS{group_id="global"} or recorded{job=""} or up{job=~".*"}')).toEqual([]);
  });

  it('say what was meant', async () => {
    expect(await linted('up{job="node_exporter"} == 0 or up{group_id="pord"}')).toEqual([
      [
        'job="node_exporter": No exporter has the job `node_exporter`, so this selects nothing',
        'Did you mean `node-exporter`?',
      ],
      ['group_id="pord": No group has the id `pord`, so this selects nothing', 'Did you mean `prod`?'],
    ]);
    expect(await linted('up{target_id="x17"}')).toEqual([
      ['target_id="x17": No target has the id `x17`, so this selects nothing', null],
    ]);
    expect(await linted('up{target_label_type="gpuu"} == 0 or up{groups=~".*pord.*"}')).toEqual([
      ['target_label_type="gpuu": No target has the label type `gpuu`, so this selects nothing', 'Did you mean `gpu`?'],
      ['groups=~".*pord.*": No target has the list of groups that is asked for, so this selects nothing', null],
    ]);
    expect(await linted('absent(up{job=~"a|b",job!="c"})')).toEqual([
      ['job=~"a|b": No exporter has the job that is asked for, so this selects nothing', null],
    ]);
  });

  it('may ask for what they give themselves', async () => {
    const record = '      - { record: jobs:up, expr: sum(up), labels: { job: all } }\n';
    expect(await linted('jobs:up{job="all"}', '{}', record)).toEqual([]);
    expect(await linted('ALERTS{job="any"}', '{ job: "{{ $labels.x }}" }')).toEqual([]);
  });
});
