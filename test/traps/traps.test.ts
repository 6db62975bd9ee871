import { describe, expect, it } from 'vitest';
import { alertTemplate, codes, compileFiles, doc, expressions, smallRepo } from '../repo.js';

/** Faults that promtool does not see, and faults that similar tools have: one test each. */

const bind = (name: string, entry = '{}', rest = 'scope: global'): string =>
  doc('AlertPolicy', `${rest}\nalerts:\n  ${name}: ${entry}`);
const alert = (expr: string, rest = ''): Record<string, string> => ({
  templates: alertTemplate('A', expr, rest),
  policies: bind('A'),
});
const ruleFile = (name: string, rules: string): string => `groups:\n  - name: ${name}\n    rules:\n${rules}`;
const RULE = '      - alert: Static\n        expr: up == 0\n';

describe('what promtool does not see', () => {
  it('duplicates in two static files', async () => {
    const compilation = await compileFiles(
      smallRepo({ 'rules/a.yml': ruleFile('a', RULE), 'rules/b.yml': ruleFile('b', RULE) }),
    );
    expect(codes(compilation)).toEqual(['lint/duplicate-rule']);
  });

  it('a duplicate whose expression differs: name and labels alone count', async () => {
    const other = '      - alert: Static\n        expr: up == 1\n';
    expect(codes(await compileFiles(smallRepo({ 'rules/a.yml': ruleFile('a', RULE + other) })))).toEqual([
      'lint/duplicate-rule',
    ]);
  });

  it('one rule group name twice in a file', async () => {
    const file = `${ruleFile('a', RULE)}  - name: a\n    rules:\n      - alert: Other\n        expr: up == 0\n`;
    expect(codes(await compileFiles(smallRepo({ 'rules/a.yml': file })))).toEqual(['lint/duplicate-rule-group']);
  });

  it('a second YAML document, which Prometheus would not read', async () => {
    const file = `${ruleFile('a', RULE)}---\n${ruleFile('b', '      - alert: Broken\n        expr: up ==\n')}`;
    expect(codes(await compileFiles(smallRepo({ 'rules/a.yml': file })))).toContain('schema/bad-rule-file');
  });

  it('an empty rule file', async () => {
    expect(codes(await compileFiles(smallRepo({ 'rules/a.yml': '' })))).toEqual(['lint/empty-rule-file']);
  });

  it('a label in an annotation that the expression cannot produce', async () => {
    const compilation = await compileFiles(
      smallRepo(alert('sum by (instance) (up) == 0', 'annotations: { summary: "{{ $labels.job }} is gone" }')),
    );
    expect(codes(compilation)).toEqual(['template/dropped-label']);
  });

  it('results that become equal once the labels of the rule replace theirs', async () => {
    const compilation = await compileFiles(smallRepo(alert('sum by (instance, severity) (afid_errors) > 0')));
    expect(codes(compilation)).toEqual(['promql/label-collision']);
  });
});

describe('what injectors of label matchers get wrong', () => {
  it('the parameter of an aggregation is scoped too', async () => {
    const compilation = await compileFiles(smallRepo(alert('topk by (instance) (scalar(wanted), up) > 0')));
    expect(expressions(compilation, 'A')).toContain(
      'topk by (instance) (scalar(wanted{group_id="prod"}), up{group_id="prod"}) > 0',
    );
  });

  it('comments and layout stay', async () => {
    const expr = '# all of it\nup{ # the job\n  job="node-exporter", # trailing\n} == 0';
    const [scoped] = expressions(await compileFiles(smallRepo(alert(expr))), 'A');
    expect(scoped).toBe('# all of it\nup{group_id="dev", # the job\n  job="node-exporter", # trailing\n} == 0');
  });

  it('a contradicting matcher is an error, not replaced', async () => {
    expect(codes(await compileFiles(smallRepo(alert('up{group_id="other"} == 0'))))).toEqual([
      'promql/contradicting-matcher',
    ]);
    expect(codes(await compileFiles(smallRepo(alert('up{group_id!="prod"} == 0'))))).toEqual([
      'promql/contradicting-matcher',
    ]);
  });

  it('the same matcher is accepted', async () => {
    const compilation = await compileFiles(smallRepo(alert('up{group_id="${group.id}"} == 0')));
    expect(expressions(compilation, 'A')).toEqual(['up{group_id="dev"} == 0', 'up{group_id="prod"} == 0']);
  });

  it('an expression without a selector fires once for every group, and aami says so', async () => {
    expect(codes(await compileFiles(smallRepo(alert('vector(1) > 0'))))).toEqual(['promql/no-selector']);
  });

  it('absent() is scoped by equality, so that its result shows the group', async () => {
    const compilation = await compileFiles(smallRepo(alert('absent(up{job="node-exporter"})')));
    expect(expressions(compilation, 'A')).toContain('absent(up{group_id="prod",job="node-exporter"})');
  });

  it('a group without the exporter gets no absent()', async () => {
    const files = smallRepo({
      groups: doc('Group', 'id: bare'),
      targets: doc('Target', 'hostname: b1\ngroups: [bare]'),
      ...alert('absent(up{job="node-exporter"})', 'requires: { exporters: [node_exporter] }'),
    });
    const scoped = expressions(await compileFiles(files), 'A');
    expect(scoped).toHaveLength(2);
    expect(scoped.join()).not.toContain('bare');
  });

  it('several matchers come in one order, whatever the order of the policies', async () => {
    const policies = [
      bind('A'),
      bind('A', '{ for: 1m }', 'scope: global\ntargets: { type: gpu }'),
      bind('A', '{ for: 2m }', 'scope: global\nseries: { device: sda, mountpoint: / }'),
    ];
    const of = async (list: string[]) => {
      const compilation = await compileFiles(
        smallRepo({ templates: alertTemplate('A', 'disk_errors > 0'), policies: list.join('---\n') }),
      );
      return compilation.files.map((file) => [file.path, file.content]);
    };
    expect(await of([...policies].reverse())).toEqual(await of(policies));
  });
});

describe('what generators of rules get wrong', () => {
  it('each group’s rule looks at that group alone', async () => {
    const files = smallRepo({
      templates: alertTemplate('A', 'node_load1 > ${load}', 'params: { load: 10 }'),
      policies: [bind('A'), bind('A', '{ config: { load: 20 } }', 'group: dev')].join('---\n'),
    });
    expect(expressions(await compileFiles(files), 'A')).toEqual([
      'node_load1{group_id="dev"} > 20',
      'node_load1{group_id="prod"} > 10',
    ]);
  });

  it('a parameter that nobody sets is an error, not text in PromQL', async () => {
    const files = smallRepo(alert('node_load1 > ${load}', 'params: { load: { type: number } }'));
    expect(codes(await compileFiles(files))).toEqual(['policy/bad-parameter']);
  });

  it('an unknown name is an error that suggests the nearest', async () => {
    const compilation = await compileFiles(smallRepo(alert('node_load1 > ${laod}', 'params: { load: 10 }')));
    expect(codes(compilation)).toEqual(['template/unknown-name']);
    expect(compilation.findings[0]?.hint).toContain('load');
  });

  it('a group wins over a global policy, whichever is written first', async () => {
    const templates = alertTemplate('A', 'node_load1 > ${load}', 'params: { load: 10 }');
    const group = bind('A', '{ config: { load: 20 } }', 'group: dev');
    const global = bind('A', '{ config: { load: 30 } }');
    for (const policies of [`${group}---\n${global}`, `${global}---\n${group}`]) {
      expect(expressions(await compileFiles(smallRepo({ templates, policies })), 'A')[0]).toBe(
        'node_load1{group_id="dev"} > 20',
      );
    }
  });

  it('names are quoted where they become part of a regex', async () => {
    const files = smallRepo({
      targets: [
        doc('Target', 'hostname: p3\ngroups: [prod]\nlabels: { type: "a.b" }\nexporters: [node_exporter]'),
        doc('Target', 'hostname: p4\ngroups: [prod]\nlabels: { type: "x|y" }\nexporters: [node_exporter]'),
        doc('Target', 'hostname: p5\ngroups: [prod]\nlabels: { type: axb }\nexporters: [node_exporter]'),
      ].join('---\n'),
      templates: alertTemplate('A', 'node_load1 > 1'),
      policies: [
        bind('A'),
        bind('A', '{ for: 5m }', 'scope: global\ntargets: { type: a.b }'),
        bind('A', '{ for: 6m }', 'scope: global\ntargets: { type: "x|y" }'),
      ].join('---\n'),
    });
    const scoped = expressions(await compileFiles(files), 'A');
    expect(scoped).toContain('node_load1{group_id="prod",target_label_type!~"a\\\\.b|x\\\\|y"} > 1');
    expect(scoped).toContain('node_load1{group_id="prod",target_label_type="a.b"} > 1');
    expect(scoped).toContain('node_load1{group_id="prod",target_label_type="x|y"} > 1');
  });

  it('the override keeps the name of the alert, and every selector is filtered', async () => {
    const files = smallRepo({
      templates: alertTemplate('A', 'a / b > 1'),
      policies: [bind('A'), bind('A', '{ for: 5m }', 'scope: global\ntargets: { type: gpu }')].join('---\n'),
    });
    expect(expressions(await compileFiles(files), 'A')).toContain(
      'a{group_id="prod",target_label_type="gpu"} / b{group_id="prod",target_label_type="gpu"} > 1',
    );
  });

  it('not (a and b) is not (not a and not b)', async () => {
    const files = smallRepo({
      templates: alertTemplate('A', 'disk_errors > 0'),
      policies: [bind('A'), bind('A', '{ for: 5m }', 'scope: global\nseries: { device: sda, mountpoint: / }')].join(
        '---\n',
      ),
    });
    expect(expressions(await compileFiles(files), 'A')[0]).toBe(
      '(\ndisk_errors{group_id="dev",device="sda",mountpoint!="/"} > 0\n)\nor\n(\ndisk_errors{group_id="dev",device!="sda"} > 0\n)',
    );
  });

  it('a regex with commas and a negative one stay what they are', async () => {
    const files = smallRepo({
      templates: alertTemplate('A', 'disk_errors > 0'),
      policies: bind('A', '{}', 'scope: global\nseries: \'device=~"sd[a,b]{1,2}",mountpoint!~"/mnt/.*"\''),
    });
    expect(expressions(await compileFiles(files), 'A')[0]).toBe(
      'disk_errors{group_id="dev",device=~"sd[a,b]{1,2}",mountpoint!~"/mnt/.*"} > 0',
    );
  });

  it('newer fields are carried', async () => {
    const { files } = await compileFiles(smallRepo(alert('up == 0', 'keep_firing_for: 30m')));
    expect(files.find((file) => file.path.endsWith('prod-prod.yml'))?.content).toContain('keep_firing_for: 30m');
  });

  it('generated YAML is plain: no anchors, one document, labels of the group on every rule', async () => {
    const files = smallRepo({
      groups: doc('Group', 'id: third\nlabels: { team: x }'),
      targets: doc('Target', 'hostname: t1\ngroups: [third]'),
      templates: [alertTemplate('A', 'up == 0'), alertTemplate('B', 'up == 1')].join('---\n'),
      policies: doc('AlertPolicy', 'scope: global\nalerts:\n  A: {}\n  B: {}'),
    });
    const { files: output } = await compileFiles(files);
    const content = output.find((file) => file.path.endsWith('third-third.yml'))?.content ?? '';
    expect(content).not.toMatch(/&|\*|^---/m);
    expect(content.match(/team: x/g)).toHaveLength(2);
  });
});
