import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheIn } from '../../../src/cache/cache.js';
import { cacheFolder, ownCache, repoCache } from '../../../src/cache/folder.js';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'aami-cache-')), 'deep', 'cache');
});
afterEach(() => rmSync(join(folder, '..', '..'), { recursive: true }));

describe('a cache', () => {
  test('gives back what was kept, to the same key alone', () => {
    const cache = cacheIn(folder);
    expect(cache.recall('name', 'key')).toBeNull();
    cache.keep('name', 'key', 'text');
    expect(cache.recall('name', 'key')?.toString()).toBe('text');
    expect(cache.recall('name', 'other')).toBeNull();
    expect(cache.recall('other', 'key')).toBeNull();
    cache.keep('name', 'other', Buffer.from([0, 255]));
    expect(cache.recall('name', 'key')).toBeNull();
    expect(cache.recall('name', 'other')).toEqual(Buffer.from([0, 255]));
    expect(readdirSync(folder)).toEqual(['name']);
  });

  test('does not take the beginning of a content for the end of a key', () => {
    const cache = cacheIn(folder);
    cache.keep('name', 'k', 'ey');
    expect(cache.recall('name', 'ke')).toBeNull();
  });

  test('ignores every single damaged byte, a file cut short, and one that goes on', () => {
    const cache = cacheIn(folder);
    cache.keep('name', 'key', 'text');
    const path = join(folder, 'name');
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(cache.recall('name', 'key')).toBeNull();
      writeFileSync(path, whole.subarray(0, at));
      expect(cache.recall('name', 'key')).toBeNull();
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.from('x')]));
    expect(cache.recall('name', 'key')).toBeNull();
    writeFileSync(path, whole);
    expect(cache.recall('name', 'key')?.toString()).toBe('text');
  });

  test('that cannot be written or read is no error', () => {
    mkdirSync(join(folder, 'name'), { recursive: true });
    const blocked = cacheIn(folder);
    blocked.keep('name', 'key', 'text');
    expect(blocked.recall('name', 'key')).toBeNull();
    writeFileSync(join(folder, 'file'), '');
    const nowhere = cacheIn(join(folder, 'file'));
    nowhere.keep('name', 'key', 'text');
    expect(nowhere.recall('name', 'key')).toBeNull();
  });

  test('is of the user alone', () => {
    cacheIn(folder).keep('name', 'key', 'text');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

describe('the folder of the caches', () => {
  test.each([
    [{ AAMI_CACHE_DIR: '/a', XDG_CACHE_HOME: '/x' }, '/a'],
    [{ AAMI_CACHE_DIR: 'a' }, '/current/a'],
    [{ AAMI_CACHE_DIR: '', XDG_CACHE_HOME: '/x' }, '/x/aami'],
    // "All paths must be absolute. If an implementation encounters a relative path […], ignore it."
    [{ XDG_CACHE_HOME: 'x' }, join(homedir(), '.cache', 'aami')],
    [{}, join(homedir(), '.cache', 'aami')],
  ])('with %j is %s', (env, expected) => {
    expect(cacheFolder(env, '/current')).toBe(expected);
  });

  test.each(['', 'relative', null])('is none for a user whose home is %j', (home) => {
    const homeOf = () => {
      if (home === null) throw new Error('no entry in the password file');
      return home;
    };
    expect(cacheFolder({}, '/work', homeOf)).toBeNull();
  });

  test('keeps repos apart, and from what is of no repo', () => {
    const env = { AAMI_CACHE_DIR: folder };
    repoCache('/a', env, '/').keep('name', 'key', 'a');
    ownCache(env, '/').keep('name', 'key', 'own');
    expect(repoCache('/a', env, '/').recall('name', 'key')?.toString()).toBe('a');
    expect(repoCache('/b', env, '/').recall('name', 'key')).toBeNull();
    expect(ownCache(env, '/').recall('name', 'key')?.toString()).toBe('own');
  });
});
