import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** pre-commit itself, which clones aami, builds it with npm and runs it before each commit. */
const ROOT = join(import.meta.dirname, '../../..');
const work = mkdtempSync(join(tmpdir(), 'aami-pre-commit-'));
const repo = join(work, 'repo');
afterAll(() => rmSync(work, { recursive: true, force: true }));

// What npm has fetched for aami itself is not fetched again.
const env = {
  ...{ PRE_COMMIT_HOME: join(work, 'cache'), npm_config_prefer_offline: 'true' },
  ...{ GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@example.com' },
  ...{ GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@example.com' },
};
const git = (folder: string, ...args: string[]) => execa('git', ['-C', folder, ...args], { env, reject: false });
const commit = async () => {
  await git(repo, 'add', '--all');
  const { exitCode, stdout, stderr } = await git(repo, 'commit', '--message', 'a change');
  return { exitCode, output: `${stdout}\n${stderr}` };
};
const edit = (path: string, from: string, to: string) =>
  writeFileSync(join(repo, path), readFileSync(join(repo, path), 'utf8').replace(from, to));

/** aami as it stands here, committed or not, as a repo that pre-commit can clone. */
async function published(): Promise<string> {
  const folder = join(work, 'aami');
  const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  for (const path of stdout.split('\n').filter((one) => !one.startsWith('test/'))) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
  await git(work, 'init', '--quiet', folder);
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--message', 'aami');
  return (await git(folder, 'rev-parse', 'HEAD')).stdout;
}

beforeAll(async () => {
  const rev = await published();
  cpSync(join(ROOT, 'examples/starter'), repo, { recursive: true });
  await git(work, 'init', '--quiet', repo);
  writeFileSync(
    join(repo, '.pre-commit-config.yaml'),
    `repos:\n  - repo: ${join(work, 'aami')}\n    rev: ${rev}\n    hooks:\n      - id: aami-validate\n`,
  );
  await execa('pre-commit', ['install', '--install-hooks'], { cwd: repo, env });
}, 180_000);

it('lets a good commit pass', async () => {
  expect(await commit()).toMatchObject({ exitCode: 0, output: expect.stringMatching(/aami validate\.+Passed/) });
});

it('stops one with an error, and shows it', async () => {
  edit('policies/alerts.yaml', 'DiskNearlyFull: {}', 'DiskNearlyFul: {}');
  const { exitCode, output } = await commit();
  expect(exitCode).toBe(1);
  expect(output).toContain('policies/alerts.yaml:8:3 error[reference/unknown-template]');
  expect(output).toContain('Did you mean `DiskNearlyFull`?');
  edit('policies/alerts.yaml', 'DiskNearlyFul: {}', 'DiskNearlyFull: {}');
});

it('stops one that only deletes a file which others need', async () => {
  rmSync(join(repo, 'groups/groups.yaml'));
  expect(await commit()).toMatchObject({ exitCode: 1, output: expect.stringContaining('There is no group') });
});
