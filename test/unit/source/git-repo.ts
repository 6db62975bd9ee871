import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** git as it is on a new machine, whatever this one is set to. */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

const AUTHOR = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org' };
const COMMITTER = { GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org' };

export const PROJECT = 'apiVersion: aami/v1\nkind: Project\nname: x\n';
export const group = (id: string): string => `apiVersion: aami/v1\nkind: Group\nid: ${id}\n`;

const outer = realpathSync(mkdtempSync(join(tmpdir(), 'aami-git-')));
afterAll(() => rmSync(outer, { recursive: true, force: true }));

/** A new folder. */
export const newFolder = (): string => mkdtempSync(join(outer, 'f-'));

export function git(folder: string, ...args: string[]): string {
  const env = { ...ENVIRONMENT, ...AUTHOR, ...COMMITTER };
  // Nothing goes on in the background while the folder is deleted.
  const calm = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];
  return execFileSync('git', [...calm, '-C', folder, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
}

export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Two commits of one second and one content would be one commit. */
let commits = 0;

/** Commits everything as it stands; the commit's name. */
export function commit(folder: string, files: Readonly<Record<string, string>> = {}): string {
  write(folder, files);
  git(folder, 'add', '--all');
  commits++;
  git(folder, 'commit', '--quiet', '--allow-empty', `--message=${commits}`);
  return git(folder, 'rev-parse', 'HEAD');
}

/** A repository whose branch is `main`, with a repo of aami in its first commit. */
export function newRepo(files: Readonly<Record<string, string>> = { 'aami.yaml': PROJECT }): string {
  const folder = newFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder, files);
  return folder;
}

/** A clone, as from another machine. */
export function clone(origin: string, ...options: string[]): string {
  const folder = newFolder();
  git(outer, 'clone', '--quiet', ...options, `file://${origin}`, folder);
  return folder;
}
