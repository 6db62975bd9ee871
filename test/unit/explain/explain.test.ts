import { describe, expect, it } from 'vitest';
import { explainAlert } from '../../../src/explain/alert.js';
import { explainAlertOnTarget } from '../../../src/explain/alert-on-target.js';
import { explainCheckOnTarget } from '../../../src/explain/check-on-target.js';
import { type ExplainContext, explainContext } from '../../../src/explain/context.js';
import { findAlert, findGroup, findTarget, findTemplate } from '../../../src/explain/find.js';
import { explainGroup } from '../../../src/explain/group.js';
import { EXPLAIN_FORMATS, loadExplainReporter } from '../../../src/explain/reporters/index.js';
import { pretty } from '../../../src/explain/reporters/pretty.js';
import { explainTarget } from '../../../src/explain/target.js';
import type { AlertOnTarget, CheckOnTarget } from '../../../src/explain/types.js';
import { alertTemplate, compileFiles, doc, type Files, smallRepo } from '../../repo.js';

async function contextOf(extra: Files): Promise<ExplainContext> {
  const compilation = await compileFiles(smallRepo(extra));
  if (compilation.model === null) throw new Error(compilation.findings.map(({ message }) => message).join('\n'));
  return explainContext(compilation, compilation.model);
}

function targetOf(context: ExplainContext, id: string) {
  const target = context.model.repo.targets.find((one) => one.id === id);
  if (target === undefined) throw new Error(id);
  return target;
}

async function alertOn(target: string, extra: Files): Promise<AlertOnTarget> {
  const context = await contextOf(extra);
  const template = context.model.repo.alertTemplates.get('A');
  if (template === undefined) throw new Error('A');
  return explainAlertOnTarget(context, targetOf(context, target), template);
}

const A = alertTemplate('A', 'some_metric > ${limit}', 'for: 5m\nparams: { limit: 80 }');
const policy = (scope: string, entry: string): string => doc('AlertPolicy', `${scope}\nalerts:\n  A: ${entry}`);
const policies = (...all: string[]): string => all.join('---\n');

/** `layer path=value outcome`, in order. */
const chain = ({ layers }: Pick<CheckOnTarget, 'layers'>): string[] =>
  layers.flatMap(({ number, sets }) =>
    sets.map(({ path, value, outcome, overriddenBy }) =>
      [number, `${path}=${JSON.stringify(value)}`, outcome, overriddenBy ?? ''].join(' ').trim(),
    ),
  );
const bindingOf = ({ bindings }: AlertOnTarget) => bindings[0] ?? { layers: [], cells: [] };

describe('an alert on a target', () => {
  it('names for each value the layer that won, and for the others who overrode them', async () => {
    const explained = await alertOn('p1', {
      templates: A,
      policies: policies(
        policy('scope: global', '{ config: { limit: 90 } }'),
        policy('group: prod', '{ for: 1m }'),
        policy('group: prod\ntargets: { type: gpu }', '{ config: { limit: 70 }, reason: they run hot }'),
      ),
    });
    expect(explained.status).toBe('alerts');
    expect(chain(bindingOf(explained))).toEqual([
      '1 severity="warning" wins',
      '1 for="5m" overridden 3',
      '1 config.limit=80 overridden 4',
      '2 config.limit=90 overridden 4',
      '3 for="1m" wins',
      '4 config.limit=70 wins',
    ]);
    const [cell] = bindingOf(explained).cells;
    expect(cell).toMatchObject({
      state: 'alerts',
      series: null,
      override: 'type=gpu',
      rule: {
        file: 'prometheus/rules/prod-prod.yml',
        expr: 'some_metric{group_id="prod",target_label_type="gpu"} > 70',
      },
    });
    expect(cell?.state === 'alerts' && cell.values.find(({ path }) => path === 'config.limit')).toEqual({
      path: 'config.limit',
      value: 70,
      layer: 4,
      at: { file: 'policies/extra.yaml', line: 18 },
    });
    expect(bindingOf(explained).layers[3]?.policy).toMatchObject({ targets: 'type="gpu"', reason: 'they run hot' });
  });

  it('tells a value that only repeats what held already', async () => {
    const explained = await alertOn('d1', {
      templates: A,
      policies: policies(policy('scope: global', '{}'), policy('group: dev', '{ config: { limit: 80 } }')),
    });
    expect(chain(bindingOf(explained))).toContain('3 config.limit=80 repeats');
  });

  it('shows each part of the series with its values', async () => {
    const explained = await alertOn('d1', {
      templates: A,
      policies: policies(
        policy('scope: global', '{}'),
        policy('scope: global\nseries: { disk: scratch }', '{ config: { limit: 98 } }'),
        policy('scope: global\nseries: { disk: tmp }', '{ enabled: false, reason: nobody cares }'),
      ),
    });
    const shown = bindingOf(explained).cells.map((cell) => [
      cell.state,
      cell.series,
      cell.state === 'alerts' ? cell.values.find(({ path }) => path === 'config.limit')?.value : null,
    ]);
    expect(shown.sort()).toEqual([
      ['alerts', 'disk!~"scratch|tmp"', 80],
      ['alerts', 'disk="scratch"', 98],
      ['muted', 'disk="tmp"', null],
    ]);
  });

  it('says so where only some series are bound at all', async () => {
    const explained = await alertOn('d1', {
      templates: A,
      policies: policy('scope: global\nseries: { disk: scratch }', '{}'),
    });
    expect(bindingOf(explained).cells.map(({ state, series }) => [state, series])).toEqual([
      ['alerts', 'disk="scratch"'],
      ['unbound', 'disk!="scratch"'],
    ]);
  });

  it('has a cell for each level, with the common values that a level leaves alone', async () => {
    const explained = await alertOn('d1', {
      templates: alertTemplate(
        'A',
        'm > ${limit}',
        'for: 5m\nparams: { limit: 80 }\nlevels:\n  warning: {}\n  critical: { config: { limit: 95 }, for: 1m }',
      ),
      policies: policies(
        policy('scope: global', '{}'),
        policy('group: dev', '{ levels: { critical: { config: { limit: 99 } } } }'),
      ),
    });
    const values = bindingOf(explained).cells.map((cell) =>
      cell.state === 'alerts' ? cell.values.map(({ path, value, layer }) => `${path}=${value} ${layer}`) : [],
    );
    expect(values).toEqual([
      ['severity=critical 1', 'for=1m 1', 'config.limit=99 3'],
      ['severity=warning 1', 'for=5m 1', 'config.limit=80 1'],
    ]);
  });

  it('that is muted still shows what would hold: no common value that each level overrides', async () => {
    const explained = await alertOn('p1', {
      templates: alertTemplate(
        'A',
        'some_metric > ${limit}',
        'params: { limit: 80 }\nlevels: { warning: { config: { limit: 70 } }, critical: { config: { limit: 90 } } }',
      ),
      policies: policy('scope: global', '{ enabled: false }'),
    });
    expect(explained.status).toBe('muted');
    expect(chain(bindingOf(explained))).toContain('1 config.limit=80 overridden 1');
  });

  it('names the line of a runbook, whichever way the template writes it', async () => {
    const lineOf = async (template: string): Promise<string | undefined> => {
      const { bindings } = await alertOn('p1', { templates: template, policies: policy('scope: global', '{}') });
      const values = bindings.flatMap(({ cells }) =>
        cells.flatMap((one) => (one.state === 'alerts' ? one.values : [])),
      );
      const runbook = values.find(({ path }) => path === 'annotations.runbook_url');
      return template.split('\n')[(runbook?.at?.line ?? 0) - 1];
    };
    const texts = 'annotations:\n  summary: s\n';
    expect(await lineOf(alertTemplate('A', 'up == 0', `${texts}runbook_url: https://own`))).toBe(
      'runbook_url: https://own',
    );
    expect(
      await lineOf(alertTemplate('A', 'up == 0', `runbook_url: https://own\n${texts}  runbook_url: https://b`)),
    ).toBe('  runbook_url: https://b');
  });

  it('names who mutes it, and who un-mutes it again', async () => {
    const muted = policies(policy('scope: global', '{}'), policy('group: dev', '{ enabled: false, reason: too loud }'));
    const explained = await alertOn('d1', { templates: A, policies: muted });
    expect(explained.status).toBe('muted');
    expect(bindingOf(explained).cells).toEqual([
      {
        state: 'muted',
        level: null,
        series: null,
        by: { layer: 3, at: { file: 'policies/extra.yaml', line: 11 }, reason: 'too loud' },
      },
    ]);
    const again = policies(muted, policy('group: dev\npriority: 1', '{ enabled: true }'));
    const back = await alertOn('d1', { templates: A, policies: again });
    expect(back.status).toBe('alerts');
    expect(chain(bindingOf(back))).toContain('3 enabled=false overridden 4');
  });

  it('shows what a `merge: replace` drops', async () => {
    const explained = await alertOn('d1', {
      templates: A,
      policies: policies(
        policy('scope: global', '{ config: { limit: 90 }, for: 1h }'),
        policy('group: dev', '{ merge: replace, for: 2m }'),
      ),
    });
    expect(chain(bindingOf(explained))).toEqual([
      '1 severity="warning" wins',
      '1 for="5m" overridden 3',
      '1 config.limit=80 wins',
      '2 for="1h" overridden 3',
      '2 config.limit=90 overridden 3',
      '3 for="2m" wins',
    ]);
  });

  it('that no policy reaches: which policies there are, and why each is for others', async () => {
    const explained = await alertOn('d1', {
      templates: A,
      policies: policies(policy('group: prod', '{}'), policy('scope: global\ntargets: { type: gpu }', '{}')),
    });
    expect(explained.status).toBe('unbound');
    const missed = explained.missed.map(({ why, mismatches, policy: { scope } }) => ({ why, mismatches, scope }));
    expect(missed).toHaveLength(2);
    expect(missed).toContainEqual({ why: 'group', mismatches: [], scope: ['prod'] });
    expect(missed).toContainEqual({
      why: 'targets',
      mismatches: [{ matcher: 'type="gpu"', label: 'type', actual: null }],
      scope: 'global',
    });
  });

  it('that the target cannot have: what is missing there', async () => {
    const explained = await alertOn('bare', {
      templates: policies(A.trimEnd().concat('\nrequires: { exporters: [node_exporter] }\n')),
      'targets/bare.yaml': doc('Target', 'hostname: bare\ngroups: [dev]'),
      policies: policy('scope: global', '{}'),
    });
    expect(explained.status).toBe('requirements');
    expect(explained.missing).toEqual({ exporters: ['node_exporter'], checks: [] });
  });

  it('that requires a check which does not run there: where to ask further', async () => {
    const context = await contextOf({
      templates: policies(SCRIPT, `${A.trimEnd()}\nrequires: { checks: [check] }\n`),
      policies: policies(checks('group: prod', '{}'), policy('scope: global', '{}')),
    });
    const template = context.model.repo.alertTemplates.get('A');
    if (template === undefined) throw new Error('A');
    const explained = explainAlertOnTarget(context, targetOf(context, 'd1'), template);
    expect(explained).toMatchObject({ status: 'requirements', missing: { checks: ['check'] } });
    expect(pretty(explained, { color: false, output: 'build' })).toMatch(
      /^A does not alert on d1: check does not run there\n {2}aami explain d1 check {2}says why not\n/,
    );
  });

  it('of an inactive target is none', async () => {
    const explained = await alertOn('off', {
      templates: A,
      'targets/off.yaml': doc('Target', 'hostname: off\ngroups: [dev]\nexporters: [node_exporter]\nstatus: inactive'),
      policies: policy('scope: global', '{}'),
    });
    expect(explained).toMatchObject({ status: 'inactive', targetAt: { file: 'targets/off.yaml', line: 6 } });
  });

  it('names every aggregate that counts the target', async () => {
    const explained = await alertOn('p1', {
      templates: alertTemplate('A', 'count(up == 0) > ${limit}', 'aggregate: true\nparams: { limit: 1 }'),
      policies: policies(
        policy('scope: global', '{}'),
        policy('group: prod', '{ config: { limit: 2 } }'),
        policy('group: dev', '{}'),
      ),
    });
    expect(explained.bindings.map(({ scope, group, cells }) => [scope, group?.id ?? null, cells.length])).toEqual([
      ['fleet', null, 1],
      ['subtree', 'prod', 1],
    ]);
  });
});

const SCRIPT = doc(
  'ScriptTemplate',
  'name: check\nscript_type: t\nlanguage: bash\nversion: 1.0.0\nscript: { inline: "true" }\nparams: { path: /data }\nargs: ["${path}"]',
);
const checks = (scope: string, entry: string): string => doc('ScriptPolicy', `${scope}\nchecks:\n  check: ${entry}`);

describe('a check on a target', () => {
  const explain = async (target: string, all: string): Promise<CheckOnTarget> => {
    const context = await contextOf({ templates: SCRIPT, policies: all });
    const template = context.model.repo.scriptTemplates.get('check');
    if (template === undefined) throw new Error('check');
    return explainCheckOnTarget(context, targetOf(context, target), template);
  };

  it('has its layers, its config and what the agent gets', async () => {
    const explained = await explain(
      'd1',
      policies(checks('scope: global', '{}'), checks('group: dev', '{ config: { path: /srv } }')),
    );
    expect(explained).toMatchObject({
      status: 'runs',
      bundle: { file: 'checks/d1.json', args: ['/srv'], config: { path: '/srv' } },
    });
    expect(chain(explained)).toEqual(['1 config.path="/data" overridden 3', '3 config.path="/srv" wins']);
    expect(explained.values.filter(({ layer }) => layer === null).map(({ path, value }) => `${path} ${value}`)).toEqual(
      ['interval 60s', 'timeout 30s'],
    );
  });

  it('that is muted or not bound says by whom, or by nobody', async () => {
    const muted = policies(checks('scope: global', '{}'), checks('group: dev', '{ enabled: false, reason: broken }'));
    expect(await explain('d1', muted)).toMatchObject({ status: 'muted', mutedBy: { layer: 3, reason: 'broken' } });
    expect(await explain('p1', checks('group: dev', '{}'))).toMatchObject({
      status: 'unbound',
      missed: [{ why: 'group' }],
    });
  });
});

describe('an overview', () => {
  const repo: Files = {
    templates: A,
    policies: policies(policy('scope: global', '{}'), policy('group: dev', '{ enabled: false, reason: too loud }')),
  };

  it('of an alert: a row for each rule, and the groups without it', async () => {
    const context = await contextOf(repo);
    const template = context.model.repo.alertTemplates.get('A');
    if (template === undefined) throw new Error('A');
    const { rules, without } = explainAlert(context, template);
    expect(rules).toMatchObject([
      { group: { id: 'prod' }, targets: ['p1', 'p2'], severity: 'warning', config: { limit: 80 } },
    ]);
    expect(without).toMatchObject([{ group: { id: 'dev' }, targets: ['d1', 'd2'], why: 'muted', reason: 'too loud' }]);
  });

  it('of a group: its targets, policies and rules', async () => {
    const context = await contextOf(repo);
    const group = context.model.repo.groups.get('dev');
    if (group === undefined) throw new Error('dev');
    const { targets, policies: all, rules } = explainGroup(context, group);
    expect(targets).toEqual({ primary: ['d1', 'd2'], secondary: [], below: [], inactive: [] });
    expect(all.map(({ from, entries }) => [from?.id ?? null, entries[0]?.muted])).toEqual([
      ['dev', true],
      [null, false],
    ]);
    expect(rules).toEqual([]);
  });

  it('of a target: what alerts, what is muted', async () => {
    const context = await contextOf(repo);
    expect(explainTarget(context, targetOf(context, 'p1')).alerts.map(({ alert }) => alert)).toEqual(['A']);
    expect(explainTarget(context, targetOf(context, 'd1'))).toMatchObject({
      alerts: [],
      muted: [{ alert: 'A', reason: 'too loud' }],
    });
  });
});

describe('a name', () => {
  it('may be that of the alert as Prometheus shows it', async () => {
    const context = await contextOf({
      'aami.yaml': doc(
        'Project',
        'name: t\nexporters: { node_exporter: { job: n, port: 1 } }\nrules: { alert_name: "${alert}_${group.name}" }',
      ),
      templates: A,
      policies: policy('scope: global', '{}'),
    });
    expect(findAlert(context, 'A_prod')).toMatchObject({ kind: 'found', value: { name: 'A' } });
    expect(findAlert(context, 'A_prd')).toEqual({ kind: 'unknown', hint: 'Did you mean `A_prod`?' });
  });

  it('may be that of a group, unless several groups have it', async () => {
    const group = (id: string, name: string): string => doc('Group', `id: ${id}\nname: ${name}`);
    const context = await contextOf({
      'groups/more.yaml': policies(group('a', 'one'), group('b', 'two'), group('c', 'two')),
    });
    expect(findGroup(context, 'one')).toMatchObject({ kind: 'found', value: { id: 'a' } });
    expect(findGroup(context, 'onee')).toEqual({ kind: 'unknown', hint: 'Did you mean `one`?' });
    expect(findGroup(context, 'two')).toEqual({ kind: 'ambiguous', ids: ['b', 'c'] });
  });

  it('that nothing has brings up the nearest', async () => {
    const context = await contextOf({ templates: policies(alertTemplate('HighCPU', 'up == 0'), SCRIPT) });
    expect(findTarget(context, 'p9')).toMatchObject({ kind: 'unknown' });
    expect(findGroup(context, 'prd')).toEqual({ kind: 'unknown', hint: 'Did you mean `prod`?' });
    expect(findTemplate(context, 'HihgCPU')).toEqual({ kind: 'unknown', hint: 'Did you mean `HighCPU`?' });
    expect(findTemplate(context, 'chekc')).toEqual({ kind: 'unknown', hint: 'Did you mean `check`?' });
  });
});

describe('what people see', () => {
  it('lets no text of the repo reach the terminal as it is', async () => {
    const evil = '\\u001b[2J\\u202eevil';
    const explained = await alertOn('d1', {
      templates: alertTemplate('A', 'up == 0', `params: { limit: "${evil}" }\nannotations: { summary: "${evil}" }`),
      policies: policies(
        policy('scope: global', '{}'),
        policy('group: dev\npriority: 1', `{ labels: { x: "${evil}" }, reason: "${evil}" }`),
      ),
    });
    for (const format of EXPLAIN_FORMATS) {
      const text = (await loadExplainReporter(format))(explained, { color: false, output: 'build' });
      expect(text).toContain('evil');
      expect(text).not.toMatch(/[\u001b\u202e]/);
    }
  });
});
