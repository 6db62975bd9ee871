import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'aami-keygen-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const keygen = (...args: readonly string[]) =>
  spawnSync(process.execPath, [AAMI, 'keygen', ...args], { encoding: 'utf8', cwd: work });
const read = (name: string): string => readFileSync(join(work, name), 'utf8');

it('makes a pair that openssl knows, the private half for nobody else', () => {
  const { status, stdout } = keygen();
  expect(status).toBe(0);
  expect(statSync(join(work, 'aami-bundles.key')).mode & 0o777).toBe(0o600);
  expect(read('aami-bundles.key')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  const { stdout: derived } = spawnSync('openssl', ['pkey', '-in', join(work, 'aami-bundles.key'), '-pubout'], {
    encoding: 'utf8',
  });
  expect(read('aami-bundles.pub')).toBe(derived);
  expect(stdout).toContain('aami-bundles.pub');
  expect(stdout).not.toContain(read('aami-bundles.key').split('\n')[1]);
});

it('takes a folder, or the beginning of the names', () => {
  mkdirSync(join(work, 'keys'));
  expect(keygen('keys').status).toBe(0);
  expect(keygen('keys/site').status).toBe(0);
  expect(read('keys/aami-bundles.key')).not.toBe(read('keys/site.key'));
});

it('overwrites nothing', () => {
  writeFileSync(join(work, 'old.pub'), 'old');
  const { status, stderr } = keygen('old');
  expect(status).toBe(2);
  expect(stderr).toContain('is there already');
  expect(read('old.pub')).toBe('old');
  expect(() => statSync(join(work, 'old.key'))).toThrow('ENOENT');
});

it('writes no keys into a git repo, nor where there is no folder', () => {
  mkdirSync(join(work, 'repo/.git'), { recursive: true });
  mkdirSync(join(work, 'repo/keys'));
  expect(keygen('repo/keys').stderr).toContain('git repo');
  expect(keygen('nowhere/keys').status).toBe(2);
  expect(() => statSync(join(work, 'repo/keys/aami-bundles.key'))).toThrow('ENOENT');
});
