import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clean, parseCheckRules } from '../../../src/verify/parse.js';

interface Recorded {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const RECORDED = JSON.parse(
  readFileSync(new URL('./fixtures/promtool-2.42.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

/** file:line:column group#rule reason */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  both: [
    `both.yml:5:13 g#1 only one of 'record' and 'alert' must be set`,
    `both.yml:-:- g#2 one of 'record' or 'alert' must be set`,
    `both.yml:-:- g#3 field 'expr' must be set in rule`,
  ],
  dupgroup: [
    'dupgroup.yml:4:3 - groupname: "g" is repeated in the same file',
    'dupgroup.yml:6:3 - Groupname must not be empty',
  ],
  duprule: [
    'duprule.yml:-:- - lint error 1 duplicate rule(s) found. Metric: A Label(s): x: y z: 1 2 Might cause inconsistency while recording expressions',
  ],
  dur: ['dur.yml:-:- - not a valid duration string: "5x"'],
  empty: [],
  label: ['label.yml:-:- g#1 invalid label name: __name__', 'label.yml:-:- g#1 invalid label name: a-b'],
  multi: [],
  ok: ['ok.yml:5:11 g: x, rule 1, "A": y#1 could not parse expression: 1:4: parse error: unclosed left parenthesis'],
  promql: [
    'promql.yml:7:11 g#2 could not parse expression: 1:15: parse error: unexpected ")" in subquery or range, expected ":" or "]"',
  ],
  recordfor: [
    `recordfor.yml:4:13 g#1 invalid field 'for' in recording rule`,
    `recordfor.yml:7:13 g#2 invalid field 'annotations' in recording rule`,
    'recordfor.yml:7:13 g#2 invalid recording rule name: a-b',
  ],
  template: [
    'template.yml:-:- g#1 annotation "summary": template: __alert_A:1: function "nosuch" not defined',
    'template.yml:-:- g#1 annotation "x": template: __alert_A:1: missing value for if',
  ],
  type: [
    'type.yml:1:- - cannot unmarshal !!int `5` into []rulefmt.RuleGroup',
    'type.yml:1:- - cannot unmarshal !!int `5` into []yaml.Node',
  ],
  type2: [
    `type2.yml:-:- g#1 one of 'record' or 'alert' must be set`,
    `type2.yml:5:11 g#1 field 'expr' must be set in rule`,
  ],
  unknown: [
    'unknown.yml:6:- - field nosuch not found in type rulefmt.RuleNode',
    'unknown.yml:7:- - field foo not found in type rulefmt.RuleNode',
  ],
  yaml: ['yaml.yml:3:- - did not find expected node content'],
  // The file of a lint error follows from the order of the two streams.
  'duprule+empty+promql+label': [
    'duprule.yml:-:- - lint error 1 duplicate rule(s) found. Metric: A Label(s): x: y z: 1 2 Might cause inconsistency while recording expressions',
    'promql.yml:7:11 g#2 could not parse expression: 1:15: parse error: unexpected ")" in subquery or range, expected ":" or "]"',
    'label.yml:-:- g#1 invalid label name: __name__',
    'label.yml:-:- g#1 invalid label name: a-b',
  ],
};

function summary({ stdout, stderr, files }: Pick<Recorded, 'stdout' | 'stderr' | 'files'>): string[] {
  return parseCheckRules(stdout, stderr, Object.keys(files)).map(
    ({ file, line, column, group, rule, reason }) =>
      `${file}:${line ?? '-'}:${column ?? '-'} ${group === null ? '-' : `${group}#${rule}`} ${reason}`,
  );
}

describe('what promtool 2.42 says', () => {
  test.each(RECORDED.map((one) => [one.name, one] as const))('%s', (name, recorded) => {
    // promtool goes through labels and annotations in no order.
    expect(summary(recorded).sort()).toEqual([...(EXPECTED[name] ?? [])].sort());
  });

  test('the installed promtool says the same, whatever its order', () => {
    const folder = mkdtempSync(join(tmpdir(), 'aami-parse-'));
    try {
      for (const { name, files } of RECORDED) {
        for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
        const args = ['check', 'rules', '--lint=all', '--lint-fatal', ...Object.keys(files)];
        const said = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
        expect(summary({ ...said, files }).sort()).toEqual([...(EXPECTED[name] ?? [])].sort());
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('text that no rule of the parser knows stays one complaint with all of it', () => {
  expect(parseCheckRules('', "promtool: error: path 'x.yml' does not exist, try --help\n", ['x.yml'])).toMatchObject([
    { file: null, reason: "promtool: error: path 'x.yml' does not exist, try --help" },
  ]);
});

test('nothing that a tool prints can steer a terminal', () => {
  expect(clean('a\u001b[31mred\u001b[0m\u0007\u202eb\u009bc')).toBe('aredbc');
});
