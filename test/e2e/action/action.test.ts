import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BOT, type Github, startGithub } from './github.js';

/** The steps of action.yml, run by bash as a runner runs them, for a pull request in a shallow clone. */
const ROOT = join(import.meta.dirname, '../../..');
const { steps }: { steps: readonly { name?: string; run?: string }[] } = parse(
  readFileSync(join(ROOT, 'action.yml'), 'utf8'),
).runs;

let work: string;
let github: Github | undefined;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'aami-action-'));
  mkdirSync(join(work, 'temp/aami/bin'), { recursive: true });
  symlinkSync(join(ROOT, 'bin/aami.js'), join(work, 'temp/aami/bin/aami'));
});
afterEach(() => {
  github?.close();
  rmSync(work, { recursive: true, force: true });
});

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    stdio: 'pipe',
  });

/** What is on the forge: main, a branch from it, and main a commit further. */
function origin(): string {
  const forge = join(work, 'origin');
  cpSync(join(ROOT, 'examples/starter'), forge, { recursive: true });
  git(forge, 'init', '--quiet', '--initial-branch=main');
  commit(forge, 'start');
  git(forge, 'checkout', '--quiet', '-b', 'change');
  edit(forge, 'policies/alerts.yaml', 'threshold: 15', 'threshold: 12');
  commit(forge, 'a lower threshold');
  git(forge, 'checkout', '--quiet', 'main');
  edit(forge, 'templates/alerts.yaml', 'for: 3m', 'for: 4m');
  commit(forge, 'something else, meanwhile');
  // What GitHub checks out for a pull request.
  git(forge, 'checkout', '--quiet', '-b', 'merged');
  git(forge, 'merge', '--quiet', '--no-edit', 'change');
  git(forge, 'checkout', '--quiet', 'main');
  return forge;
}

function commit(folder: string, message: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '-m', message);
}

function edit(folder: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(folder, path), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, path), text.replace(from, to));
}

function checkout(forge: string, ...options: string[]): string {
  const folder = join(work, 'checkout');
  git(work, 'clone', '--quiet', '--branch=change', ...options, `file://${forge}`, folder);
  return folder;
}

async function step(name: string, folder: string, env: Readonly<Record<string, string>> = {}) {
  const script = steps.find((one) => one.name === name)?.run ?? 'exit 99';
  const file = (path: string) => join(work, 'temp', path);
  writeFileSync(file('output'), '');
  const { exitCode, stdout, stderr } = await execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    reject: false,
    env: {
      ...{ PATH: `${file('aami/bin')}:${process.env.PATH}`, RUNNER_TEMP: file('.'), GITHUB_BASE_REF: 'main' },
      ...{ GITHUB_STEP_SUMMARY: file('summary'), GITHUB_OUTPUT: file('output'), FAIL_ON: '', ...env },
    },
  });
  return { exitCode, stdout, stderr, output: readFileSync(file('output'), 'utf8') };
}

/** What is left of an output after the stretches in which a runner heeds no commands. */
const heededBy = (output: string) => output.replaceAll(/^::stop-commands::([\w-]{36})\n[\s\S]*?^::\1::$/gm, '');

const summary = () => readFileSync(join(work, 'temp/summary'), 'utf8');

describe('the step Compare', () => {
  it.each([
    ['all of the history', []],
    ['the last commit alone', ['--depth=1']],
    ['the merge that GitHub makes', ['--depth=1', '--branch=merged']],
  ])('with %s, says what the branch changes and not what main did meanwhile', async (_, options) => {
    const compared = await step('Compare', checkout(origin(), ...options));
    expect(compared).toMatchObject({ exitCode: 0, output: 'status=0\n' });
    expect(summary()).toContain('DiskNearlyFull');
    expect(summary()).not.toContain('HostDown');
  });

  it('lets a weakened monitoring be told first and judged afterwards', async () => {
    const folder = checkout(origin());
    const compared = await step('Compare', folder, { FAIL_ON: 'weakened' });
    expect(compared).toMatchObject({ exitCode: 0, output: 'status=1\n' });
    expect(summary()).toContain('DiskNearlyFull');
    expect(await step('Judge', folder, { STATUS: '1' })).toMatchObject({ exitCode: 1 });
    expect(await step('Judge', folder, { STATUS: '0' })).toMatchObject({ exitCode: 0 });
  });

  it('lets through what mends a base that does not compile', async () => {
    const forge = origin();
    edit(forge, 'policies/alerts.yaml', 'DiskNearlyFull: {}', 'DiskNearlyFul: {}');
    commit(forge, 'broken');
    git(forge, 'checkout', '--quiet', '-B', 'change');
    edit(forge, 'policies/alerts.yaml', 'DiskNearlyFul: {}', 'DiskNearlyFull: {}');
    commit(forge, 'mended');
    const compared = await step('Compare', checkout(forge), { FAIL_ON: 'weakened' });
    expect(compared).toMatchObject({ exitCode: 0, output: 'status=0\n' });
    expect(summary()).toContain('nothing to compare with');
  });

  it('says what to do where the history cannot be had', async () => {
    const folder = checkout(origin(), '--depth=1');
    git(folder, 'remote', 'set-url', 'origin', join(work, 'gone'));
    const compared = await step('Compare', folder);
    expect(compared).toMatchObject({ exitCode: 3, stdout: expect.stringMatching(/^::error .*fetch-depth: 0/) });
  });

  it('lets the runner take nothing that it prints for a command', async () => {
    const forge = origin();
    edit(forge, 'groups/groups.yaml', 'parent: production', 'parent: "##[error]x"');
    commit(forge, 'broken');
    git(forge, 'checkout', '--quiet', '-B', 'change');
    edit(forge, 'groups/groups.yaml', 'parent: "##[error]x"', 'parent: production');
    commit(forge, 'mended');
    const { stdout, stderr } = await step('Compare', checkout(forge));
    expect(stderr).not.toContain('##[');
    expect(stdout).toContain('##[error]x');
    expect(heededBy(stdout)).not.toContain('##[');
  });

  it('takes a branch name for nothing but a name', async () => {
    const name = '$(touch${IFS}pwned)--upload-pack=x';
    const forge = origin();
    git(forge, 'branch', name);
    const folder = checkout(forge, '--depth=1');
    expect(await step('Compare', folder, { GITHUB_BASE_REF: name })).toMatchObject({ exitCode: 0 });
    expect(execFileSync('git', ['-C', folder, 'status', '--porcelain'], { encoding: 'utf8' })).toBe('');
  });
});

describe('the step Comment', () => {
  const run = async (text: string, folder = '.') => {
    writeFileSync(join(work, 'temp/aami/diff.md'), text);
    writeFileSync(join(work, 'temp/event.json'), JSON.stringify({ pull_request: { number: 7 } }));
    return await step('Comment', work, {
      ...{ ACTION: ROOT, FOLDER: folder, GITHUB_TOKEN: 'secret', GITHUB_API_URL: github?.url ?? '' },
      ...{ GITHUB_REPOSITORY: 'team/repo', GITHUB_EVENT_PATH: join(work, 'temp/event.json') },
    });
  };

  it('writes one comment for each folder, and later updates it', async () => {
    github = await startGithub(true, []);
    for (const text of ['first', 'second']) expect(await run(text)).toMatchObject({ exitCode: 0, stdout: '' });
    await run('of another', 'sites/-->b');
    await run('of another, again', 'sites/-->b');
    expect(github.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^<!-- aami diff \. -->\nsecond$/),
      expect.stringMatching(/^<!-- aami diff sites%2F--%3Eb -->\nof another, again$/),
    ]);
  });

  it('finds it among hundreds', async () => {
    const others = Array.from({ length: 250 }, (_, at) => ({ id: at + 1, user: { login: 'someone' }, body: 'x' }));
    others.splice(230, 1, { id: 231, user: { login: BOT }, body: '<!-- aami diff . -->\nold' });
    github = await startGithub(true, others);
    await run('new');
    expect(github.comments).toHaveLength(250);
    expect(github.comments[230]?.body).toContain('new');
  });

  it("does not write into another's comment, who could change it afterwards", async () => {
    github = await startGithub(true, [{ id: 1, user: { login: 'mallory' }, body: '<!-- aami diff . -->\nNo changes' }]);
    await run('this removes everything');
    expect(github.comments.map(({ body }) => body)).toEqual([
      '<!-- aami diff . -->\nNo changes',
      '<!-- aami diff . -->\nthis removes everything',
    ]);
  });

  it('leaves it at the summary where the token may only read', async () => {
    github = await startGithub(false, []);
    expect(await run('x')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^::notice .*summary/) });
  });

  it('does not fail the run where the forge does', async () => {
    github = await startGithub(true, []);
    github.close();
    expect(await run('x')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^::warning /) });
  });

  it('points to the summary where the text is longer than a comment may be', async () => {
    github = await startGithub(true, []);
    await run('x'.repeat(65_536));
    expect(github.comments[0]?.body).toMatch(/see the summary of the run/);
  });
});

it('the steps Validate and Build fail as aami does, with findings at their lines', async () => {
  const folder = join(work, 'repo');
  cpSync(join(ROOT, 'examples/starter'), folder, { recursive: true });
  expect(await step('Validate', folder)).toMatchObject({ exitCode: 0 });
  expect(await step('Build', folder, { VERIFY: 'strict' })).toMatchObject({ exitCode: 0 });
  edit(folder, 'policies/alerts.yaml', 'DiskNearlyFull: {}', 'DiskNearlyFul: {}');
  expect(await step('Validate', folder)).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^::error .*file=policies\/alerts\.yaml,line=8/m),
  });
  edit(folder, 'policies/alerts.yaml', 'DiskNearlyFul: {}', '"##[error]x": {}');
  const built = await step('Build', folder, { VERIFY: 'strict' });
  expect(built).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('##[error]x'), stderr: '' });
  expect(heededBy(built.stdout)).not.toContain('##[');
});
