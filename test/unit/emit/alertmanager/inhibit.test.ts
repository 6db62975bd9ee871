import { describe, expect, it } from 'vitest';
import type { Compilation } from '../../../../src/compile.js';
import { inhibitionsOf, muted } from '../../../alertmanager/inhibition.js';
import type { Labels } from '../../../alertmanager/routing.js';
import { alertTemplate, compileFiles, doc, type Files, places, smallRepo } from '../../../repo.js';

const TOLD = doc('Receiver', 'name: ops');
const project = (rest = ''): string =>
  doc(
    'Project',
    `name: test
exporters:
  node_exporter: { job: node-exporter, port: 9100 }
  dcgm_exporter: { job: dcgm-exporter, port: 9400 }
alertmanager: { default_receiver: ops, notify: { default: ops } }
${rest}`,
  );
const bind = (...names: readonly string[]): string =>
  doc('AlertPolicy', `scope: global\nalerts: { ${names.map((name) => `${name}: {}`).join(', ')} }`);
const docs = (...all: readonly string[]): string => all.join('---\n');

const repo = (extra: Files, rest = ''): Files =>
  smallRepo({ 'aami.yaml': project(rest), notifications: TOLD, ...extra });

async function compiled(files: Files): Promise<Compilation> {
  const compilation = await compileFiles(files);
  expect(compilation.findings).toEqual([]);
  return compilation;
}

const LEVELS = 'levels: { critical: { config: { at: 90 } }, warning: { config: { at: 80 } } }\nparams: { at: 70 }';
const leveled = (name: string, expr: string, rest = ''): string => alertTemplate(name, expr, `${LEVELS}\n${rest}`);

/** The names of those that are silenced when all of these fire; alerts are written `name severity label=value …`. */
async function silenced(compilation: Compilation, ...firing: readonly string[]): Promise<string[]> {
  const alerts = new Map(firing.map((text) => [labelsOf(text), text]));
  return muted(inhibitionsOf(compilation), [...alerts.keys()]).map((labels) => alerts.get(labels) ?? '');
}

function labelsOf(text: string): Labels {
  const [alertname = '', severity = '', ...rest] = text.split(' ');
  return { alertname, severity, ...Object.fromEntries(rest.map((pair) => pair.split('='))) };
}

describe('severities of one alert', () => {
  it('silence the lower ones on the same object, told by the labels that the expression leaves', async () => {
    const compilation = await compiled(
      repo({ templates: leveled('Hot', 'max by (instance, gpu) (temp) > ${at}'), policies: bind('Hot') }),
    );
    expect(inhibitionsOf(compilation)).toEqual([
      {
        source_matchers: ['alertname="Hot"', 'severity="critical"'],
        target_matchers: ['alertname="Hot"', 'severity=~"warning|info"'],
        equal: ['alertname', 'cluster', 'group_id', 'gpu', 'instance'],
      },
    ]);
    expect(
      await silenced(
        compilation,
        'Hot critical instance=p1 gpu=0 group_id=prod',
        'Hot warning instance=p1 gpu=0 group_id=prod',
        'Hot warning instance=p1 gpu=1 group_id=prod',
        'Hot warning instance=p2 gpu=0 group_id=prod',
      ),
    ).toEqual(['Hot warning instance=p1 gpu=0 group_id=prod']);
  });

  it('that leave no label are told apart by the group', async () => {
    const compilation = await compiled(
      repo({
        templates: leveled('ManyHot', 'count(temp) > ${at}', 'aggregate: true'),
        policies: docs(doc('AlertPolicy', 'groups: [prod, dev]\nalerts: { ManyHot: {} }'), bind('ManyHot')),
      }),
    );
    const [critical, ...warnings] = ['prod', 'prod', 'dev', 'global'].map(
      (group) => `group_id=${group} group=${group}`,
    );
    expect(
      await silenced(compilation, `ManyHot critical ${critical}`, ...warnings.map((one) => `ManyHot warning ${one}`)),
    ).toEqual(['ManyHot warning group_id=prod group=prod']);
  });

  it('look at every label that the alert names, where the expression keeps all', async () => {
    const compilation = await compiled(
      repo({
        templates: leveled(
          'Odd',
          'odd{shelf!=""} * on (bay) group_left (vendor) info > ${at}',
          'annotations: { summary: "{{ $labels.drawer }}" }\nlabels: { floor: "{{ $labels.storey }}" }',
        ),
        policies: docs(
          bind('Odd'),
          doc('AlertPolicy', 'group: prod\nseries: { slot: a }\nalerts: { Odd: { for: 1m } }'),
        ),
      }),
    );
    const [{ equal = [] } = {}] = inhibitionsOf(compilation);
    expect(equal).toEqual(
      expect.arrayContaining(['shelf', 'bay', 'vendor', 'drawer', 'storey', 'slot', 'instance', 'target_id', 'gpu']),
    );
    expect(equal).not.toContain('override');
    expect(equal).not.toContain('severity');
  });

  it('look at the labels of the checks that the alert requires', async () => {
    const check = doc(
      'ScriptTemplate',
      `name: shelf
script_type: t
language: bash
version: 1.0.0
script: { inline: "true" }
metrics: { shelf_ok: { type: gauge, labels: [tray] } }`,
    );
    const compilation = await compiled(
      repo({
        templates: docs(check, leveled('Shelf', 'shelf_ok < ${at}', 'requires: { checks: [shelf] }')),
        policies: docs(bind('Shelf'), doc('ScriptPolicy', 'scope: global\nchecks: { shelf: {} }')),
      }),
    );
    expect(inhibitionsOf(compilation)[0]?.equal).toContain('tray');
  });

  it('do not look at what differs between the severities themselves', async () => {
    const compilation = await compiled(
      repo({
        templates: alertTemplate(
          'Sensor',
          'sensor{state="${state}", place=~"${place}"} == 1',
          `params: { state: ok, place: a }
levels:
  critical: { config: { state: crit }, labels: { rack: upper } }
  warning: { config: { state: warn } }
annotations: { summary: "{{ $labels.rack }}" }`,
        ),
        policies: bind('Sensor'),
      }),
    );
    const [{ equal = [] } = {}] = inhibitionsOf(compilation);
    expect(equal).toContain('place');
    expect(equal).not.toContain('state');
    expect(equal).not.toContain('rack');
  });

  it('need two severities that can meet on one target', async () => {
    const templates = docs(
      alertTemplate('Plain', 'x > 1'),
      leveled('Apart', 'y > ${at}'),
      alertTemplate('Tuned', 'z > ${at}', 'params: { at: 1 }'),
    );
    const policies = docs(
      bind('Plain', 'Tuned'),
      doc('AlertPolicy', 'group: dev\nalerts: { Tuned: { severity: critical } }'),
      doc('AlertPolicy', 'group: prod\nalerts: { Apart: { levels: { warning: { enabled: false } } } }'),
      doc('AlertPolicy', 'group: dev\nalerts: { Apart: { levels: { critical: { enabled: false } } } }'),
    );
    expect(inhibitionsOf(await compiled(repo({ templates, policies })))).toEqual([]);
  });

  it('share a rule where they are told apart alike, and are never mistaken for each other', async () => {
    const templates = docs(
      leveled('A', 'max by (instance) (a) > ${at}'),
      leveled('B', 'max by (instance) (b) > ${at}'),
    );
    const compilation = await compiled(repo({ templates, policies: bind('A', 'B') }));
    expect(inhibitionsOf(compilation)).toHaveLength(1);
    expect(
      await silenced(
        compilation,
        'A critical instance=p1 group_id=prod',
        'A warning instance=p1 group_id=prod',
        'B warning instance=p1 group_id=prod',
      ),
    ).toEqual(['A warning instance=p1 group_id=prod']);
  });

  it('go by the names that rules.alert_name gives', async () => {
    const templates = docs(
      leveled('A', 'max by (instance) (a) > ${at}'),
      leveled('B', 'max by (instance) (b) > ${at}'),
    );
    const named = (pattern: string) =>
      compiled(repo({ templates, policies: bind('A', 'B') }, `rules: { alert_name: ${JSON.stringify(pattern)} }`));
    const at = 'instance=p1 group_id=prod';
    const bySeverity = await named('${alert}_${severity}');
    expect(
      await silenced(
        bySeverity,
        `A_critical critical ${at}`,
        `A_warning warning ${at}`,
        `B_warning warning ${at}`,
        'A_warning warning instance=p2 group_id=prod',
      ),
    ).toEqual([`A_warning warning ${at}`]);
    const byGroup = await named('${group.name}_${alert}');
    expect(await silenced(byGroup, `prod_A critical ${at}`, `prod_A warning ${at}`, `prod_B warning ${at}`)).toEqual([
      `prod_A warning ${at}`,
    ]);
  });

  it('are left alone where a name says nothing of the alert', async () => {
    const templates = docs(
      leveled('A', 'max by (instance) (a) > ${at}', 'labels: { which: a }'),
      leveled('B', 'max by (instance) (b) > ${at}', 'labels: { which: b }'),
    );
    const compilation = await compiled(repo({ templates, policies: bind('A', 'B') }, 'rules: { alert_name: Trouble }'));
    expect(inhibitionsOf(compilation)).toEqual([]);
  });

  it('never lead from one fleet to another', async () => {
    const global = 'prometheus: { global: { external_labels: { cluster: a, region: eu } } }';
    const files = repo({ templates: leveled('A', 'max by (instance) (a) > ${at}'), policies: bind('A') }, global);
    expect(inhibitionsOf(await compiled(files))[0]?.equal).toEqual([
      'alertname',
      'cluster',
      'region',
      'group_id',
      'instance',
    ]);
  });
});

describe('`inhibits`', () => {
  const DOWN = alertTemplate('NodeDown', 'up == 0', 'inhibits: { alerts: all, equal: [instance] }');

  it('`all` silences whatever else is said of the object, hand-written rules too, and nothing without it', async () => {
    const compilation = await compiled(
      repo({ templates: docs(DOWN, alertTemplate('Load', 'load > 1')), policies: bind('NodeDown', 'Load') }),
    );
    expect(
      await silenced(
        compilation,
        'NodeDown critical instance=p1',
        'NodeDown warning instance=p1',
        'Load warning instance=p1',
        'HandWritten info instance=p1',
        'Load warning instance=p2',
        'JobAbsent critical job=x',
      ),
    ).toEqual(['Load warning instance=p1', 'HandWritten info instance=p1']);
    expect(await silenced(compilation, 'NodeDown critical job=x', 'JobAbsent critical job=x')).toEqual([]);
  });

  it('names alerts, and may ask something of its own labels', async () => {
    const compilation = await compiled(
      repo({
        templates: docs(
          alertTemplate('Xid', 'xid > 0', `inhibits: { alerts: [Count], equal: [instance], when: 'xid=~"79|80"' }`),
          alertTemplate('Count', 'count by (instance) (gpu) < 8'),
          alertTemplate('Load', 'load > 1'),
        ),
        policies: bind('Xid', 'Count', 'Load'),
      }),
    );
    const others = ['Count critical instance=p1', 'Load critical instance=p1', 'Count critical instance=p2'];
    expect(await silenced(compilation, 'Xid critical instance=p1 xid=79', ...others)).toEqual([others[0]]);
    expect(await silenced(compilation, 'Xid critical instance=p1 xid=48', ...others)).toEqual([]);
  });

  it('of which no rule is made says nothing', async () => {
    const lonely = alertTemplate('A', 'a > 0', 'inhibits: { alerts: [B], equal: [instance] }');
    const templates = docs(lonely, DOWN, alertTemplate('B', 'b > 0'));
    expect(inhibitionsOf(await compiled(repo({ templates, policies: bind('A') })))).toEqual([]);
  });

  it('never leaves nobody speaking', async () => {
    const templates = docs(
      DOWN,
      alertTemplate('RackDown', 'rack == 0', 'inhibits: { alerts: all, equal: [instance] }'),
      alertTemplate('Power', 'power == 0', 'inhibits: { alerts: [NodeDown], equal: [instance] }'),
    );
    const compilation = await compiled(repo({ templates, policies: bind('NodeDown', 'RackDown', 'Power') }));
    const all = ['NodeDown critical instance=p1', 'RackDown critical instance=p1', 'Power critical instance=p1'];
    expect((await silenced(compilation, ...all)).length).toBeLessThan(all.length);
    expect(await silenced(compilation, all[0] ?? '', all[1] ?? '')).toEqual([]);
    expect(await silenced(compilation, all[0] ?? '', all[2] ?? '')).toEqual([all[0]]);
  });

  it('is reported where it names what is not there, itself, or a label that the expression drops', async () => {
    const files = repo({
      templates: docs(
        alertTemplate('A', 'a > 0', 'inhibits: { alerts: [Laod, A], equal: [instance] }'),
        alertTemplate('Load', 'load > 0'),
      ),
    });
    expect(places(await compileFiles(files), files)).toEqual([
      'reference/unknown-template templates/extra.yaml:7:22',
      'reference/inhibition-cycle templates/extra.yaml:7:21',
    ]);
    const dropped = repo({
      templates: alertTemplate(
        'Sum',
        'sum by (instance) (a) > 0',
        'inhibits: { alerts: all, equal: [cluster, group_id, instance, gpu], when: { xid: "79" } }',
      ),
      policies: bind('Sum'),
    });
    expect(places(await compileFiles(dropped), dropped)).toEqual([
      'template/dropped-label templates/extra.yaml:7:63',
      'template/dropped-label templates/extra.yaml:7:75',
    ]);
    const misspelt = repo({
      templates: alertTemplate('A', 'a > 0', 'inhibits: { alerts: Load, equal: ["0"], when: "xid=" }'),
    });
    expect(places(await compileFiles(misspelt), misspelt)).toEqual([
      'schema/bad-value templates/extra.yaml:7:21',
      'schema/bad-label templates/extra.yaml:7:35',
    ]);
  });
});

describe('hand-written rules', () => {
  const own = (...all: readonly string[]): Files => ({
    'rules/own.yml': `groups:\n  - name: own\n    rules:\n${all.map((rule) => `      - ${rule}\n`).join('')}`,
  });
  const rules = (...all: readonly string[]): Files => repo(own(...all));
  const GROUP =
    '{ alert: Hot, expr: "temp{group_id=\\"prod\\"} > 70", labels: { severity: warning, group_id: prod, own: prod } }';
  const at = 'instance=p1 gpu=0';

  it('of one name are one alert', async () => {
    const compilation = await compiled(
      rules(
        '{ alert: Hot, expr: "max by (gpu) (temp) > 90", labels: { severity: critical } }',
        '{ alert: Hot, expr: "max by (gpu) (temp) > 80", labels: { severity: warning } }',
        '{ alert: Other, expr: "max by (gpu) (temp) > 80", labels: { severity: warning } }',
      ),
    );
    expect(
      await silenced(
        compilation,
        'Hot critical gpu=0',
        'Hot warning gpu=0',
        'Hot warning gpu=1',
        'Other warning gpu=0',
      ),
    ).toEqual(['Hot warning gpu=0']);
  });

  it('are never taken for the alert of a template, nor for one of another kind', async () => {
    const counted = [
      '{ alert: Hot, expr: "count(temp) > 9", labels: { severity: critical } }',
      '{ alert: Hot, expr: "count(temp) > 8", labels: { severity: warning } }',
    ];
    const templates = alertTemplate('Hot', 'max by (instance) (temp) > 80');
    const policies = docs(
      bind('Hot'),
      doc('AlertPolicy', 'group: prod\ntargets: { type: gpu }\nalerts: { Hot: { severity: critical } }'),
    );
    expect(inhibitionsOf(await compiled(repo({ templates, policies, ...own(...counted) })))).toEqual([]);
    const mixed = await compiled(
      rules(...counted, '{ alert: Hot, expr: "max by (instance) (temp) > 80", labels: { severity: info } }'),
    );
    expect(await silenced(mixed, 'Hot critical instance=p1', 'Hot info instance=p2')).toEqual([]);
  });

  it('of a group go before those of the fleet, on the targets of the group', async () => {
    const fleet = '{ alert: Hot, expr: "temp > 80", labels: { severity: warning } }';
    const compilation = await compiled(rules(GROUP, fleet));
    expect(
      await silenced(
        compilation,
        `Hot warning ${at} group_id=prod own=prod`,
        `Hot warning ${at} group_id=prod`,
        'Hot warning instance=p1 gpu=1 group_id=prod',
        'Hot warning instance=d1 gpu=0 group_id=dev',
      ),
    ).toEqual([`Hot warning ${at} group_id=prod`]);
  });

  it('of the fleet are told from those of a group by the label that they lack', async () => {
    const compilation = await compiled(
      rules(
        '{ alert: Hot, expr: "max by (instance) (temp{group_id=\\"prod\\"}) > 70", labels: { severity: warning, group_id: prod } }',
        '{ alert: Hot, expr: "max by (instance) (temp) > 80", labels: { severity: warning } }',
      ),
    );
    expect(
      await silenced(
        compilation,
        'Hot warning instance=p1 group_id=prod',
        'Hot warning instance=p1',
        'Hot warning instance=d1',
      ),
    ).toEqual(['Hot warning instance=p1']);
  });

  it('of a group never silence a higher severity, but are silenced by it', async () => {
    const compilation = await compiled(
      rules(GROUP, '{ alert: Hot, expr: "temp > 80", labels: { severity: critical } }'),
    );
    expect(
      await silenced(compilation, `Hot warning ${at} group_id=prod own=prod`, `Hot critical ${at} group_id=prod`),
    ).toEqual([`Hot warning ${at} group_id=prod own=prod`]);
  });

  it('that do not say which target they are about are left alone', async () => {
    const compilation = await compiled(
      rules(
        '{ alert: Many, expr: "count(temp{group_id=\\"prod\\"}) > 7", labels: { severity: critical, group_id: prod } }',
        '{ alert: Many, expr: "count(temp) > 80", labels: { severity: warning } }',
      ),
    );
    expect(inhibitionsOf(compilation)).toEqual([]);
  });
});
