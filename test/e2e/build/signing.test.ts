import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clone, commit, newFolder, newRepo, write } from '../../unit/source/git-repo.js';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const SMALL = fileURLToPath(new URL('../repos/small', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'aami-signing-'));
const keys = join(work, 'site');
afterAll(() => rmSync(work, { recursive: true, force: true }));

function aami(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [AAMI, ...args], {
    encoding: 'utf8',
    cwd: work,
    env: { ...process.env, AAMI_SIGN_KEY: '', AAMI_SIGN_KEY_FILE: '', ...env },
  });
  return { status, stdout, stderr };
}

/** A git repository with the small repo in it. */
function smallRepo(): string {
  const repo = newRepo();
  cpSync(SMALL, repo, { recursive: true });
  write(repo, { '.gitignore': 'build/\n' });
  commit(repo);
  return repo;
}

beforeAll(() => {
  expect(aami(['keygen', keys]).status).toBe(0);
});

const secret = (): string => readFileSync(`${keys}.key`, 'utf8').split('\n')[1] ?? 'x';
const build = (repo: string, ...args: readonly string[]) =>
  aami(['build', '-C', repo, '--verify', 'off', '--sign-key', `${keys}.key`, ...args]);

/** As somebody on a node would look at it, with openssl and coreutils alone. */
function verified(folder: string, target: string): boolean {
  const lines = readFileSync(join(folder, `checks/${target}.sig`), 'utf8').split('\n');
  const text = join(work, 'text');
  const signature = join(work, 'signature');
  writeFileSync(
    text,
    lines
      .slice(0, 5)
      .map((line) => `${line}\n`)
      .join(''),
  );
  writeFileSync(signature, Buffer.from(lines[5]?.slice('signature '.length) ?? '', 'base64'));
  const { status } = spawnSync('openssl', [
    ...['pkeyutl', '-verify', '-pubin', '-inkey', `${keys}.pub`, '-rawin', '-in', text, '-sigfile', signature],
  ]);
  const sum = execFileSync('sha256sum', [join(folder, `checks/${target}.json`)], { encoding: 'utf8' }).slice(0, 64);
  return status === 0 && lines[4] === `sha256 ${sum}`;
}

describe('aami build --sign-key', () => {
  it('signs the bundle of each target as the build that git counts', () => {
    const repo = smallRepo();
    const { status, stdout, stderr } = build(repo);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}signed {4}\d+ bundles as build 2, by key [0-9a-f]{16}$/m);
    const bundles = readdirSync(join(repo, 'build/checks')).filter((name) => name.endsWith('.json'));
    expect(bundles.length).toBeGreaterThan(1);
    for (const name of bundles) expect(verified(join(repo, 'build'), name.slice(0, -5)), name).toBe(true);
  });

  it('signs anew for another build or key, and remembers what it has signed for the same', () => {
    const repo = smallRepo();
    build(repo);
    const signature = (): string =>
      readFileSync(
        join(repo, 'build/checks', readdirSync(join(repo, 'build/checks')).find((name) => name.endsWith('.sig')) ?? ''),
        'utf8',
      );
    const first = signature();
    expect(build(repo).stdout).toMatch(/files +\d+ unchanged$/m);
    expect(build(repo, '--build-number', '50').stdout).toMatch(/as build 50,/);
    expect(signature()).not.toBe(first);
    aami(['keygen', join(work, 'other')]);
    const other = aami(['build', '-C', repo, '--verify', 'off'], { AAMI_SIGN_KEY_FILE: join(work, 'other.key') });
    expect(other.stdout).toMatch(/as build 2,/);
    expect(signature()).not.toBe(first);
    // Without a key, no signature of an earlier build stays.
    expect(aami(['build', '-C', repo, '--verify', 'off']).stdout).toMatch(/removed/);
  });

  it('takes the key from the environment too', () => {
    const repo = smallRepo();
    const { status, stdout } = aami(['build', '-C', repo, '--verify', 'off', '--format', 'json'], {
      AAMI_SIGN_KEY: readFileSync(`${keys}.key`, 'utf8'),
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout).build.signed).toMatchObject({ number: 2, key: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('leaves the key nowhere: not in the output, the report or what is remembered', () => {
    const repo = smallRepo();
    const cache = join(work, 'cache');
    const { stdout, stderr } = aami(['build', '-C', repo, '--sign-key', `${keys}.key`], { AAMI_CACHE_DIR: cache });
    expect(stdout).toContain('signed');
    expect(stdout + stderr).not.toContain(secret());
    const found = spawnSync('grep', ['-rlF', secret(), repo, cache], { encoding: 'utf8' });
    expect(found.stdout).toBe('');
  });

  it('warns of changes that are not committed, also when it has nothing to do', () => {
    const repo = smallRepo();
    write(repo, { 'groups/more.yaml': 'apiVersion: aami/v1\nkind: Group\nid: more\n' });
    for (const _ of [1, 2]) {
      const { status, stderr } = build(repo);
      expect(status).toBe(0);
      expect(stderr).toContain('warning[output/signed-uncommitted]');
    }
  });

  it('does not guess the number of a build', () => {
    const outside = newFolder();
    cpSync(SMALL, outside, { recursive: true });
    for (const repo of [outside, clone(smallRepo(), '--depth=1')]) {
      const { status, stderr } = build(repo);
      expect(status).toBe(2);
      expect(stderr).toContain('--build-number');
      expect(existsSync(join(repo, 'build'))).toBe(false);
      expect(build(repo, '--build-number', '9').stdout).toContain('as build 9');
    }
  });

  it.each([
    ['lies in the git repo', (repo: string) => join(repo, 'site.key')],
    ['lies in the output folder', (repo: string) => join(repo, 'build/site.key')],
    ['is not there', () => join(work, 'nothing')],
    ['is the public one', () => `${keys}.pub`],
    ['is given instead of its file', () => readFileSync(`${keys}.key`, 'utf8')],
    ['is given without its first line', () => secret()],
  ])('refuses a key that %s, and does not repeat it', (_, place) => {
    const repo = smallRepo();
    build(repo);
    const path = place(repo);
    if (path.startsWith(repo)) cpSync(`${keys}.key`, path);
    const { status, stdout, stderr } = aami(['build', '-C', repo, '--sign-key', path, '--build-number', '3']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: /);
    expect(stdout + stderr).not.toContain(secret());
  });

  it('changes nothing that a diff would speak of', () => {
    const repo = smallRepo();
    build(repo, '-o', join(work, 'signed'));
    const { status, stdout } = aami(['diff', '-C', repo, '--base-dir', join(work, 'signed'), '--exit-code']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('No change') });
  });
});
