import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertTemplate, compileFiles, doc, type Files, smallRepo } from '../../repo.js';

const SCRIPT = doc(
  'ScriptTemplate',
  `name: mount
script_type: mount
language: bash
version: 1.0.0
script: { inline: "true" }
user: nobody
metrics:
  mount_status: { type: gauge, labels: [path, fstype], help: 1 if mounted }
  mounts: { type: counter }`,
);
const BIND = doc('ScriptPolicy', 'group: prod\nchecks: { mount: {} }');
const ALERT = (threshold: number): string =>
  doc('AlertPolicy', `scope: global\nalerts: { A: { config: { threshold: ${threshold} } } }`);
const withChecks = (policies: string): Files =>
  smallRepo({
    templates: [SCRIPT, alertTemplate('A', 'up < ${threshold}', 'params: { threshold: 1 }')].join('---\n'),
    policies,
  });

const filesOf = async (files: Files): Promise<Map<string, string>> =>
  new Map((await compileFiles(files)).files.map(({ path, content }) => [path, content]));
const digestOf = async (files: Files): Promise<string> =>
  JSON.parse((await filesOf(files)).get('agent/build.json') ?? '').digest;

it('bundles hold the user and the metrics of a check, where it declares them', async () => {
  const [entry] = JSON.parse((await filesOf(withChecks(BIND))).get('checks/p1.json') ?? '');
  expect(entry.user).toBe('nobody');
  expect(entry.metrics).toEqual({
    mount_status: { type: 'gauge', labels: ['fstype', 'path'], help: '1 if mounted' },
    mounts: { type: 'counter', labels: [] },
  });
});

it('the digest of a build changes with its bundles and with nothing else', async () => {
  const digest = await digestOf(withChecks(BIND));
  expect(await digestOf(withChecks([BIND, ALERT(3)].join('---\n')))).toBe(digest);
  expect(await digestOf(withChecks(BIND.replace('{}', '{ interval: 5m }')))).not.toBe(digest);
  expect(await digestOf(withChecks(BIND.replace('prod', 'dev')))).not.toBe(digest);
});

it('the digest of a build is what coreutils make of the bundles', async () => {
  const files = await filesOf(withChecks(BIND));
  const folder = mkdtempSync(join(tmpdir(), 'aami-digest-'));
  try {
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const printed = execFileSync('bash', ['-c', 'LC_ALL=C sha256sum checks/*.json | sha256sum'], { cwd: folder });
    expect(files.get('agent/build.json')).toBe(`{"digest":"${printed.toString().slice(0, 64)}"}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('Prometheus gets the digest as a series, and no alert with it', async () => {
  const files = await filesOf(withChecks(BIND));
  expect(files.get('prometheus/rules/_build.yml')).toContain(`  - name: aami_build
    rules:
      - record: aami_build_info
        expr: vector(1)
        labels:
          digest: "${await digestOf(withChecks(BIND))}"`);
});

it('the agent goes out as it is in the package, to those who use checks', async () => {
  const agent = join(import.meta.dirname, '../../../agent');
  const files = await filesOf(withChecks(BIND));
  for (const name of readdirSync(agent))
    expect(files.get(`agent/${name}`)).toBe(readFileSync(join(agent, name), 'utf8'));
  const without = [...(await filesOf(withChecks(ALERT(3)))).keys()];
  expect(without.filter((path) => /^agent|_build/.test(path))).toEqual(['agent/build.json']);
  expect(without).toContain('checks/p1.json');
});

describe('how often a check is to run is a series of each target', () => {
  const rulesOf = async (...policies: readonly string[]) => {
    const files = await filesOf(withChecks(policies.join('---\n')));
    return (files.get('prometheus/rules/_build.yml') ?? '').split('name: aami_checks')[1];
  };
  const bind = (where: string, entry = '{}'): string => doc('ScriptPolicy', `${where}\nchecks: { mount: ${entry} }`);

  it.each([
    ['all of them', [bind('scope: global')], 'group without (job) (up{target_id!=""}) * 60'],
    ['a group', [bind('group: prod')], 'group without (job) (up{group_id="prod"}) * 60'],
    ['some of a group', [bind('group: prod\ntargets: { type: gpu }')], 'group without (job) (up{target_id="p1"}) * 60'],
    [
      'all, some of them more seldom',
      [
        bind('scope: global'),
        bind('group: dev', '{ interval: 5m }'),
        bind('targets: { type: cpu }\nscope: global', '{ interval: 1h }'),
      ],
      [
        'group without (job) (up{target_id="p1"}) * 60',
        '          or',
        '          group without (job) (up{group_id="dev"}) * 300',
        '          or',
        '          group without (job) (up{target_id="p2"}) * 3600',
      ].join('\n'),
    ],
    [
      'all but those where it is muted',
      [bind('scope: global'), bind('group: prod', '{ enabled: false }')],
      'up{group_id="dev"}',
    ],
  ])('%s', async (_, policies, expr) => {
    const rules = await rulesOf(...policies);
    expect(rules).toContain(expr);
    expect(rules).toContain('labels:\n          check: mount');
  });

  it('nothing where it is muted everywhere', async () => {
    expect(await rulesOf(bind('scope: global', '{ enabled: false }'))).toBeUndefined();
  });
});
