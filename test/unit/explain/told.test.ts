import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Compilation, compile } from '../../../src/compile.js';
import { explainAlertOnTarget } from '../../../src/explain/alert-on-target.js';
import { type ExplainContext, explainContext } from '../../../src/explain/context.js';
import { explainGroup } from '../../../src/explain/group.js';
import type { Recipient } from '../../../src/explain/types.js';
import { readRepo } from '../../../src/source/read.js';
import { type Labels, mutesOf, routeOf, toldOf } from '../../alertmanager/routing.js';
import { alertTemplate, compileFiles, doc, type Files, smallRepo } from '../../repo.js';

async function contextOf(compilation: Compilation): Promise<ExplainContext> {
  if (compilation.model === null) throw new Error(compilation.findings.map(({ message }) => message).join('\n'));
  return explainContext(compilation, compilation.model);
}

const PROJECT = doc(
  'Project',
  [
    'name: test',
    'exporters: { node_exporter: { job: node-exporter, port: 9100 } }',
    'prometheus: { global: { external_labels: { cluster: a } } }',
    'alertmanager:',
    '  default_receiver: rest',
    '  notify: { info: chat }',
    '  namespaces: { live: { notify: { critical: pager } } }',
  ].join('\n'),
);

async function onTarget(target: string, extra: Files, alert = 'A'): Promise<readonly Recipient[]> {
  const receivers = ['rest', 'chat', 'pager', 'team', 'log'].map((name) => doc('Receiver', `name: ${name}`));
  const files = {
    'aami.yaml': PROJECT,
    'groups/small.yaml': [
      doc('Group', 'id: prod\nnamespace: live\nnotify: { warning: [team, chat] }'),
      doc('Group', 'id: dev'),
    ].join('---\n'),
    'notifications/receivers.yaml': receivers.join('---\n'),
    policies: doc('AlertPolicy', `scope: global\nalerts: { ${alert}: {} }`),
    ...extra,
  };
  const context = await contextOf(await compileFiles(smallRepo(files)));
  const { repo } = context.model;
  const found = repo.targets.find(({ id }) => id === target);
  const template = repo.alertTemplates.get(alert);
  if (found === undefined || template === undefined) throw new Error(target);
  const cells = explainAlertOnTarget(context, found, template).bindings.flatMap((binding) => binding.cells);
  return cells.flatMap((cell) => (cell.state === 'alerts' ? cell.told : []));
}

const brief = ({ receiver, by, name, at, certain }: Recipient): string =>
  [receiver, by, ...(name === null ? [] : [name]), `${at.file}:${at.line}`, ...(certain ? [] : ['?'])].join(' ');

const severe = (severity: string) => alertTemplate('A', 'm > 1').replace('severity: warning', `severity: ${severity}`);
const route = (name: string, rest: string): string => doc('Route', `name: ${name}\n${rest}`);

describe('who is told of an alert, by which layer', () => {
  it.each([
    ['warning', 'p1', ['team group prod groups/small.yaml:5', 'chat group prod groups/small.yaml:5']],
    ['critical', 'p1', ['pager namespace live aami.yaml:9']],
    ['info', 'p1', ['chat project aami.yaml:8']],
    ['info', 'd1', ['chat project aami.yaml:8']],
    ['warning', 'd1', ['rest default-receiver aami.yaml:7']],
  ])('%s on %s', async (severity, target, expected) => {
    expect((await onTarget(target, { templates: severe(severity) })).map(brief)).toEqual(expected);
  });

  it('names nobody where no alertmanager.yml is made', async () => {
    const context = await contextOf(
      await compileFiles(
        smallRepo({ templates: severe('info'), policies: doc('AlertPolicy', 'scope: global\nalerts: { A: {} }') }),
      ),
    );
    const [target] = context.model.repo.targets;
    const template = context.model.repo.alertTemplates.get('A');
    if (target === undefined || template === undefined) throw new Error('A');
    const [binding] = explainAlertOnTarget(context, target, template).bindings;
    expect(binding?.cells).toMatchObject([{ state: 'alerts', told: [] }]);
  });

  it.each([
    ['that takes the alert', 'matchers: [alertname="A"]\nreceiver: log', ['log route r notifications/extra.yaml:1']],
    [
      'that lets it go on',
      'matchers: [severity="critical"]\nreceiver: log\ncontinue: true',
      ['log route r notifications/extra.yaml:1', 'pager namespace live aami.yaml:9'],
    ],
    ['of another alert', 'matchers: [alertname="B"]\nreceiver: log', ['pager namespace live aami.yaml:9']],
    ['of the host', 'matchers: [instance="p1"]\nreceiver: log', ['log route r notifications/extra.yaml:1']],
    ['of another host', 'matchers: [instance="p2"]\nreceiver: log', ['pager namespace live aami.yaml:9']],
    ['of the cluster', 'matchers: [cluster="a"]\nreceiver: log', ['log route r notifications/extra.yaml:1']],
    ['of a label that it cannot have', 'matchers: [disk="x"]\nreceiver: log', ['pager namespace live aami.yaml:9']],
    [
      'of a label that it may have',
      'matchers: [gpu="0"]\nreceiver: log',
      ['log route r notifications/extra.yaml:1 ?', 'pager namespace live aami.yaml:9 ?'],
    ],
    [
      'behind the groups',
      'position: after\nmatchers: [alertname="A"]\nreceiver: log',
      ['pager namespace live aami.yaml:9'],
    ],
  ])('goes by a hand-written route %s', async (_, rest, expected) => {
    const templates = severe('critical').replace('m > 1', 'sum by (instance, gpu, target_id) (m) > 1');
    expect((await onTarget('p1', { templates, notifications: route('r', rest) })).map(brief)).toEqual(expected);
  });
});

describe('examples/gpu-cluster', () => {
  it('tells in Alertmanager just those whom explain names, of every alert on every target', async () => {
    const compilation = await compile(await readRepo(join(import.meta.dirname, '../../../examples/gpu-cluster')));
    const context = await contextOf(compilation);
    const tree = routeOf(compilation);
    let compared = 0;
    for (const target of context.model.repo.targets) {
      for (const template of context.model.repo.alertTemplates.values()) {
        const { bindings, keptBack } = explainAlertOnTarget(context, target, template);
        for (const cell of bindings.flatMap(({ cells }) => cells)) {
          if (cell.state !== 'alerts' || cell.rule === null) continue;
          const own: Labels = template.aggregate ? {} : { instance: target.hostname, target_id: target.id };
          const labels: Labels = { cluster: 'a', ...own, ...cell.rule.labels, alertname: cell.rule.alert };
          const where = `${template.name} on ${target.id}`;
          expect(
            cell.told.every(({ certain }) => certain),
            where,
          ).toBe(true);
          expect(cell.told.map(({ receiver }) => receiver).sort(), where).toEqual(
            toldOf(tree, labels)
              .map(({ receiver }) => receiver)
              .sort(),
          );
          if (!template.aggregate) {
            const names = keptBack.map(({ maintenance }) => maintenance);
            for (const mutes of mutesOf(tree, labels)) expect(mutes, where).toEqual(names);
          }
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('says of a group whom it names by severity, and what keeps its alerts back', async () => {
    const compilation = await compile(await readRepo(join(import.meta.dirname, '../../../examples/gpu-cluster')));
    const context = await contextOf(compilation);
    const group = context.model.repo.groups.get('grp-dev');
    if (group === undefined) throw new Error('grp-dev');
    const { notified, keptBack } = explainGroup(context, group);
    expect(
      notified.map(({ severity, told }) => [severity, told.map(({ receiver, name }) => [receiver, name])]),
    ).toEqual(['critical', 'warning', 'info'].map((severity) => [severity, [['dev-chat', 'development']]]));
    expect(keptBack).toMatchObject([
      {
        maintenance: 'reimaging',
        schedule: [
          '22:00-24:00, sunday friday saturday, Europe/Berlin',
          '00:00-04:00, sunday monday saturday, Europe/Berlin',
        ],
        at: { file: 'notifications/maintenances.yaml' },
      },
    ]);
  });
});
