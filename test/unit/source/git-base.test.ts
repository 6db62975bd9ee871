import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBase, type GitBase, type GitTrouble } from '../../../src/source/git/index.js';
import { shippedLibraries } from '../../../src/source/libraries.js';
import { readTree } from '../../../src/source/read.js';
import { clone, commit, ENVIRONMENT, git, group, newFolder, newRepo, PROJECT, write } from './git-repo.js';

const find = (root: string, revision: string | null = null, environment = ENVIRONMENT): GitBase | GitTrouble =>
  findBase(root, revision, environment);

function base(root: string, revision: string | null = null, environment = ENVIRONMENT): GitBase {
  const found = find(root, revision, environment);
  if (found.kind === 'trouble') throw new Error(`${found.message}: ${found.hint}`);
  return found;
}

function trouble(root: string, revision: string | null = null, environment = ENVIRONMENT): GitTrouble {
  const found = find(root, revision, environment);
  if (found.kind === 'commit') throw new Error(`found ${found.described}`);
  return found;
}

/** Does what a hint says, as a user would: in a shell. */
function obey(root: string, { hint }: GitTrouble): void {
  const commands = [...(hint ?? '').matchAll(/`(git (?:fetch|remote) [^`]+)`/g)].map((match) => match[1] ?? '');
  expect(commands).not.toEqual([]);
  for (const command of commands) execFileSync('sh', ['-c', command], { cwd: root, env: ENVIRONMENT, stdio: 'pipe' });
}

const filesOf = ({ tree }: GitBase): string[] => [...readTree(tree, shippedLibraries()).texts.keys()];

/** The commit and what is said of it. */
const told = (name: string, commit: string): object => ({ commit, described: `${name} (${commit.slice(0, 10)})` });

describe('a named revision', () => {
  it.each([
    ['main~1', 'HEAD~1'],
    ['v1', 'HEAD~1'],
    ['annotated', 'HEAD~1'],
    ['feature/x', 'HEAD'],
    ['HEAD^', 'HEAD~1'],
    ['-dash', 'HEAD~1'],
    ['--help', 'HEAD~1'],
  ])('%s', (revision, expected) => {
    const root = newRepo();
    git(root, 'tag', 'v1');
    git(root, 'tag', '-m', 'x', 'annotated');
    for (const name of ['-dash', '--help']) git(root, 'update-ref', `refs/heads/${name}`, 'HEAD');
    commit(root);
    git(root, 'branch', 'feature/x');
    expect(base(root, revision)).toMatchObject(told(revision, git(root, 'rev-parse', expected)));
  });

  it('may be a commit by its name, short or long', () => {
    const root = newRepo();
    const first = git(root, 'rev-parse', 'HEAD');
    commit(root);
    expect(base(root, first).commit).toBe(first);
    expect(base(root, first.slice(0, 8)).commit).toBe(first);
  });

  it.each([
    ['mian', 'Did you mean `main`?'],
    ['featur/login', 'Did you mean `feature/login`?'],
    ['release', 'Did you mean `origin/release`?'],
    ['main..feature/login', 'Give one revision'],
    ['HEAD...main', 'Give one revision'],
    ['HEAD~99', '`git fetch`'],
    ['origin/quite-other', '`git fetch origin quite-other:refs/remotes/origin/quite-other`'],
    ['0123456789012345678901234567890123456789', '`git fetch origin 0123456789012345678901234567890123456789`'],
    ['HEAD:aami.yaml', null],
    ['', null],
    ['--upload-pack=x', null],
    ['--all', null],
    ['^main', null],
    ['a\0b', null],
    ['x'.repeat(200_000), null],
    ['\u001b[31m', null],
    ['origin/$(touch x)', null],
  ])('%j that is none is said to be none', (revision, hint) => {
    const origin = newRepo();
    git(origin, 'branch', 'release');
    const root = clone(origin);
    git(root, 'branch', 'feature/login');
    const found = trouble(root, revision);
    expect(found.message).toContain('names no commit');
    expect(found.message).not.toContain('\u001b');
    expect(found.hint).not.toContain('touch');
    if (hint !== null) expect(found.hint).toContain(hint);
  });
});

describe('without a revision', () => {
  it('is the last commit where there is nothing else', () => {
    const root = newRepo();
    const head = commit(root);
    write(root, { 'aami.yaml': 'changed' });
    expect(base(root)).toMatchObject({ ...told('HEAD', head), prefix: '', empty: false });
    git(root, 'branch', '-m', 'only');
    expect(base(root)).toMatchObject(told('HEAD', head));
  });

  it('is where a local branch left the local main', () => {
    const root = newRepo();
    const fork = git(root, 'rev-parse', 'HEAD');
    git(root, 'switch', '--quiet', '--create', 'fix');
    commit(root);
    expect(base(root)).toMatchObject(told('main', fork));
    git(root, 'switch', '--quiet', 'main');
    commit(root);
    git(root, 'switch', '--quiet', 'fix');
    expect(base(root)).toMatchObject(told('merge base with main', fork));
    git(root, 'branch', '-m', 'main', 'master');
    expect(base(root)).toMatchObject(told('merge base with master', fork));
    git(root, 'checkout', '--quiet', '--detach');
    expect(base(root)).toMatchObject(told('merge base with master', fork));
  });

  it('is, on main, what is pushed', () => {
    const origin = newRepo();
    const pushed = git(origin, 'rev-parse', 'HEAD');
    const root = clone(origin);
    expect(base(root)).toMatchObject(told('origin/main', pushed));
    commit(root);
    expect(base(root)).toMatchObject(told('origin/main', pushed));
    git(root, 'branch', '--unset-upstream');
    expect(base(root)).toMatchObject(told('origin/main', pushed));
    commit(origin);
    git(root, 'fetch', '--quiet');
    expect(base(root)).toMatchObject(told('merge base with origin/main', pushed));
  });

  it('is, on a branch, where it left the default branch, pushed or not, whoever has been merged meanwhile', () => {
    const origin = newRepo();
    git(origin, 'branch', '-m', 'trunk');
    const fork = git(origin, 'rev-parse', 'HEAD');
    const root = clone(origin);
    git(root, 'switch', '--quiet', '--create', 'fix');
    commit(root);
    git(root, 'push', '--quiet', '--set-upstream', 'origin', 'fix');
    expect(base(root)).toMatchObject(told('origin/trunk', fork));
    git(root, 'push', '--quiet', '--set-upstream', 'origin', 'fix:alice/fix');
    expect(base(root)).toMatchObject(told('origin/trunk', fork));
    const main = commit(origin);
    git(root, 'fetch', '--quiet');
    expect(base(root)).toMatchObject(told('merge base with origin/trunk', fork));
    git(root, 'merge', '--quiet', '--message=x', 'origin/trunk');
    expect(base(root)).toMatchObject(told('origin/trunk', main));
  });

  it('is where a branch left the one that it was made from', () => {
    const origin = newRepo();
    git(origin, 'switch', '--quiet', '--create', 'develop');
    const develop = commit(origin);
    git(origin, 'switch', '--quiet', 'main');
    const root = clone(origin);
    git(root, 'switch', '--quiet', '--create', 'fix', '--track', 'origin/develop');
    commit(root);
    expect(base(root)).toMatchObject(told('origin/develop', develop));
  });

  it('asks where no one can tell', () => {
    const origin = newRepo();
    git(origin, 'branch', '-m', 'trunk');
    const root = clone(origin);
    git(root, 'checkout', '--quiet', '-b', 'fix', '--no-track');
    git(root, 'remote', 'set-head', 'origin', '--delete');
    expect(trouble(root).hint).toContain('`aami diff <revision>`');
    obey(root, trouble(root));
    expect(base(root).described).toContain('origin/trunk');
    git(root, 'remote', 'remove', 'origin');
    git(root, 'checkout', '--quiet', '--detach');
    expect(trouble(root).message).toContain('default branch');
  });
});

describe('a clone without its history', () => {
  function longOrigin(): string {
    const origin = newRepo();
    for (let i = 0; i < 3; i++) commit(origin);
    git(origin, 'switch', '--quiet', '--create', 'fix');
    commit(origin, { 'groups/a.yaml': group('a') });
    git(origin, 'switch', '--quiet', 'main');
    commit(origin);
    return origin;
  }

  it('names the fetch that brings the merge base', () => {
    const origin = longOrigin();
    const root = clone(origin, '--depth=1', '--no-single-branch', '--branch=fix');
    const found = trouble(root);
    expect(found.message).toContain('left origin/main is not in this shallow clone');
    expect(found.hint).toContain('fetch-depth: 0');
    obey(root, found);
    expect(base(root).commit).toBe(git(origin, 'merge-base', 'fix', 'main'));
  });

  it('names the fetch that brings the default branch', () => {
    const origin = longOrigin();
    const root = clone(origin, '--depth=1', '--branch=fix');
    const found = trouble(root);
    expect(found.message).toContain('is not known in this shallow clone');
    obey(root, found);
    expect(base(root).commit).toBe(git(origin, 'merge-base', 'fix', 'main'));
  });

  it.each(['origin/main', 'sha', 'HEAD~1'])('names the fetch that brings %s', (wanted) => {
    const origin = longOrigin();
    git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const revision = wanted === 'sha' ? git(origin, 'rev-parse', 'main~1') : wanted;
    const root = clone(origin, '--depth=1', '--branch=fix');
    const found = trouble(root, revision);
    expect(found.message).toContain('shallow clone');
    obey(root, found);
    expect(base(root, revision).empty).toBe(false);
  });

  it('compares with what it has', () => {
    const root = clone(longOrigin(), '--depth=1');
    expect(base(root).described).toContain('origin/main');
    expect(base(root, 'HEAD').described).toContain('HEAD');
  });
});

describe('where the repo lies', () => {
  it('may be a folder of a larger repository, also behind a link', () => {
    const top = newRepo({
      'README.md': 'x',
      'ops/mon itoring/aami.yaml': PROJECT,
      'ops/mon itoring/groups/a.yaml': group('a'),
    });
    const root = join(top, 'ops/mon itoring');
    const link = join(newFolder(), 'link');
    symlinkSync(root, link);
    for (const place of [root, link]) {
      const found = base(place);
      expect(found).toMatchObject({ prefix: 'ops/mon itoring/', empty: false });
      expect(filesOf(found)).toEqual(['aami.yaml', 'groups/a.yaml']);
    }
    expect(base(top).empty).toBe(true);
  });

  it.each(['ops', ':(top)', '*', 'line\nbreak', '-x', 'ünï "q"'])('may be called %j', (name) => {
    const top = newRepo({
      [`${name}/aami.yaml`]: PROJECT,
      'other/aami.yaml': PROJECT,
      'other/groups/a.yaml': group('a'),
    });
    const found = base(join(top, name));
    expect(found.prefix).toBe(`${name}/`);
    expect(filesOf(found)).toEqual(['aami.yaml']);
  });

  it('may be new', () => {
    const top = newRepo({ 'README.md': 'x' });
    write(top, { 'new/aami.yaml': PROJECT });
    expect(base(join(top, 'new'))).toMatchObject({ empty: true, prefix: 'new/' });
  });

  it('may be a linked worktree or a submodule', () => {
    const origin = newRepo();
    const worktree = join(newFolder(), 'tree');
    git(origin, 'worktree', 'add', '--quiet', '-b', 'fix', worktree);
    expect(base(worktree).described).toContain('main');
    const outer = newRepo({ 'README.md': 'x' });
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, 'sub');
    expect(filesOf(base(join(outer, 'sub')))).toEqual(['aami.yaml']);
  });

  it('may not be outside of git', () => {
    const folder = newFolder();
    expect(trouble(folder)).toMatchObject({
      message: 'This folder is not in a git repository',
      hint: expect.stringContaining('--base-dir'),
    });
  });

  it('may not be without files, or without a commit', () => {
    const origin = newRepo();
    expect(trouble(clone(origin, '--bare')).message).toBe('This is a git repository without a work tree');
    expect(trouble(join(origin, '.git')).message).toBe('This is a git repository without a work tree');
    const empty = newFolder();
    git(empty, 'init', '--quiet');
    expect(trouble(empty).message).toBe('This git repository has no commit yet');
    expect(trouble(empty, 'main').message).toContain('names no commit');
  });

  it('says which history is another one', () => {
    const root = newRepo();
    git(root, 'checkout', '--quiet', '--orphan', 'other');
    commit(root);
    expect(trouble(root)).toEqual({
      kind: 'trouble',
      message: 'HEAD and main have no commit in common',
      hint: 'To compare with the branch as it is, name it: `aami diff main`.',
    });
    expect(base(root, 'main').described).toContain('main');
  });

  it('says what is broken', () => {
    const root = newRepo();
    rmSync(join(root, '.git/objects'), { recursive: true });
    mkdirSync(join(root, '.git/objects'));
    expect(trouble(root, 'HEAD').kind).toBe('trouble');
    write(newFolder(), {});
    const moved = newFolder();
    write(moved, { '.git': 'gitdir: /nonexistent/worktrees/x\n' });
    expect(trouble(moved).message).toContain('/nonexistent/worktrees/x');
  });
});

describe('git itself', () => {
  /** A folder with a `git` that runs the real one, its environment changed. */
  function wrapper(change: string): NodeJS.ProcessEnv {
    const folder = newFolder();
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    write(folder, { git: `#!/bin/sh\n${change}\nexec '${real}' "$@"\n` });
    chmodSync(join(folder, 'git'), 0o755);
    return { ...ENVIRONMENT, PATH: `${folder}:${process.env.PATH}` };
  }

  it('may be missing', () => {
    expect(trouble(newRepo(), null, { ...ENVIRONMENT, PATH: newFolder() })).toMatchObject({
      message: 'git is not installed',
      hint: expect.stringContaining('--base-dir'),
    });
  });

  it('may refuse the repository of another user', () => {
    const root = newRepo();
    const found = trouble(root, null, wrapper('export GIT_TEST_ASSUME_DIFFERENT_OWNER=1'));
    expect(found.message).toContain('belongs to another user');
    expect(found.hint).toContain(`\`git config --global --add safe.directory ${root}\``);
  });

  it('is not led astray by the environment of a hook', () => {
    const root = newRepo();
    const other = newRepo({ 'README.md': 'x' });
    const environment = {
      ...ENVIRONMENT,
      GIT_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: join(other, 'nothing'),
      GIT_PREFIX: 'x/',
      GIT_TRACE: '1',
    };
    expect(base(root, null, environment)).toMatchObject({ commit: git(root, 'rev-parse', 'HEAD'), empty: false });
  });

  it('answers in a language that can be read', () => {
    const german = { ...ENVIRONMENT, LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de' };
    expect(trouble(newFolder(), null, german).message).toBe('This folder is not in a git repository');
  });

  it('takes no object for another one', () => {
    const root = newRepo();
    const head = git(root, 'rev-parse', 'HEAD');
    const other = commit(root, { 'groups/a.yaml': group('a') });
    git(root, 'replace', head, other);
    expect(filesOf(base(root, head))).toEqual(['aami.yaml']);
  });

  it('runs nothing that a repository asks for', () => {
    const origin = newRepo();
    const root = clone(origin);
    const ran = join(newFolder(), 'ran');
    write(root, { evil: `#!/bin/sh\ntouch '${ran}'\n` });
    chmodSync(join(root, 'evil'), 0o755);
    const evil = join(root, 'evil');
    const settings = [
      ...['core.fsmonitor', 'core.pager', 'core.editor', 'core.sshCommand', 'core.askPass', 'core.gitProxy'],
      ...['credential.helper', 'diff.external', 'gpg.program', 'remote.origin.uploadpack', 'core.alternateRefsCommand'],
      ...['alias.rev-parse', 'alias.cat-file', 'pager.rev-parse', 'pager.for-each-ref', 'interactive.diffFilter'],
    ];
    for (const setting of settings) git(root, 'config', setting, setting.startsWith('alias') ? `!${evil}` : evil);
    git(root, 'config', 'log.showSignature', 'true');
    git(root, 'config', 'core.hooksPath', root);
    for (const hook of ['post-index-change', 'reference-transaction', 'post-checkout']) {
      write(root, { [hook]: `#!/bin/sh\ntouch '${ran}'\n` });
      chmodSync(join(root, hook), 0o755);
    }
    git(root, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', 'tag', 'v1');
    expect(base(root).described).toContain('origin/main');
    expect(base(root, 'v1').empty).toBe(false);
    expect(trouble(root, 'nothing').kind).toBe('trouble');
    expect(existsSync(ran)).toBe(false);
  });

  it('does not take a folder of the repo for a repository of its own', () => {
    // What a stranger can put in a pull request: files that look like a bare repository, with settings.
    const inner = clone(newRepo({ 'README.md': 'x' }), '--bare');
    const root = newRepo();
    renameSync(inner, join(root, 'inner'));
    write(join(root, 'inner'), { 'aami.yaml': PROJECT });
    git(join(root, 'inner'), 'config', 'core.bare', 'false');
    git(join(root, 'inner'), 'config', 'core.worktree', join(root, 'inner'));
    expect(find(join(root, 'inner')).kind).toBe('trouble');
  });
});
