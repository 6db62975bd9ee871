import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { listFiles } from '../../../src/output/inspect.js';
import { type HarnessOrder, harnessFiles } from './harness.js';

// Hundreds of processes, one after the other.
vi.setConfig({ testTimeout: 240_000 });

// Beside the dependencies, so that the bundle finds the addon.
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
let bundleFolder: string;
let bundle: string;
let root: string;

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  bundleFolder = mkdtempSync(join(cache, 'aami-output-'));
  bundle = join(bundleFolder, 'build.harness.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./harness.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
});
afterAll(() => rmSync(bundleFolder, { recursive: true }));
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aami-output-'));
  mkdirSync(join(root, 'groups'));
});
afterEach(() => rmSync(root, { recursive: true }));

function order(build = 'a', extra: Partial<HarnessOrder> = {}): HarnessOrder {
  return {
    repo: root,
    folder: join(root, 'build'),
    build,
    files: 4,
    bytesPerFile: 10,
    native: true,
    killAt: null,
    lockTimeoutMs: 0,
    hold: false,
    ...extra,
  };
}

function run(one: HarnessOrder, command: readonly string[] = []): { signal: string | null; last: string } {
  const [program = '', ...args] = [...command, process.execPath, bundle, JSON.stringify(one)];
  const child = spawnSync(program, args, { encoding: 'utf8' });
  return { signal: child.signal, last: child.stdout.trim().split('\n').at(-1) + child.stderr };
}

/** Which build the output is of, after a look at every file of it. */
function wholeBuild(count: number, bytes: number, folder = join(root, 'build')): string | null {
  if (!existsSync(folder)) return null;
  const name = readFileSync(join(folder, 'shared.txt'), 'utf8');
  const expected = new Map(harnessFiles(name, count, bytes).map(({ path, content }) => [path, content]));
  const found = listFiles(folder).filter((path) => path !== 'aami-manifest.json');
  expect(found.sort()).toEqual([...expected.keys()].sort());
  for (const path of found) expect(readFileSync(join(folder, path), 'utf8')).toBe(expected.get(path));
  expect(JSON.parse(readFileSync(join(folder, 'aami-manifest.json'), 'utf8'))).toMatchObject({ inputs: name });
  return name;
}

function entriesOfRoot(): string[] {
  return readdirSync(root).sort();
}

describe.each([
  ['with the exchange of the kernel', true],
  ['with two renames', false],
])('a build that is killed, %s', (_name, native) => {
  test('leaves the old output or the new one, whole, wherever it dies; the next build clears up', () => {
    expect(run(order('a', { native })).last).toContain('"kind":"written"');
    const { last } = run(order('b', { native }));
    const { calls } = JSON.parse(last) as { calls: number };
    expect(calls).toBeGreaterThan(10);
    const seen = new Set<string>();
    for (let killAt = 1; killAt <= calls; killAt++) {
      const [old, next] = killAt % 2 === 1 ? ['b', 'a'] : ['a', 'b'];
      expect(run(order(next, { native, killAt })).signal).toBe('SIGKILL');
      // Between two renames the output is set aside: there the next build, even one that fails later, puts it back.
      const kept = wholeBuild(4, 10) ?? wholeBuild(4, 10, join(root, '.build.aami-previous'));
      if (native) expect(wholeBuild(4, 10)).not.toBeNull();
      expect([old, next]).toContain(kept);
      seen.add(kept === old ? 'old' : 'new');
      expect(run(order(next, { native })).last).toContain('"kind":');
      expect(wholeBuild(4, 10)).toBe(next);
      expect(entriesOfRoot()).toEqual(['build', 'groups']);
    }
    expect([...seen].sort()).toEqual(['new', 'old']);
  });

  test('leaves nothing behind when it was the first', () => {
    const { last } = run(order('a', { native }));
    rmSync(join(root, 'build'), { recursive: true });
    const { calls } = JSON.parse(last) as { calls: number };
    for (let killAt = 1; killAt <= calls; killAt++) {
      run(order('a', { native, killAt }));
      expect([null, 'a']).toContain(wholeBuild(4, 10));
      expect(run(order('a', { native })).last).toContain('"kind":');
      expect(entriesOfRoot()).toEqual(['build', 'groups']);
      rmSync(join(root, 'build'), { recursive: true });
    }
  });
});

test('a build killed from outside, at any time, leaves a whole output', async () => {
  const size = { files: 800, bytesPerFile: 2000 };
  run(order('a', size));
  const start = performance.now();
  run(order('b', size));
  const span = performance.now() - start;
  for (let round = 0; round < 16; round++) {
    const before = wholeBuild(size.files, size.bytesPerFile);
    const child = spawn(process.execPath, [bundle, JSON.stringify(order(before === 'a' ? 'b' : 'a', size))]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), (span * (round + 1)) / 16);
    await ended;
    clearTimeout(timer);
    expect(['a', 'b']).toContain(wholeBuild(size.files, size.bytesPerFile));
  }
  run(order('c', size));
  expect(wholeBuild(size.files, size.bytesPerFile)).toBe('c');
  expect(entriesOfRoot()).toEqual(['build', 'groups']);
});

/** Resolves when the child has printed a line that begins so. */
function printed(child: ChildProcess, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
      const found = text.split('\n').find((one) => one.startsWith(line));
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`ended without ${line}: ${text}`)));
  });
}

describe.each([
  ['kernel lock', true],
  ['lock file', false],
])('two builds at once, %s', (_name, native) => {
  test('the second waits, says so, and wins', async () => {
    const first = spawn(process.execPath, [bundle, JSON.stringify(order('a', { native, hold: true }))]);
    await printed(first, 'verifying');
    const second = spawn(process.execPath, [bundle, JSON.stringify(order('b', { native, lockTimeoutMs: 30_000 }))]);
    const result = printed(second, '{');
    await printed(second, 'waiting');
    expect(wholeBuild(4, 10)).toBeNull();
    first.stdin.end();
    expect(JSON.parse(await result)).toMatchObject({
      result: { kind: 'written', changes: { removed: { length: 4 } } },
    });
    expect(wholeBuild(4, 10)).toBe('b');
    expect(entriesOfRoot()).toEqual(['build', 'groups']);
  });

  test('the second gives up after its time, and a lock whose holder was killed blocks nobody', async () => {
    const first = spawn(process.execPath, [bundle, JSON.stringify(order('a', { native, hold: true }))]);
    await printed(first, 'verifying');
    expect(JSON.parse(run(order('b', { native })).last.replace(/^waiting\n/, ''))).toMatchObject({
      result: { kind: 'refused', message: 'Another build is writing to this output folder' },
    });
    const ended = new Promise((resolve) => first.once('exit', resolve));
    first.kill('SIGKILL');
    await ended;
    expect(run(order('b', { native, lockTimeoutMs: 5000 })).last).toContain('"kind":"written"');
    expect(entriesOfRoot()).toEqual(['build', 'groups']);
  });
});

test('a file that the system will not take leaves the previous output whole and no staging folder', () => {
  run(order('a'));
  // The limit on the size of a file stands for a full disk: both are an error in the middle of writing.
  const { last } = run(order('b', { bytesPerFile: 50_000 }), ['prlimit', '--fsize=20000']);
  expect(JSON.parse(last)).toMatchObject({
    result: { kind: 'failed', message: expect.stringContaining('Cannot write the output') },
  });
  expect(wholeBuild(4, 10)).toBe('a');
  expect(entriesOfRoot()).toEqual(['build', 'groups']);
});

test('a full disk leaves the previous output whole', (context) => {
  const disk = join(root, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  if (mounted.status !== 0) return context.skip('needs root to mount a small disk');
  try {
    const folder = join(disk, 'build');
    run(order('a', { folder }));
    const { last } = run(order('b', { folder, bytesPerFile: 400_000 }));
    expect(JSON.parse(last)).toMatchObject({
      result: { kind: 'failed', message: expect.stringContaining('the disk is full') },
    });
    expect(wholeBuild(4, 10, folder)).toBe('a');
    expect(readdirSync(disk)).toEqual(['build']);
  } finally {
    spawnSync('umount', [disk]);
  }
});

test('files are readable for all, whatever the umask', () => {
  const shell = `umask 077; exec "$0" "$@"`;
  expect(run(order('a'), ['sh', '-c', shell]).last).toContain('"kind":"written"');
  const modes = spawnSync('find', [join(root, 'build'), '-printf', '%m\n'], { encoding: 'utf8' });
  expect([...new Set(modes.stdout.trim().split('\n'))].sort()).toEqual(['644', '755']);
});

test('a file that someone added by hand goes with the next build', () => {
  run(order('a'));
  writeFileSync(join(root, 'build', 'only-a', 'mine.txt'), 'x');
  expect(run(order('a')).last).toContain('"kind":"written"');
  expect(wholeBuild(4, 10)).toBe('a');
});
