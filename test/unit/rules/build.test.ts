import { describe, expect, it } from 'vitest';
import type { ConcreteRule } from '../../../src/rules/types.js';
import { alertTemplate, codes, compileFiles, doc, type Files, smallRepo } from '../../repo.js';

const bind = (entry: string, scope = 'scope: global'): string => doc('AlertPolicy', `${scope}\nalerts:\n  A: ${entry}`);

async function rulesOf(files: Files): Promise<ConcreteRule[]> {
  const { ruleFiles, findings } = await compileFiles(files);
  expect(findings).toEqual([]);
  return ruleFiles.flatMap((file) => file.groups.flatMap((group) => group.rules));
}

describe('the texts of a rule', () => {
  it('know the parameters, the group, the alert, the severity and `for`', async () => {
    const [rule] = await rulesOf(
      smallRepo({
        templates: alertTemplate(
          'A',
          'up == 0',
          "params: { hold: 90s }\nfor: '${hold}'\nannotations: { summary: '${alert} ${group.id} ${severity} ${for}' }",
        ),
        policies: bind('{}'),
      }),
    );
    expect(rule?.for).toBe('90s');
    expect(rule?.annotations).toEqual({ summary: 'A dev warning 90s' });
  });

  it('a duration that a placeholder spoils is reported where it is written', async () => {
    const compilation = await compileFiles(
      smallRepo({
        templates: alertTemplate('A', 'up == 0', "params: { hold: { type: string, default: soon } }\nfor: '${hold}'"),
        policies: bind('{}'),
      }),
    );
    expect(codes(compilation)).toEqual(['schema/bad-duration']);
  });

  it('may be set by a policy, with placeholders', async () => {
    const rules = await rulesOf(
      smallRepo({
        templates: alertTemplate('A', 'up < ${x}', 'params: { x: 1 }\nannotations: { summary: from the template }'),
        policies: [
          bind('{}'),
          bind(
            "{ config: { x: 2 }, annotations: { summary: 'below ${x}' }, labels: { tier: '${group.name}' } }",
            'group: dev',
          ),
        ].join('---\n'),
      }),
    );
    expect(rules.map((rule) => [rule.annotations.summary, rule.labels.tier])).toEqual([
      ['below 2', 'dev'],
      ['from the template', undefined],
    ]);
  });

  it('parameters are data: what looks like a placeholder in them stays as it is', async () => {
    const [rule] = await rulesOf(
      smallRepo({
        templates: alertTemplate(
          'A',
          'up == 0',
          "params: { note: { type: string, default: '${group.id}' } }\nannotations: { summary: '${note}' }",
        ),
        policies: bind('{}'),
      }),
    );
    expect(rule?.annotations.summary).toBe('${group.id}');
  });
});

describe('the name of an alert', () => {
  it('follows rules.alert_name', async () => {
    const files = smallRepo({
      templates: alertTemplate('HighCPUUsage', 'up == 0'),
      policies: doc('AlertPolicy', 'scope: global\nalerts:\n  HighCPUUsage: {}'),
    });
    const named = {
      ...files,
      'aami.yaml': `${files['aami.yaml']}rules: { alert_name: '\${alert}_\${group.name | capitalize}' }\n`,
    };
    expect((await rulesOf(named)).map((rule) => rule.alert)).toEqual(['HighCPUUsage_Dev', 'HighCPUUsage_Prod']);
  });

  it('has to keep the rules apart', async () => {
    const files = smallRepo({
      templates: [alertTemplate('A', 'up == 0'), alertTemplate('B', 'up == 1')].join('---\n'),
      policies: doc('AlertPolicy', 'scope: global\nalerts:\n  A: {}\n  B: {}'),
    });
    const named = { ...files, 'aami.yaml': `${files['aami.yaml']}rules: { alert_name: Same }\n` };
    expect(codes(await compileFiles(named))).toEqual(['lint/duplicate-rule']);
  });
});

describe('the labels of a rule', () => {
  it('are those of the group, then of the template, then of the policies', async () => {
    const [rule] = await rulesOf(
      smallRepo({
        groups: [
          doc('Group', 'id: a\nnamespace: space\nlabels: { team: x, site: s, own: g }'),
          doc('Group', 'id: b\nparent: a\nlabels: { site: t }'),
        ].join('---\n'),
        targets: doc('Target', 'hostname: b1\ngroups: [b]'),
        templates: alertTemplate('A', 'up == 0', 'labels: { own: template, family: f }'),
        policies: bind('{ labels: { family: p } }', 'group: a'),
      }),
    );
    expect(rule?.labels).toEqual({
      severity: 'warning',
      group: 'b',
      group_id: 'b',
      namespace: 'space',
      family: 'p',
      own: 'template',
      site: 't',
      team: 'x',
    });
  });
});

describe('a template that nothing binds', () => {
  it('makes no rule, but its mistakes are reported', async () => {
    expect(codes(await compileFiles(smallRepo({ templates: alertTemplate('A', 'up ==') })))).toEqual(['promql/syntax']);
    expect(await rulesOf(smallRepo({ templates: alertTemplate('A', 'up == 0') }))).toEqual([]);
  });

  it('is looked at even when the repo has other errors', async () => {
    const compilation = await compileFiles(
      smallRepo({ templates: alertTemplate('A', 'up =='), policies: bind('{}', 'group: nowhere') }),
    );
    expect(codes(compilation).sort()).toEqual(['promql/syntax', 'reference/unknown-group']);
  });
});
