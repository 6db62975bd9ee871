import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clone, commit, git, newFolder, write } from '../../unit/source/git-repo.js';

const AAMI = join(import.meta.dirname, '../../../bin/aami.js');
const SMALL = join(import.meta.dirname, '../repos/small');

function aami(cwd: string, ...args: string[]) {
  const { FORCE_COLOR: _, ...env } = process.env;
  const command = args[0] === 'build' ? args : ['diff', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, [AAMI, ...command], { cwd, env, encoding: 'utf8' });
  return { exit: status, stdout, stderr };
}

/** A git repository with the small repo in `sub`, committed on `main`. */
function committed(sub = '.'): string {
  const top = newFolder();
  cpSync(SMALL, join(top, sub), { recursive: true });
  git(top, 'init', '--quiet', '--initial-branch=main');
  commit(top);
  return top;
}

const MUTED = `apiVersion: aami/v1
kind: AlertPolicy
group: grp-dev
alerts:
  NodeDown: { enabled: false, reason: vendor test week }
`;

const parsed = (text: string) => JSON.parse(text) as { changed: boolean; weakened: { kind: string; count: number }[] };

describe('the base', () => {
  it('is the last commit where there is no other branch; what is not committed counts', () => {
    const repo = committed();
    expect(aami(repo)).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringMatching(/^no changes/i) });
    write(repo, { 'policies/mute.yaml': MUTED });
    const { exit, stdout } = aami(repo);
    expect(exit).toBe(0);
    expect(stdout).toContain('vendor test week');
    expect(stdout).toContain('policies/mute.yaml:5');
    expect(stdout).toContain('dev-1');
  });

  it('is where the branch left the default branch, whatever that has become since', () => {
    const repo = committed();
    git(repo, 'checkout', '--quiet', '-b', 'feature');
    commit(repo, { 'policies/mute.yaml': MUTED });
    git(repo, 'checkout', '--quiet', 'main');
    commit(repo, {
      'policies/down.yaml': readFileSync(join(SMALL, 'policies/down.yaml'), 'utf8').replace('{}', '{ for: 1h }'),
    });
    git(repo, 'checkout', '--quiet', 'feature');
    const { weakened } = parsed(aami(repo, '--format', 'json').stdout);
    expect(weakened).toMatchObject([{ kind: 'muted', count: 1 }]);
    // Against main as it is, taking its change back is part of it, too.
    expect(aami(repo, 'main').stdout).toContain('1h');
  });

  it('is read from git alone: the working tree, the index and the branch stay as they are', () => {
    const top = committed('ops/monitoring');
    const repo = join(top, 'ops/monitoring');
    write(repo, { 'policies/mute.yaml': MUTED });
    git(top, 'add', '--all');
    rmSync(join(repo, 'templates/down.yaml'));
    cpSync(join(SMALL, 'templates/down.yaml'), join(repo, 'templates/other.yaml'));
    const before = git(top, 'status', '--porcelain');
    expect(parsed(aami(repo, '--format', 'json').stdout).weakened).toMatchObject([{ kind: 'muted', count: 1 }]);
    expect(git(top, 'status', '--porcelain')).toBe(before);
  });

  it('may have had no repo: then everything is new', () => {
    const top = newFolder();
    git(top, 'init', '--quiet', '--initial-branch=main');
    commit(top, { 'README.md': 'soon' });
    cpSync(SMALL, top, { recursive: true });
    const { exit, stdout } = aami(top, '--fail-on', 'weakened');
    expect(exit).toBe(0);
    expect(stdout).toContain('prod-[1-2]');
  });

  it('that does not compile is a finding, with the places of its mistakes', () => {
    const repo = committed();
    const path = 'policies/down.yaml';
    const right = readFileSync(join(repo, path), 'utf8');
    commit(repo, { [path]: right.replace('NodeDown', 'NodeDwon') });
    write(repo, { [path]: right });
    const { exit, stdout, stderr } = aami(repo);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(/^error\[source\/broken-base\]: The base, HEAD \([0-9a-f]{10}\), does not compile/);
    expect(stderr).toContain('base:policies/down.yaml:5:3 error[reference/unknown-template]');
    const { findings } = JSON.parse(aami(repo, '--format', 'json').stdout) as { findings: { file: string | null }[] };
    expect(findings.map(({ file }) => file)).toEqual([null, 'base:policies/down.yaml']);
  });

  it('is not looked for where there is no git, no such revision, or too little history', () => {
    const plain = newFolder();
    cpSync(SMALL, plain, { recursive: true });
    expect(aami(plain)).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('--base-dir') });
    const repo = committed();
    expect(aami(repo, 'mian')).toMatchObject({ exit: 2, stderr: expect.stringContaining('`main`') });
    expect(aami(repo, '--', '--output=/tmp/x')).toMatchObject({ exit: 2 });
    git(repo, 'checkout', '--quiet', '-b', 'feature');
    commit(repo, { 'policies/mute.yaml': MUTED });
    git(repo, 'checkout', '--quiet', 'main');
    const shallow = clone(repo, '--depth=1', '--branch=feature');
    expect(aami(shallow)).toMatchObject({ exit: 2, stderr: expect.stringMatching(/git fetch.*/) });
  });
});

describe('--base-dir', () => {
  it('takes another repo', () => {
    const repo = committed();
    const other = newFolder();
    cpSync(SMALL, other, { recursive: true });
    write(other, { 'policies/mute.yaml': MUTED });
    const { stdout } = aami(repo, '--base-dir', other, '--format', 'json');
    expect(parsed(stdout).weakened).toEqual([]);
    expect(aami(other, '--base-dir', repo).stdout).toContain('vendor test week');
  });

  it('takes what a build wrote', () => {
    const repo = committed();
    const output = join(newFolder(), 'build');
    expect(aami(repo, 'build', '-o', output, '--verify', 'off').exit).toBe(0);
    expect(aami(repo, '--base-dir', output)).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^no changes/i) });
    write(repo, { 'policies/mute.yaml': MUTED });
    expect(parsed(aami(repo, '--base-dir', output, '--format', 'json').stdout).weakened).toMatchObject([
      { kind: 'coverage-lost', count: 1 },
    ]);
    appendFileSync(join(output, 'prometheus/prometheus.yml'), '# by hand\n');
    expect(aami(repo, '--base-dir', output)).toMatchObject({ exit: 2, stdout: '' });
  });

  it('takes nothing else', () => {
    const repo = committed();
    mkdirSync(join(repo, 'empty'));
    expect(aami(repo, '--base-dir', 'empty')).toMatchObject({ exit: 2, stdout: '' });
    expect(aami(repo, '--base-dir', 'nowhere')).toMatchObject({ exit: 2, stdout: '' });
    expect(aami(repo, 'main', '--base-dir', 'empty')).toMatchObject({ exit: 2, stdout: '' });
  });
});

describe('the exit code', () => {
  it('is 0 for any change, and 1 only on demand', () => {
    const repo = committed();
    expect(aami(repo, '--exit-code').exit).toBe(0);
    write(repo, { 'groups/more.yaml': 'apiVersion: aami/v1\nkind: Group\nid: more\n' });
    expect(aami(repo).exit).toBe(0);
    expect(aami(repo, '--exit-code').exit).toBe(1);
    expect(aami(repo, '--fail-on', 'weakened').exit).toBe(0);
    write(repo, { 'policies/mute.yaml': MUTED });
    expect(aami(repo, '--fail-on', 'weakened').exit).toBe(1);
    expect(aami(repo, '--fail-on', 'anything').exit).toBe(2);
  });

  it('is 1 where the working tree does not compile, whose findings are shown', () => {
    const repo = committed();
    write(repo, { 'policies/mute.yaml': MUTED.replace('NodeDown', 'NodeDwon') });
    const { exit, stdout, stderr } = aami(repo);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain('policies/mute.yaml:5:3 error[reference/unknown-template]');
  });
});

it('runs nothing that the repository brings along', () => {
  const repo = committed();
  const marker = join(newFolder(), 'ran');
  const hook = `#!/bin/sh\ntouch ${marker}\n`;
  write(repo, { '.git/hooks/post-checkout': hook, '.git/hooks/reference-transaction': hook, evil: hook });
  for (const path of ['.git/hooks/post-checkout', '.git/hooks/reference-transaction', 'evil'])
    spawnSync('chmod', ['+x', join(repo, path)]);
  for (const [name, value] of [
    ['core.fsmonitor', './evil'],
    ['core.pager', './evil'],
    ['diff.external', './evil'],
    ['core.sshCommand', './evil'],
  ] as const)
    git(repo, 'config', name, value);
  write(repo, { '.gitattributes': '* diff=x filter=x\n', 'policies/mute.yaml': MUTED });
  git(repo, 'config', 'filter.x.smudge', './evil');
  git(repo, 'config', 'diff.x.textconv', './evil');
  symlinkSync('/etc/passwd', join(repo, 'policies/out.yaml'));
  aami(repo);
  rmSync(join(repo, 'policies/out.yaml'));
  expect(aami(repo).stdout).toContain('vendor test week');
  expect(readdirSync(join(marker, '..'))).toEqual([]);
});
