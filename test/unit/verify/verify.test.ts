import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheIn, NO_CACHE } from '../../../src/cache/cache.js';
import type { OutputFile } from '../../../src/emit/types.js';
import { findVerifier, type Tool, verifyFiles } from '../../../src/verify/index.js';

let root: string;
let cache: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aami-verify-[x]-'));
  cache = join(root, 'cache');
});
afterEach(() => rmSync(root, { recursive: true }));

function rules(name: string, expr: string): OutputFile {
  const content = `groups:\n  - name: ${name}\n    rules:\n      - alert: A\n        expr: ${expr}\n`;
  return { path: `prometheus/rules/static/${name}.yml`, content, origins: [] };
}

const SD: OutputFile = {
  path: 'prometheus/sd/node/g.json',
  content: '[{"targets": ["a:1"], "labels": {"x": "y"}}]\n',
  origins: [],
};
const CONFIG: OutputFile = {
  path: 'prometheus/prometheus.yml',
  content:
    'rule_files: [rules/*.yml]\nscrape_configs:\n  - job_name: node\n    file_sd_configs: [{files: [sd/node/*.json]}]\n',
  origins: [],
};

function write(files: readonly OutputFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

async function tool(name: 'promtool' | 'amtool'): Promise<Tool> {
  const verifier = await findVerifier({
    ...{ mode: 'strict', promtool: null, amtool: null, alertmanager: true },
    ...{ env: process.env, cache: cacheIn(cache) },
  });
  if (verifier.kind !== 'tools') throw new Error('these tests need promtool and amtool');
  return verifier.tools.find((tool) => tool.name === name) as Tool;
}

async function verify(files: readonly OutputFile[], given?: Tool) {
  write(files);
  const { tool: _, ...said } = await verifyFiles({
    folder: root,
    files,
    repo: null,
    tool: given ?? (await tool('promtool')),
    cache: cacheIn(cache),
    timeoutMs: given === undefined ? 60_000 : 300,
  });
  return said;
}

/** A program that stands in for promtool. */
function fakeTool(script: string): string {
  const path = join(root, 'fake');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('verifyFiles', () => {
  test('accepts rules, prometheus.yml and service discovery, and does not ask twice', async () => {
    const files = [rules('a', 'up == 0'), rules('b', 'up == 0'), SD, CONFIG];
    expect(await verify(files)).toEqual({ findings: [], checked: 4, remembered: 0 });
    expect(await verify(files)).toEqual({ findings: [], checked: 0, remembered: 4 });
    expect(await verify([rules('a', 'up == 1'), ...files.slice(1)])).toEqual({
      findings: [],
      checked: 1,
      remembered: 3,
    });
  });

  test('a file that was refused is asked about again', async () => {
    const files = [rules('bad', 'up == '), rules('good', 'up')];
    expect(await verify(files)).toMatchObject({ findings: [{}], checked: 2 });
    expect(await verify(files)).toMatchObject({ findings: [{}] });
  });

  test('a hand-written file is blamed at its own line', async () => {
    const file = rules('bad', 'up ==');
    const { findings } = await verify([file, rules('good', 'up')]);
    expect(findings).toMatchObject([
      {
        code: 'verify/promtool',
        message: expect.stringContaining('could not parse expression: 1:6: parse error: unexpected end of input'),
        span: { file: 'rules/bad.yml', start: file.content.indexOf('up =='), end: file.content.length - 1 },
      },
    ]);
  });

  test('an error in a service discovery file or in prometheus.yml is told', async () => {
    const bad = { ...SD, content: '[{"targets": ["http://a:1"]}]' };
    const worse = { ...CONFIG, content: 'global: {scrape_interval: 1x}\n' };
    const { findings } = await verify([bad, worse]);
    expect(findings.map(({ message, hint }) => `${message} | ${hint}`).sort()).toEqual([
      expect.stringMatching(/"http:\/\/a:1" is not a valid hostname.*prometheus\/sd\/node\/g\.json/),
      expect.stringContaining('not a valid duration string: "1x"'),
    ]);
  });

  test.each([
    ['hangs', 'sleep 60', 'gave no answer within'],
    ['is killed', 'kill -9 $$', 'was killed by SIGKILL'],
    ['says what nobody knows', 'printf "\\033[31mpanic: oh\\n" >&2; exit 2', 'panic: oh'],
    ['says no without a word', 'exit 1', 'exit code 1'],
  ])('a tool that %s is a finding', async (_name, script, message) => {
    const path = fakeTool(script);
    const { findings } = await verify([rules('a', 'up')], { name: 'promtool', path, version: '9.9.9', mark: script });
    expect(findings).toMatchObject([{ code: 'verify/promtool', message: expect.stringContaining(message) }]);
    expect(findings[0]?.message).not.toMatch(/[\u0000-\u001f]/);
  });

  test('more files than fit on a command line', async () => {
    const files = Array.from({ length: 700 }, (_, at) => rules(`${'long-name-'.repeat(20)}${at}`, 'up'));
    expect(await verify(files)).toEqual({ findings: [], checked: 700, remembered: 0 });
  });

  test('a damaged cache is ignored', async () => {
    const files = [rules('a', 'up == 0')];
    await verify(files);
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), '\u0000{"');
    expect(await verify(files)).toEqual({ findings: [], checked: 1, remembered: 0 });
  });
});

describe('findVerifier', () => {
  const nothing = { promtool: null, amtool: null, alertmanager: false, env: { PATH: '/nowhere' }, cache: NO_CACHE };

  test('auto without promtool warns and says what was not verified', async () => {
    const verifier = await findVerifier({ ...nothing, mode: 'auto' });
    expect(verifier).toMatchObject({
      kind: 'tools',
      tools: [],
      findings: [{ code: 'verify/tool-missing', severity: 'warning', message: expect.stringContaining('rule files') }],
    });
  });

  test('strict without promtool is an error of the environment', async () => {
    expect(await findVerifier({ ...nothing, mode: 'strict' })).toEqual({
      kind: 'failed',
      message: 'promtool is not installed, so nothing was compiled or checked',
      hint: 'promtool is part of every Prometheus release: put it on the PATH, or name it with --promtool or AAMI_PROMTOOL. `--verify auto` goes on without it.',
    });
  });

  test('a name without a slash is looked up on the PATH', async () => {
    fakeTool('echo "promtool, version 3.1.0 (branch: HEAD)"');
    const found = { kind: 'tools', tools: [{ path: join(root, 'fake'), version: '3.1.0' }] };
    const env = { PATH: `/nowhere:${root}` };
    expect(await findVerifier({ ...nothing, env, mode: 'auto', promtool: 'fake' })).toMatchObject(found);
    expect(await findVerifier({ ...nothing, env: { ...env, AAMI_PROMTOOL: 'fake' }, mode: 'strict' })).toMatchObject(
      found,
    );
    expect(await findVerifier({ ...nothing, env: { ...env, AAMI_PROMTOOL: 'fak' }, mode: 'auto' })).toEqual({
      kind: 'failed',
      message: 'There is no "fak" on the PATH, so nothing was compiled or checked',
      hint: 'AAMI_PROMTOOL names it: correct it, or leave it out to use the promtool on the PATH.',
    });
  });

  test('off asks for nothing', async () => {
    expect(await findVerifier({ ...nothing, mode: 'off' })).toEqual({ kind: 'tools', tools: [], findings: [] });
  });

  test('a tool that is named must be there, and be promtool', async () => {
    expect(await findVerifier({ ...nothing, mode: 'auto', promtool: '/nowhere/promtool' })).toMatchObject({
      kind: 'failed',
      message: 'There is no program at "/nowhere/promtool", so nothing was compiled or checked',
      hint: '--promtool names it: correct it, or leave it out to use the promtool on the PATH.',
    });
    expect(await findVerifier({ ...nothing, mode: 'auto', promtool: fakeTool('echo hello') })).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('does not answer as promtool does'),
    });
  });

  test('amtool is asked for where there is an alertmanager.yml', async () => {
    const wanted = { ...nothing, alertmanager: true };
    expect(await findVerifier({ ...wanted, mode: 'auto' })).toMatchObject({
      kind: 'tools',
      tools: [],
      findings: [
        {
          code: 'verify/tool-missing',
          message:
            "promtool is not installed; amtool is not installed: rule files, prometheus.yml and service discovery, and alertmanager.yml were checked by aami alone, not by Prometheus's and Alertmanager's own tools",
        },
      ],
    });
    expect(
      await findVerifier({ ...wanted, mode: 'strict', env: { PATH: root, AAMI_PROMTOOL: promtoolAlike() } }),
    ).toEqual({
      kind: 'failed',
      message: 'amtool is not installed, so nothing was compiled or checked',
      hint: 'amtool is part of every Alertmanager release: put it on the PATH, or name it with --amtool or AAMI_AMTOOL. `--verify auto` goes on without it.',
    });
    const found = await findVerifier({ ...wanted, mode: 'auto', env: { PATH: root, AAMI_PROMTOOL: promtoolAlike() } });
    expect(found).toMatchObject({
      tools: [{ name: 'promtool' }],
      findings: [
        {
          message:
            "amtool is not installed: alertmanager.yml was checked by aami alone, not by Alertmanager's own tool",
        },
      ],
    });
    expect(await findVerifier({ ...wanted, mode: 'auto', amtool: '/nowhere/amtool' })).toMatchObject({
      kind: 'failed',
      message: 'There is no program at "/nowhere/amtool", so nothing was compiled or checked',
    });
  });

  const promtoolAlike = (): string => fakeTool('echo "promtool, version 3.1.0 (branch: HEAD)"');

  test('a version that accepts broken files is not trusted', async () => {
    const path = fakeTool('echo "promtool, version 2.47.1 (branch: HEAD)"');
    expect(await findVerifier({ ...nothing, mode: 'auto', env: { AAMI_PROMTOOL: path } })).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('accepts broken rule files'),
    });
  });
});
