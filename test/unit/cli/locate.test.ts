import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateRepo, pathInRepo } from '../../../src/cli/locate.js';

const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-locate-')));
const repo = join(work, 'repo');
const io = {
  stdout: { write: () => true },
  stderr: { write: () => true },
  env: {},
  cwd: work,
  now: () => 0,
  clock: () => 0,
};

beforeAll(() => {
  mkdirSync(join(repo, 'policies/deep'), { recursive: true });
  writeFileSync(join(repo, 'aami.yaml'), '');
  writeFileSync(join(repo, 'policies/a.yaml'), '');
  writeFileSync(join(work, 'stray.yaml'), '');
  symlinkSync(repo, join(work, 'link'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the repo', () => {
  it.each(['repo', 'repo/policies/deep', 'link/policies'])('is found upward from %s', (folder) => {
    expect(locateRepo({ C: folder }, io)?.root).toBe(repo);
  });

  it('is not found from outside', () => {
    expect(locateRepo({}, io)).toBeNull();
  });

  it.each(['nothing', 'stray.yaml', 'stray.yaml/below', 'x'.repeat(300)])('is not found from %s', (folder) => {
    expect(locateRepo({ C: folder }, io)).toBeNull();
  });
});

describe('a path of the command line', () => {
  const place = { root: repo, base: join(repo, 'policies') };

  it.each([
    ['a.yaml', { kind: 'inside', path: 'policies/a.yaml' }],
    ['.', { kind: 'inside', path: 'policies' }],
    ['..', { kind: 'inside', path: '' }],
    [join(work, 'link/policies/a.yaml'), { kind: 'inside', path: 'policies/a.yaml' }],
    ['../../stray.yaml', { kind: 'outside' }],
    ['b.yaml', { kind: 'missing' }],
  ])('%s', (path, expected) => {
    expect(pathInRepo(path, place)).toEqual(expected);
  });
});
