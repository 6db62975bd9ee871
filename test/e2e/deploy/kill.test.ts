import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { deployedNumber, readLiveFolder } from '../../../src/deploy/generations.js';
import { editedByHand } from '../../../src/deploy/install.js';
import { type Server, startPrometheus } from '../prometheus/servers.js';
import type { HarnessOrder } from './harness.js';
import { buildVersion, configOf, makeWork, served, startOn, type Version } from './stage.js';

// Many processes, one after the other.
vi.setConfig({ testTimeout: 400_000 });

/** A deploy that is killed before any of its changes to the disk, with a Prometheus that reads the live folder each time. */

// Beside the dependencies, so that the bundle finds the addon.
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
const work = makeWork('deploy-kill');
let bundleFolder: string;
let bundle: string;
let live: string;
let server: Server;
const builds = { a: '', b: '' };
/** Every file more is some steps more. */
const COMMON = ['g1'];

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  bundleFolder = mkdtempSync(join(cache, 'aami-deploy-'));
  bundle = join(bundleFolder, 'deploy.harness.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./harness.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    // Some dependencies are CommonJS.
    banner: {
      js: "import { createRequire as requirer } from 'node:module'; const require = requirer(import.meta.url);",
    },
    logLevel: 'silent',
  });
  const groups = [...COMMON, 'only-a', 'only-b'];
  for (const version of ['a', 'b'] as const) builds[version] = buildVersion(work, version, version, { groups });
  ({ live, server } = await startOn(work, 'live', builds.a));
});
afterAll(async () => {
  await server?.stop();
  rmSync(bundleFolder, { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
});

function run(buildFolder: string | null, killAt: number | null): { signal: string | null; calls: number } {
  const flags = { rulePath: [live], prometheusUrl: [server.url], validate: false, keep: 2 };
  const order: HarnessOrder = { build: buildFolder, flags, killAt };
  const child = spawnSync(process.execPath, [bundle, JSON.stringify(order)], { encoding: 'utf8' });
  if (child.signal !== null) return { signal: child.signal, calls: 0 };
  const last = child.stdout.trim().split('\n').at(-1) ?? '';
  expect(last, child.stderr).toContain('"outcome":');
  return { signal: null, calls: (JSON.parse(last) as { calls: number }).calls };
}

/** What Prometheus serves after it has read the live folder again, by reload or by a new start. */
async function readsAgain(restart: boolean): Promise<string> {
  if (restart) {
    const { port } = server;
    await server.stop();
    server = await startPrometheus(configOf(live), join(work, 'live-data'), { port });
  } else {
    const answer = await fetch(`${server.url}/-/reload`, { method: 'POST' });
    expect(answer.status).toBe(200);
  }
  return served(server, COMMON);
}

const other = (version: Version): Version => (version === 'a' ? 'b' : 'a');

/** Kills it at every step in turn, until one comes to its end; `next` is what it is to bring about, seen from what is there. */
async function killEverywhere(buildOf: (next: Version) => string | null): Promise<Set<string>> {
  const seen = new Set<string>();
  let now: Version = (await readsAgain(false)) === 'a' ? 'a' : 'b';
  for (let killAt = 1; ; killAt++) {
    const next = other(now);
    const { signal } = run(buildOf(next), killAt);
    const found = await readsAgain(killAt % 8 === 0);
    expect([now, next], `killed at ${killAt}`).toContain(found);
    // What lies there is a generation as it was installed, and the record of it is whole.
    const { deployed } = readLiveFolder(live);
    expect(deployed).not.toBeNull();
    if (deployed !== null) expect(editedByHand(live, deployed)).toEqual([]);
    seen.add(found === next ? 'new' : 'old');
    if (found === next) now = next;
    if (signal === null) break;
  }
  return seen;
}

describe('killed before each change to the disk, Prometheus finds the whole old or the whole new', () => {
  test('by a deploy', async () => {
    expect([...(await killEverywhere((next) => builds[next]))].sort()).toEqual(['new', 'old']);
    expect(readdirSync(join(live, '.aami'))).toEqual(['generations']);
    expect(readdirSync(join(live, '.aami/generations')).length).toBe(2);
  });

  test('by a rollback', async () => {
    run(builds.a, null);
    run(builds.b, null);
    expect(await readsAgain(false)).toBe('b');
    const before = deployedNumber(live);
    // It always goes to the older one of two, so each begins at the newer one.
    for (let killAt = 1; ; killAt++) {
      const { signal } = run(null, killAt);
      expect(['a', 'b'], `killed at ${killAt}`).toContain(await readsAgain(false));
      if (signal === null) break;
    }
    expect(await readsAgain(true)).toBe('a');
    expect(deployedNumber(live)).toBe((before ?? 0) - 1);
    expect(readdirSync(join(live, '.aami'))).toEqual(['generations']);
  });
});
