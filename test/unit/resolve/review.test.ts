import { describe, expect, it } from 'vitest';
import { alertTemplate, codes, compileFiles, doc, expressions, smallRepo } from '../../repo.js';

const policy = (entry: string, rest: string, name = 'A'): string =>
  doc('AlertPolicy', `${rest}\nalerts:\n  ${name}: ${entry}`);
const template = (expr = 'x > ${t}', rest = 'params: { t: 5 }'): string => alertTemplate('A', expr, rest);
const compiled = (policies: readonly string[], templates = template()) =>
  compileFiles(smallRepo({ templates, policies: policies.join('---\n') }));

describe('series narrowings', () => {
  it('empty a selector of an `or` that they contradict, instead of leaving it to both rules', async () => {
    const compilation = await compiled(
      [policy('{}', 'group: dev'), policy('{ config: { t: 9 } }', 'group: dev\nseries: { device: sdb }')],
      template('a{device="sda"} > ${t} or b > ${t}'),
    );
    expect(expressions(compilation, 'A')).toEqual([
      'a{group_id="dev",device="sda"} > 5 or b{group_id="dev",device!="sdb"} > 5',
      'a{group_id="dev",device="sdb",device="sda"} > 9 or b{group_id="dev",device="sdb"} > 9',
    ]);
  });

  it.each([
    ['[[:digit:]]+', '[0-9]'],
    ['\\\\x{61}.*', 'a.*'],
    ['^nvme.*$', 'nvme0'],
    ['(?i)ABC', 'abc'],
  ])('understand RE2: %s meets %s', async (one, other) => {
    const of = (regex: string, t: number) =>
      policy(`{ config: { t: ${t} } }`, `group: dev\nseries: { device: x }`).replace(
        '{ device: x }',
        `'device=~"${regex}"'`,
      );
    expect(codes(await compiled([of(one, 6), of(other, 7)]))).toEqual(['policy/conflict']);
  });

  it('keep anchored regexes apart that no value can satisfy together', async () => {
    const of = (regex: string, t: number) =>
      policy(`{ config: { t: ${t} } }`, `group: dev\nseries: 'device=~"${regex}"'`);
    const compilation = await compiled([of('^nvme.*', 6), of('^sd.*$', 7)]);
    expect(codes(compilation)).toEqual([]);
    expect(expressions(compilation, 'A')).toHaveLength(2);
  });

  it('cannot ask for another metric', async () => {
    expect(codes(await compiled([policy('{}', 'group: dev\nseries: { __name__: y }')]))).toEqual([
      'policy/reserved-series-label',
    ]);
  });
});

describe('values of policies', () => {
  it('stay those of their group where another policy sets an empty mapping', async () => {
    const compilation = await compiled(
      [
        policy('{ config: { o: { a: 7 } } }', 'group: prod'),
        policy('{ config: { o: { a: 8 } } }', 'group: dev'),
        policy('{ config: { o: {} } }', 'groups: [prod, dev]\npriority: 1'),
      ],
      template('x > ${o.a}', 'params: { o: { type: object, default: { a: 1 } } }'),
    );
    expect(expressions(compilation, 'A')).toEqual(['x{group_id="dev"} > 8', 'x{group_id="prod"} > 7']);
  });

  it('of checks conflict for the target where they are equally strong, whichever target comes first', async () => {
    const check = (interval: string, groups: string): string =>
      doc('ScriptPolicy', `groups: [${groups}]\nchecks:\n  c: { interval: ${interval} }`);
    const files = smallRepo({
      groups: [doc('Group', 'id: a'), doc('Group', 'id: b\nparent: a'), doc('Group', 'id: g')].join('---\n'),
      targets: [doc('Target', 'hostname: t1\ngroups: [b]'), doc('Target', 'hostname: t2\ngroups: [g]')].join('---\n'),
      'templates/c.sh': 'echo\n',
      templates: doc(
        'ScriptTemplate',
        'name: c\nscript_type: any\nlanguage: bash\nversion: 1.0.0\nscript: { file: c.sh }',
      ),
      policies: [check('1m', 'a, g'), check('2m', 'b, g')].join('---\n'),
    });
    expect(codes(await compileFiles(files))).toEqual(['policy/conflict']);
  });
});

describe('the identity of a rule', () => {
  it('tells a value that begins with ~ from a regex', async () => {
    const compilation = await compiled([
      policy('{ config: { t: 1 } }', 'group: dev\nseries: { device: "~sda" }'),
      policy('{ config: { t: 2 } }', 'group: dev\nseries: \'device=~"sda"\''),
    ]);
    expect(codes(compilation)).toEqual([]);
  });

  it('of one level does not move with what only the other level takes', async () => {
    const compilation = await compiled(
      [policy('{}', 'group: dev'), policy('{ config: { t: 6 } }', 'group: dev\nseries: { device: b }')],
      template('x > ${t}', 'params: { t: 5 }\nlevels: { warning: {}, critical: { config: { t: 9 } } }'),
    );
    const rules = compilation.ruleFiles.flatMap((file) => file.groups.flatMap((group) => group.rules));
    expect(rules.map((rule) => [rule.labels.severity, rule.labels.override, rule.expr])).toEqual([
      ['critical', undefined, 'x{group_id="dev"} > 9'],
      ['warning', undefined, 'x{group_id="dev",device!="b"} > 5'],
      ['warning', 'device=b', 'x{group_id="dev",device="b"} > 6'],
    ]);
  });

  it('stays two where a secondary group replaces what the other sets', async () => {
    const files = smallRepo({
      groups: [doc('Group', 'id: m'), doc('Group', 'id: r1'), doc('Group', 'id: r2')].join('---\n'),
      targets: [
        doc('Target', 'hostname: h1\ngroups: [m, r1, r2]'),
        doc('Target', 'hostname: h2\ngroups: [m, r2, r1]'),
      ].join('---\n'),
      templates: template(),
      policies: [
        policy('{ merge: replace, labels: { team: y } }', 'group: r1'),
        policy('{ labels: { team: y }, for: 9m }', 'group: r2'),
      ].join('---\n'),
    });
    expect(codes(await compileFiles(files))).toEqual([]);
  });
});

describe('rules that would fail in a running Prometheus', () => {
  it('replace the label that tells their targets apart', async () => {
    const compilation = await compiled([policy('{ labels: { instance: lab } }', 'group: dev')]);
    expect(codes(compilation)).toEqual(['promql/label-collision']);
  });

  it('keep apart by the name of the alert, which Prometheus sets', async () => {
    const compilation = await compiled([policy('{}', 'group: dev')], template('count by (alertname) (ALERTS) > ${t}'));
    expect(codes(compilation)).toEqual(['promql/label-collision']);
  });

  it('have no name', async () => {
    const files = smallRepo({ templates: template(), policies: policy('{}', 'group: dev') });
    const named = { ...files, 'aami.yaml': `${files['aami.yaml']}rules: { alert_name: '\${group.namespace}' }\n` };
    expect(codes(await compileFiles(named))).toEqual(['template/evaluation']);
  });
});

it('a narrowing by a label that only JavaScript knows matches nothing', async () => {
  const compilation = await compiled([policy('{}', 'scope: global\ntargets: \'toString=~".+"\'')]);
  expect(codes(compilation)).toEqual(['policy/no-target-matches']);
});

it('what scopes an absent() is on its result', async () => {
  const compilation = await compiled(
    [policy('{}', 'group: dev')],
    template('absent(up{job="x"}) > ${t}', 'params: { t: 0 }\nannotations: { summary: "{{ $labels.group_id }}" }'),
  );
  expect(codes(compilation)).toEqual([]);
});

describe('a narrowing that meets the template’s own regex', () => {
  const disk = (policies: readonly string[], matcher: string) =>
    compiled([policy('{}', 'group: dev'), ...policies], template(`x{${matcher}} > \${t}`));

  it('is an error where nothing is left of it', async () => {
    const compilation = await disk(
      [policy('{ config: { t: 6 } }', 'group: dev\nseries: \'fstype=~"tmpfs"\'')],
      'fstype!~"tmpfs|ramfs"',
    );
    expect(codes(compilation)).toEqual(['policy/narrowing-selects-nothing']);
  });

  it('leaves no plain rule where the policies name all that there is', async () => {
    const compilation = await disk(
      [
        policy('{ config: { t: 6 } }', 'group: dev\nseries: { m: /a }'),
        policy('{ config: { t: 7 } }', 'group: dev\nseries: { m: /b.c }'),
      ],
      'm=~"/a|/b\\\\.c"',
    );
    expect(codes(compilation)).toEqual([]);
    expect(expressions(compilation, 'A')).toEqual([
      'x{group_id="dev",m="/a",m=~"/a|/b\\\\.c"} > 6',
      'x{group_id="dev",m="/b.c",m=~"/a|/b\\\\.c"} > 7',
    ]);
  });
});
