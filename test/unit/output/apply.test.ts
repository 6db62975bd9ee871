import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheIn } from '../../../src/cache/cache.js';
import { type ApplyRequest, applyOutput } from '../../../src/output/apply.js';
import { recallBuild, rememberBuild } from '../../../src/output/memory.js';
import { planOutput } from '../../../src/output/plan.js';

let repo: string;
let folder: string;
beforeEach(() => {
  repo = mkdtempSync(join(tmpdir(), 'aami-apply-'));
  folder = join(repo, 'build');
  mkdirSync(join(repo, 'groups'));
  writeFileSync(join(repo, 'groups', 'a.yaml'), 'source');
});
afterEach(() => rmSync(repo, { recursive: true }));

function plan(files: Readonly<Record<string, string>>) {
  const list = Object.entries(files).map(([path, content]) => ({ path, content, origins: [] }));
  return planOutput({ files: list, inputs: 'i', source: null, counts: { files: list.length } });
}

function apply(files: Readonly<Record<string, string>>, extra: Partial<ApplyRequest> = {}) {
  return applyOutput({ folder, repo, sourceFolders: ['groups', '.git'], plan: plan(files), ...extra });
}

describe('applyOutput', () => {
  test('writes, says what changed, and leaves an equal output untouched', async () => {
    expect(await apply({ 'a.yml': '1', 'b/c.yml': '2', 'gone.yml': '3' })).toMatchObject({
      kind: 'written',
      changes: { added: ['a.yml', 'b/c.yml', 'gone.yml'], changed: [], removed: [] },
    });
    const changed = { 'a.yml': 'one', 'b/c.yml': '2', 'd.yml': '4' };
    expect(await apply(changed)).toMatchObject({
      kind: 'written',
      changes: { added: ['d.yml'], changed: ['a.yml'], removed: ['gone.yml'], unchanged: 1 },
    });
    const { ino } = statSync(folder);
    expect(await apply(changed)).toMatchObject({ kind: 'unchanged' });
    expect(statSync(folder).ino).toBe(ino);
    expect(readdirSync(folder).sort()).toEqual(['a.yml', 'aami-manifest.json', 'b', 'd.yml']);
    expect(readdirSync(repo).sort()).toEqual(['build', 'groups']);
  });

  test('restores a file that was edited by hand, and names it', async () => {
    await apply({ 'a.yml': '1', 'b.yml': '2' });
    appendFileSync(join(folder, 'a.yml'), 'mine');
    unlinkSync(join(folder, 'b.yml'));
    expect(await apply({ 'a.yml': '1', 'b.yml': '2' })).toMatchObject({
      kind: 'written',
      changes: { added: ['b.yml'], changed: ['a.yml'] },
    });
    expect(readFileSync(join(folder, 'a.yml'), 'utf8')).toBe('1');
  });

  test('keeps the file of an unchanged content, unless someone has touched it', async () => {
    await apply({ 'a.yml': '1', 'b.yml': '2', 'c.yml': '3', 'd.yml': '4' });
    const { ino, mtimeMs } = statSync(join(folder, 'a.yml'));
    writeFileSync(join(folder, 'b.yml'), 'edited');
    chmodSync(join(folder, 'c.yml'), 0o600);
    unlinkSync(join(folder, 'd.yml'));
    symlinkSync('a.yml', join(folder, 'd.yml'));
    expect(await apply({ 'a.yml': '1', 'b.yml': '2', 'c.yml': '3', 'd.yml': '4', 'e.yml': '5' })).toMatchObject({
      kind: 'written',
    });
    expect(statSync(join(folder, 'a.yml'))).toMatchObject({ ino, mtimeMs, nlink: 1 });
    expect(readFileSync(join(folder, 'b.yml'), 'utf8')).toBe('2');
    expect(statSync(join(folder, 'c.yml')).mode & 0o777).toBe(0o644);
    expect(lstatSync(join(folder, 'd.yml')).isFile()).toBe(true);
  });

  test('a verification that says no leaves the previous output, and no staging folder', async () => {
    await apply({ 'a.yml': '1' });
    let seen = '';
    const verify = async (staged: string) => {
      seen = readFileSync(join(staged, 'a.yml'), 'utf8');
      return false;
    };
    expect(await apply({ 'a.yml': '2' }, { verify })).toEqual({ kind: 'rejected' });
    expect(seen).toBe('2');
    expect(readFileSync(join(folder, 'a.yml'), 'utf8')).toBe('1');
    expect(readdirSync(repo).sort()).toEqual(['build', 'groups']);
  });

  test('writes into an empty folder, and makes the folders above', async () => {
    folder = join(repo, 'x', 'y', 'build');
    mkdirSync(folder, { recursive: true });
    expect(await apply({ 'a.yml': '1' })).toMatchObject({ kind: 'written' });
    folder = join(repo, 'p', 'q');
    expect(await apply({ 'a.yml': '1' })).toMatchObject({ kind: 'written' });
  });

  test('a half-replaced output of a killed build is put back even when this build goes no further', async () => {
    await apply({ 'a.yml': '1' });
    const { renameSync } = await import('node:fs');
    renameSync(folder, join(repo, '.build.aami-previous'));
    expect(await apply({ 'a.yml': '2' }, { verify: async () => false })).toEqual({ kind: 'rejected' });
    expect(readFileSync(join(folder, 'a.yml'), 'utf8')).toBe('1');
  });
});

describe('applyOutput refuses', () => {
  async function expectRefused(message: string) {
    expect(await apply({ 'a.yml': '1' })).toMatchObject({ kind: 'refused', message: expect.stringContaining(message) });
    expect(readFileSync(join(repo, 'groups', 'a.yaml'), 'utf8')).toBe('source');
  }

  test('a folder that it did not make', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'years');
    await expectRefused('aami did not make it');
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  test('a folder whose manifest is another program’s', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'aami-manifest.json'), '{"name": "someone else"}');
    await expectRefused('cannot tell that it made');
  });

  test('a symbolic link', async () => {
    mkdirSync(join(repo, 'real'));
    symlinkSync('real', folder);
    await expectRefused('symbolic link');
  });

  test('a file', async () => {
    writeFileSync(folder, 'x');
    await expectRefused('is a file');
  });

  test('the repo, a folder above it, a source folder, one inside it, also through a link', async () => {
    for (const [path, message] of [
      ['.', 'holds the repo'],
      ['..', 'holds the repo'],
      ['groups', 'source folder "groups"'],
      ['groups/x/build', 'source folder "groups"'],
      ['.git/build', 'source folder ".git"'],
    ] as const) {
      folder = join(repo, path);
      await expectRefused(message);
    }
    symlinkSync('groups', join(repo, 'link'));
    folder = join(repo, 'link', 'build');
    await expectRefused('source folder "groups"');
  });

  test('a place that it cannot write to', async () => {
    writeFileSync(join(repo, 'file'), '');
    folder = join(repo, 'file', 'build');
    expect(await apply({ 'a.yml': '1' })).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('Cannot write'),
    });
  });
});

describe('the memory of the last build', () => {
  const cache = () => join(repo, 'cache');
  const key = (inputs = 'i') => ({ cache: cacheIn(cache()), folder, inputs });
  const built = async () => {
    await apply({ 'a.yml': '1', 'b/c.yml': '2' });
    rememberBuild(key(), { rules: 5 });
  };

  test('knows that nothing changed', async () => {
    await built();
    expect(recallBuild(key())).toEqual({ note: { rules: 5 } });
    expect(recallBuild(key('other'))).toBeNull();
  });

  test.each<[string, () => void]>([
    [
      'edited, to the same size and time',
      () => {
        const path = join(folder, 'a.yml');
        const { atime, mtime } = statSync(path);
        writeFileSync(path, '2');
        utimesSync(path, atime, mtime);
      },
    ],
    ['removed', () => unlinkSync(join(folder, 'b', 'c.yml'))],
    ['added', () => writeFileSync(join(folder, 'b', 'd.yml'), '')],
    ['replaced by an empty folder beside it', () => mkdirSync(join(folder, 'empty'))],
    ['changed in its mode', () => chmodSync(join(folder, 'a.yml'), 0o600)],
    ['all gone', () => rmSync(folder, { recursive: true })],
  ])('notices a file that was %s', async (_name, change) => {
    await built();
    change();
    expect(recallBuild(key())).toBeNull();
  });

  test('is ignored when it is damaged', async () => {
    await built();
    const [record = ''] = readdirSync(cache());
    for (const text of ['', '{', 'null', '{"folder": 1}', JSON.stringify({ files: {}, note: 1 })]) {
      writeFileSync(join(cache(), record), text);
      expect(recallBuild(key())).toBeNull();
    }
  });

  test('that cannot be written is no error', async () => {
    await apply({ 'a.yml': '1' });
    writeFileSync(cache(), 'a file');
    rememberBuild(key(), null);
    expect(recallBuild(key())).toBeNull();
  });
});

test('the manifest is the same whatever the order of the files', () => {
  const one = plan({ a: '1', 'b/c': '2' }).manifestText;
  expect(plan({ 'b/c': '2', a: '1' }).manifestText).toBe(one);
  expect(JSON.parse(one)).toEqual({
    inputs: 'i',
    source: null,
    counts: { files: 2 },
    files: {
      a: { sha256: '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', size: 1 },
      'b/c': { sha256: 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', size: 1 },
    },
  });
});
