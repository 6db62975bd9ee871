import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeYaml, type YamlMapping, yamlScalar } from '../../../src/emit/yaml.js';

/** Strings that some YAML reader or other takes for something else. */
const HOSTILE = [
  '',
  ' ',
  '  x',
  'x ',
  '\tx',
  'x\t',
  '\n',
  '\n\n',
  'a\n',
  'a\n\n',
  'a\n\n\nb',
  '\na',
  ' \n a',
  'a\n \nb',
  'a\n  \n',
  'a \nb',
  'a\r\nb',
  'a\rb',
  'a\n\tb',
  '# x',
  'a # b',
  'a #',
  'a: b',
  'a:',
  'a:b',
  ':',
  '- a',
  '-',
  '---',
  '...',
  '--- a\n...',
  '? a',
  '?',
  '| a',
  '>',
  '%YAML',
  '@a',
  '`a`',
  '!tag',
  '&a',
  '*a',
  '{a}',
  '[a]',
  ',a',
  '"a"',
  "'a'",
  'it\'s "x"',
  '\\',
  'a\\nb',
  '~',
  'null',
  'Null',
  'NULL',
  'yes',
  'No',
  'ON',
  'off',
  'y',
  'N',
  'true',
  'False',
  '1',
  '-1',
  '+1',
  '1.5',
  '.5',
  '1e3',
  '1E+3',
  '0x1f',
  '0o17',
  '017',
  '0b1',
  '1_000',
  '12:30:45',
  '2001-01-01',
  '2001-12-14t21:59:43.10-05:00',
  '.inf',
  '-.Inf',
  '.nan',
  '=',
  '<<',
  '5m',
  '1h30m',
  '5',
  '1s2',
  'é',
  '日本',
  '😀',
  'a\u0085b',
  'a\u2028b',
  'a\u2029b\nc',
  '\ufeffa',
  'a\u0000b',
  'a\u001bb',
  'a\u007fb',
  'a\u009fb',
  '\ufffe',
  'a\u00a0',
  '\u00a0a',
  '{{ $labels.instance }} is above 80%',
  'up{job="x"} == 0',
  `${'x'.repeat(120)}: # y`,
  `${'x'.repeat(120)} `,
  `  ${'x'.repeat(120)}`,
  `${'x'.repeat(60)}\n  indented\nback`,
  '__proto__',
  'constructor',
  '/a',
  '(a)',
  '(a) #',
  'a\u3000',
  'a\ttab',
];

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom(...HOSTILE, ' ', '\n', ':', '#', '-', '"', "'", '\\', 'word'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);

/** JSON that Go's YAML reader takes too: controls and odd line breaks escaped. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\ud7ff\ue000-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function readBack(written: string, version: '1.1' | '1.2'): unknown {
  return parse(written, { version, uniqueKeys: true, prettyErrors: false });
}

describe('writeYaml', () => {
  test.each(HOSTILE.map((text) => [JSON.stringify(text), text]))(
    '%s reads back as itself, as value, item and key',
    (_name, text) => {
      const value = {
        a: { v: text },
        list: [text, { v: text, w: 'x' }, [text]],
        [text === '__proto__' ? 'p' : text]: 'k',
        end: 'z',
      };
      for (const version of ['1.1', '1.2'] as const) expect(readBack(writeYaml(value), version)).toEqual(value);
    },
  );

  test('any string reads back as itself under both versions of YAML', () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const written = writeYaml({ a, list: [b, { a, b }], deep: { deeper: { a } }, b });
        const expected = { a, list: [b, { a, b }], deep: { deeper: { a } }, b };
        expect(readBack(written, '1.2')).toEqual(expected);
        expect(readBack(written, '1.1')).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('any JSON value reads back as itself', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }), (json) => {
        if (JSON.stringify(json).includes('__proto__')) return;
        const value = { json } as YamlMapping;
        expect(readBack(writeYaml(value), '1.2')).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('promtool reads the same strings (Go has readers of its own)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'aami-yaml-'));
    try {
      // `{{` would be a template of Prometheus's.
      const annotations = Object.fromEntries(HOSTILE.map((text, at) => [`a${at}`, text.replaceAll('{{', '{ {')]));
      const rules = writeYaml({
        groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'up == 0', labels: { x: 'y' }, annotations }] }],
      });
      writeFileSync(join(folder, 'r.yml'), rules);
      writeFileSync(
        join(folder, 't.yml'),
        asciiJson({
          rule_files: ['r.yml'],
          tests: [
            {
              interval: '1m',
              input_series: [{ series: 'up', values: '0 0 0' }],
              alert_rule_test: [
                {
                  eval_time: '1m',
                  alertname: 'A',
                  exp_alerts: [{ exp_labels: { x: 'y' }, exp_annotations: annotations }],
                },
              ],
            },
          ],
        }),
      );
      const check = spawnSync('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', 'r.yml'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(check.stderr + check.stdout).toContain('SUCCESS');
      execFileSync('promtool', ['test', 'rules', 't.yml'], { cwd: folder, encoding: 'utf8' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('yamlScalar looks as a person would write it', () => {
  test.each([
    ['HighCPUUsage', 'HighCPUUsage'],
    ['5m', '5m'],
    ['80', '"80"'],
    ['yes', '"yes"'],
    ['up{job="node"} == 0', 'up{job="node"} == 0'],
    ['{{ $labels.instance }} is down', '"{{ $labels.instance }} is down"'],
    ['{__name__="up"}', `'{__name__="up"}'`],
    ['a\nb', '|-\n  a\n  b'],
    ['a\n\nb\n', '|\n  a\n\n  b'],
    ['a\r\nb', '"a\\r\\nb"'],
    ['https://runbooks.example.com/cpu', 'https://runbooks.example.com/cpu'],
  ])('%j', (text, written) => {
    expect(yamlScalar(text, '  ')).toBe(written);
  });

  test('an expression too long for a line is a block', () => {
    const expr = `sum(${'a'.repeat(120)})`;
    expect(yamlScalar(expr, '    ')).toBe(`|-\n    ${expr}`);
  });
});
