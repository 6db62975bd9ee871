import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const REPOS = fileURLToPath(new URL('../repos', import.meta.url));

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'aami-e2e-cache-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const repoOf = (name: string): string => {
  const repo = join(work, name);
  cpSync(join(REPOS, name), repo, { recursive: true });
  return repo;
};

function validate(repo: string, cache: string, options: readonly string[] = []) {
  const env = { ...process.env, AAMI_CACHE_DIR: cache };
  const result = spawnSync(process.execPath, [...options, AAMI, 'validate', '-C', repo], { env, encoding: 'utf8' });
  return { stdout: result.stdout, stderr: result.stderr, status: result.status };
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

/** Where nothing can be written. */
const noCache = () => join(AAMI, 'nowhere');

test.each(['small', 'warning', 'broken'])('%s: the same is said with a cache and without one', (name) => {
  const repo = repoOf(name);
  const cache = join(work, 'cache');
  const plain = validate(repo, noCache());
  expect(plain.stderr).toBe('');
  for (let run = 0; run < 3; run++) expect(validate(repo, cache)).toEqual(plain);
  expect(files(cache).length).toBeGreaterThan(2);
  expect(readdirSync(repo)).toEqual(readdirSync(join(REPOS, name)));

  // One file changes: the others are remembered, and so are their places.
  appendFileSync(join(repo, 'aami.yaml'), '\nnonsense: 1\n');
  const changed = validate(repo, cache);
  expect(changed.stdout).toContain('nonsense');
  expect(changed).toEqual(validate(repo, noCache()));
});

test.each<[string, (content: Buffer) => Buffer]>([
  ['empty', () => Buffer.alloc(0)],
  ['cut short', (content) => content.subarray(0, content.length >> 1)],
  [
    'flipped in one bit',
    (content) => Buffer.from(content.map((byte, at) => (at === content.length - 9 ? byte ^ 1 : byte))),
  ],
  ['nonsense', (content) => Buffer.alloc(content.length, '{"')],
])('files of the cache that are %s are ignored, and replaced', (_, damage) => {
  const repo = repoOf('warning');
  const cache = join(work, 'cache');
  const first = validate(repo, cache);
  const whole = files(cache);
  for (const path of whole) writeFileSync(path, damage(readFileSync(path)));
  const damaged = whole.map((path) => readFileSync(path));
  expect(validate(repo, cache)).toEqual(first);
  expect(files(cache)).toEqual(whole);
  whole.forEach((path, at) => {
    expect(readFileSync(path).equals(damaged[at] ?? Buffer.alloc(0)), path).toBe(false);
  });
  expect(validate(repo, cache)).toEqual(first);
});

test('code that V8 compiled with other flags is compiled again', () => {
  const repo = repoOf('warning');
  const cache = join(work, 'cache');
  const first = validate(repo, cache, ['--no-opt', '--max-lazy']);
  expect(validate(repo, cache)).toEqual(first);
});

test('what a repo brings along is not taken for a cache, nor that of another repo', () => {
  const good = repoOf('small');
  const cache = join(work, 'cache');
  validate(good, cache);
  const bad = repoOf('broken');
  const plain = validate(bad, noCache());
  expect(plain.status).toBe(1);
  const [ofGood = ''] = readdirSync(join(cache, 'repos'));
  for (const name of ['.aami-cache', '.cache/aami', 'cache', `repos/${ofGood}`])
    cpSync(join(cache, 'repos', ofGood), join(bad, name), { recursive: true });
  expect(validate(bad, cache)).toEqual(plain);

  // Even in the right place, it answers to its own repo alone.
  const [ofBad = ''] = readdirSync(join(cache, 'repos')).filter((name) => name !== ofGood);
  cpSync(join(cache, 'repos', ofGood), join(cache, 'repos', ofBad), { recursive: true });
  expect(validate(bad, cache)).toEqual(plain);
});
