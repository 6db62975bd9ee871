import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Compilation, compile } from '../../src/compile.js';
import { readRepo } from '../../src/source/read.js';

const LIBRARIES = join(import.meta.dirname, '..', '..', 'templates');

interface ShippedTemplate {
  readonly kind: string;
  readonly name: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly runbook_url?: string;
}

async function shipped(library: string): Promise<ShippedTemplate[]> {
  const files = (await readdir(join(LIBRARIES, library))).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(join(LIBRARIES, library, file), 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text).map((document): ShippedTemplate => document.toJS()));
}

const TEMPLATES = (await Promise.all(['agent', 'node', 'nvidia-gpu'].map(shipped))).flat();
const ALERTS = TEMPLATES.filter(({ kind }) => kind === 'AlertTemplate');
const CHECKS = TEMPLATES.filter(({ kind }) => kind === 'ScriptTemplate');

/** A repo that binds every template of the libraries as it is shipped. */
function repoThatBindsAll(): Record<string, string> {
  const all = (templates: readonly ShippedTemplate[]) => templates.map(({ name }) => `  ${name}: {}\n`).join('');
  return {
    'aami.yaml': `apiVersion: aami/v1
kind: Project
name: all
libraries: [agent, node, nvidia-gpu]
exporters:
  node_exporter: { job: node-exporter, port: 9100 }
  dcgm_exporter: { job: dcgm-exporter, port: 9400 }
`,
    'groups/all.yaml': 'apiVersion: aami/v1\nkind: Group\nid: all\n',
    'targets/node.yaml':
      'apiVersion: aami/v1\nkind: Target\nhostname: node-1\ngroups: [all]\nexporters: [node_exporter, dcgm_exporter]\n',
    'policies/alerts.yaml': `apiVersion: aami/v1\nkind: AlertPolicy\ngroup: all\nalerts:\n${all(ALERTS)}`,
    'policies/checks.yaml': `apiVersion: aami/v1\nkind: ScriptPolicy\ngroup: all\nchecks:\n${all(CHECKS)}`,
  };
}

describe('the shipped libraries', () => {
  let folder: string;
  let compilation: Compilation;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aami-libraries-'));
    for (const [path, content] of Object.entries(repoThatBindsAll())) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    compilation = await compile(await readRepo(folder));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('compile as they are, without a finding', () => {
    expect(compilation.findings).toEqual([]);
    const names = compilation.ruleFiles.flatMap(({ groups }) =>
      groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)),
    );
    expect([...new Set(names)].sort()).toEqual(ALERTS.map(({ name }) => name).sort());
  });

  it('give rules that promtool has nothing to say about', async () => {
    const rules = compilation.files.find(({ path }) => path === 'prometheus/rules/all-all.yml');
    const file = join(folder, 'rules.yml');
    await writeFile(file, rules?.content ?? '');
    const args = ['check', 'rules', '--lint=all', '--lint-fatal', file];
    expect(await execa('promtool', args, { reject: false })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each(ALERTS)('$name says what it means, what to do and what can be tuned', (template) => {
    expect(template).toMatchObject({
      description: expect.stringMatching(/\.\s*$/),
      labels: { family: expect.any(String) },
      annotations: { summary: expect.any(String), description: expect.stringMatching(/\.$/) },
      runbook_url: expect.stringMatching(/^https:\/\/runbooks\.example\.com\/(agent|node|nvidia-gpu)\/[a-z-]+$/),
    });
  });

  it.each(TEMPLATES)('$name explains its parameters and has a default for each', ({ params = {} }) => {
    for (const [name, param] of Object.entries(params)) {
      expect(param, name).toHaveProperty('description');
      expect(param, name).toHaveProperty('default');
    }
  });

  it.each(CHECKS)('$name hands out a script that bash can read', async ({ name }) => {
    const bundle = compilation.files.find(({ path }) => path === 'checks/node-1.json');
    const checks: readonly { name: string; script_content: string }[] = JSON.parse(bundle?.content ?? '[]');
    const script = checks.find((check) => check.name === name)?.script_content ?? '';
    expect(script).toMatch(/^#!\/usr\/bin\/env bash\n/);
    expect(await execa('bash', ['-n'], { input: script, reject: false })).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
