import { describe, expect, test } from 'vitest';
import { checkStaticRules } from '../../../src/rules/static-rules.js';

/** Code, the text that the finding points at, and its message. */
function check(...texts: string[]): string[] {
  const files = texts.map((text, at) => ({ path: `f${at}.yml`, text }));
  return checkStaticRules(files, []).map(({ code, span, message }) => {
    const text = texts[Number(/\d+/.exec(span?.file ?? '')?.[0])] ?? '';
    return `${code} [${text.slice(span?.start, span?.end).trimEnd()}] ${message}`;
  });
}

const group = (rules: string) => `groups:\n- name: g\n  rules:\n${rules}`;

describe('checkStaticRules', () => {
  test('accepts what Prometheus accepts', () => {
    expect(
      check(
        group(
          `  - alert: A\n    expr: up == 0\n    for: 5m\n    labels: {severity: info}\n    annotations: {summary: "{{ $value }}"}\n`,
        ),
        'groups:\n- name: g\n  interval: 1m\n  limit: 5\n  rules:\n  - {record: "a:b", expr: 1}\n',
      ),
    ).toEqual([]);
  });

  test.each([
    ['', 'lint/empty-rule-file [] The rule file is empty'],
    ['# only a comment\n', 'lint/empty-rule-file [] The rule file is empty'],
    ['groups: []\n', 'lint/empty-rule-file [groups] The rule file holds no rules'],
    [
      `${group('  - {alert: A, expr: up}\n')}---\ngroups: [{name: x}]\n`,
      'schema/bad-rule-file [g] Prometheus reads only the first document of a rule file',
    ],
    ['- 1\n', 'schema/bad-rule-file [- 1] A rule file must be a mapping'],
    [
      group('  - {alert: A, expr: up, foor: 5m}\n'),
      'schema/bad-rule-file [foor] `foor` is no key of a rule with `alert`',
    ],
    [
      group('  - {record: a, expr: up, for: 5m}\n'),
      'schema/bad-rule-file [for] `for` is no key of a rule with `record`',
    ],
    [
      group('  - {alert: A, record: b, expr: up}\n'),
      'schema/bad-rule-file [record] A rule has either `alert` or `record`, not both',
    ],
    [group('  - {expr: up}\n'), 'schema/bad-rule-file [{expr: up}] A rule needs `alert` or `record`'],
    [group('  - {alert: A}\n'), 'schema/bad-rule-file [{alert: A}] A rule needs `expr`'],
    [
      group('  - {alert: A, expr: up, for: 5x}\n'),
      'schema/bad-duration [5x] "5x" is not a duration such as 30s or 1h30m',
    ],
    [group('  - {alert: A, expr: up, labels: {a-b: c}}\n'), 'schema/bad-label [a-b] "a-b" is not a label name'],
    [group('  - {record: a-b, expr: up}\n'), 'schema/bad-rule-file [a-b] "a-b" is not a metric name'],
  ])('%j', (text, expected) => {
    expect(check(text)).toEqual([expected]);
  });

  test('what is not of the type that Prometheus reads is one finding each', () => {
    expect(
      check('groups:\n- name: [g]\n  interval: {a: 1}\n  rules:\n  - {alert: {a: 1}, expr: [up], labels: [a]}\n'),
    ).toEqual([
      'schema/bad-rule-file [[g]] The name of a rule group must be a text',
      'schema/bad-duration [{a: 1}] This is not a duration such as 30s or 1h30m',
      'schema/bad-rule-file [{a: 1}] `alert` must be a text',
      'schema/bad-rule-file [[up]] `expr` must be a text',
      'schema/bad-rule-file [[a]] `labels` must be a mapping',
    ]);
  });

  test('Go templates of alerts are parsed, those of recording rules are none', () => {
    expect(check(group('  - {record: a, expr: up, labels: {b: "{{ nosuch }}"}}\n'))).toEqual([]);
    expect(check(group('  - {alert: A, expr: up, annotations: {b: "see {{ nosuch }}"}}\n'))).toEqual([
      'template/bad-go-template [nosuch] Prometheus has no template function "nosuch"',
    ]);
  });

  test('PromQL is checked where it stands, also in a block', () => {
    expect(check(group('  - alert: A\n    expr: |\n      up\n      == nosuch(1)\n'))).toMatchObject([
      expect.stringMatching(/^promql\/unknown-function \[nosuch\]/),
    ]);
  });

  test('a group name twice in one file, but not in two', () => {
    const one = '- name: g\n  rules: [{alert: A, expr: up}]\n';
    const other = '- name: g\n  rules: [{alert: B, expr: up}]\n';
    expect(check(`groups:\n${one}`, `groups:\n${other}`)).toEqual([]);
    expect(check(`groups:\n${one}${other}`)).toEqual([
      'lint/duplicate-rule-group [g] The rule group "g" stands twice in this file',
    ]);
  });

  test('the same name and labels in two files, whatever the expression and the order of the labels', () => {
    const a = group('  - {alert: A, expr: up == 0, labels: {x: "1", y: z}}\n');
    const b = group('  - {alert: A, expr: up == 1, labels: {y: z, x: 1}}\n');
    const findings = checkStaticRules(
      [
        { path: 'a.yml', text: a },
        { path: 'b.yml', text: b },
      ],
      [],
    );
    expect(findings).toMatchObject([
      { code: 'lint/duplicate-rule', span: { file: 'rules/b.yml' }, related: [{ span: { file: 'rules/a.yml' } }] },
    ]);
  });

  test('a file that is no YAML is one finding with a place', () => {
    expect(check('groups: [\n')).toEqual(['source/yaml-syntax [[] This `[` is never closed']);
  });

  test('judges the first document also where there is a second', () => {
    const broken = group('  - {alert: A, expr: "up =="}\n');
    expect(check(`${broken}---\n${broken}`).map((one) => one.split(' ')[0])).toEqual([
      'schema/bad-rule-file',
      'promql/syntax',
    ]);
  });
});
