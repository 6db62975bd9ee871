import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintCheck } from '../../../src/checks/lint/index.js';
import { lintedScript } from '../../../src/checks/lint/script.js';
import { shellcheckFindings } from '../../../src/checks/lint/shellcheck.js';
import { compile } from '../../../src/compile.js';
import type { Finding } from '../../../src/diagnostics/finding.js';
import type { ScriptTemplate } from '../../../src/model/types.js';
import { readRepo } from '../../../src/source/read.js';
import { compileFiles, doc, smallRepo } from '../../repo.js';

const templateOf = async (script: string, rest = '', language = 'bash'): Promise<ScriptTemplate> => {
  const yaml = doc(
    'ScriptTemplate',
    `name: c\nscript_type: t\nlanguage: ${language}\nversion: 1.0.0\nscript: { file: c.sh }\n${rest}`,
  );
  const { model, findings } = await compileFiles(smallRepo({ 'templates/c.yaml': yaml, 'templates/c.sh': script }));
  const template = model?.repo.scriptTemplates.get('c');
  if (template === undefined) throw new Error(JSON.stringify(findings));
  return template;
};
const METRICS = 'metrics: { x: { type: gauge } }';
const described = (findings: readonly Finding[], text: string): string[] =>
  findings.map(({ code, span }) => `${code} ${span === null ? '' : text.slice(span.start, span.end)}`);

/** What is said of a script that is fine but for one line. */
async function saidOf(line: string, language = 'bash'): Promise<string[]> {
  const script = `set -u\n${line}\necho x 1\n`;
  return described(lintCheck(await templateOf(script, METRICS, language), { shellcheck: true }), script);
}

describe('aami sees in a script', () => {
  it.each([
    ['x=$(nvidia-smi -L)', 'nvidia-smi'],
    ['if /usr/bin/mountpoint -q /data; then :; fi', '/usr/bin/mountpoint'],
    ['stat -f /data', 'stat'],
    ['curl -s http://localhost:9400/metrics', 'curl'],
    ['sudo -n ipmitool sel list', 'ipmitool'],
  ])('what may hang: %s', async (line, word) => {
    expect(await saidOf(line)).toEqual([`lint/no-time-limit ${word}`]);
  });

  it.each([
    'x=$(timeout 10 nvidia-smi -L)',
    'command -v nvidia-smi',
    'nvidia-smi --version',
    'nvidia-smi -L >x & pid=$!',
    'stat -c %s /data',
    'curl -m 5 http://localhost/',
    'limited nvidia-smi -L',
    "echo 'df'; # df",
    'grep df /proc/filesystems',
  ])('nothing that may hang in: %s', async (line) => {
    expect(await saidOf(line)).toEqual([]);
  });

  it.each([
    ['find / -name x', 'find'],
    ['for f in $(find "$dir" -type f); do :; done', 'find'],
    ['du -s /data', 'du'],
  ])('what goes through everything: %s', async (line, word) => {
    expect(await saidOf(line)).toEqual([`lint/unbounded-find ${word}`]);
  });

  it.each([
    'find /data -maxdepth 1',
    'find /data -xdev',
    'find /sys/class/infiniband -name state',
    'du -sx /data',
    'timeout 5 find /',
  ])('nothing that goes through everything in: %s', async (line) => {
    expect(await saidOf(line)).toEqual([]);
  });

  it.each([
    ['echo x | mail -s y ops@example.com', 'mail'],
    ['curl -m 5 -d x https://hooks.example.com/y', 'curl'],
    ['wget -T 5 -q https://example.com', 'wget'],
    ['curl -m 5 --json "$x" "$url"', 'curl'],
  ])('what tells somebody outside: %s', async (line, word) => {
    expect(await saidOf(line)).toEqual([`lint/sends-away ${word}`]);
  });

  it.each(['curl -m 5 http://127.0.0.1:9400/metrics', 'curl -m 5 "http://localhost"', 'curl -m 5 "$url"'])(
    'nobody outside in: %s',
    async (line) => {
      expect(await saidOf(line)).toEqual([]);
    },
  );

  it.each([
    ['set -eu', true],
    ['set -euo pipefail', true],
    ['set -o nounset', true],
    ['set -e', false],
    ['# set -u', false],
  ])('whether variables must be set: %s', async (line, strict) => {
    const found = lintCheck(await templateOf(`#!/bin/bash\n${line}\necho x 1\n`, METRICS), { shellcheck: true });
    expect(found.map(({ code }) => code)).toEqual(strict ? [] : ['lint/unset-variables']);
  });

  it('variables without quotes, unless shellcheck is there to see them', async () => {
    const script = 'set -u\nrm $x "$y"\nlocal z=$1\necho x 1\n';
    const template = await templateOf(script, METRICS);
    expect(described(lintCheck(template, { shellcheck: false }), script)).toEqual(['lint/unquoted-variable $x']);
    expect(lintCheck(template, { shellcheck: true })).toEqual([]);
  });

  it('no commands of a shell where there is none', async () => {
    expect(lintCheck(await templateOf('df = 1\nprint("x", 1)\n', METRICS, 'python3'), { shellcheck: false })).toEqual(
      [],
    );
  });
});

describe('metrics', () => {
  it.each([
    ['a_b_total 1', 'a_b_total', []],
    ['a_${kind}_total 1', 'a_b_total', []],
    ['a_%s 1', 'a_b_total', []],
    ['a_c_total 1', 'a_b_total', ['lint/unprinted-metric']],
  ])('of the script %s: is %s printed?', async (line, metric, codes) => {
    const template = await templateOf(`set -u\necho ${line}\n`, `metrics: { ${metric}: { type: counter } }`);
    expect(lintCheck(template, { shellcheck: true }).map(({ code }) => code)).toEqual(codes);
  });

  it('are described by the template or by the script', async () => {
    const bare = await templateOf('set -u\necho x 1\n');
    expect(lintCheck(bare, { shellcheck: true }).map(({ code }) => code)).toEqual(['lint/undescribed-metrics']);
    expect(lintCheck(await templateOf('set -u\necho "# HELP x y"\n'), { shellcheck: true })).toEqual([]);
  });
});

describe('what shellcheck says', () => {
  const answer = (line: number, column: number, endColumn: number, level = 'warning'): string =>
    JSON.stringify({ comments: [{ line, column, endLine: line, endColumn, level, code: 2086, message: 'Quote.' }] });

  it('is at the line of the script, characters counted as people do', async () => {
    const script = 'set -u\necho "🙂ü" $x\n';
    const template = await templateOf(script, METRICS);
    const found = shellcheckFindings(lintedScript(template), answer(2, 11, 13));
    expect(described(found ?? [], script)).toEqual(['lint/shellcheck $x']);
    expect(found).toMatchObject(
      [{ severity: 'warning', span: { file: 'templates/c.sh' }, hint: /SC2086/ }].map(({ hint: _, ...rest }) => rest),
    );
  });

  it('is at the line of the YAML where the script stands in it', async () => {
    const yaml = doc(
      'ScriptTemplate',
      'name: c\nscript_type: t\nlanguage: sh\nversion: 1.0.0\nscript:\n  inline: |\n    set -u\n    echo $x',
    );
    const { model } = await compileFiles(smallRepo({ 'templates/c.yaml': yaml }));
    const template = model?.repo.scriptTemplates.get('c');
    if (template === undefined) throw new Error('no template');
    expect(described(shellcheckFindings(lintedScript(template), answer(2, 6, 8)) ?? [], yaml)).toEqual([
      'lint/shellcheck $x',
    ]);
  });

  it('may be no answer', async () => {
    const script = lintedScript(await templateOf('set -u\n', METRICS));
    for (const text of ['', '{}', 'Segmentation fault']) expect(shellcheckFindings(script, text)).toBeNull();
  });
});

it('has nothing to say about the checks that aami ships and shows', async () => {
  const examples = join(import.meta.dirname, '../../../examples');
  const seen = new Set<string>();
  for (const example of ['gpu-cluster', 'starter']) {
    const { model } = await compile(await readRepo(join(examples, example)));
    for (const template of model?.repo.scriptTemplates.values() ?? []) {
      seen.add(template.name);
      expect(lintCheck(template, { shellcheck: false }), template.name).toEqual([]);
    }
  }
  expect(seen.size).toBeGreaterThan(7);
});
