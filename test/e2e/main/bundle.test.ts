import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const AAMI = join(import.meta.dirname, '../../..');
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'aami-bundle-')));
afterAll(() => rmSync(copy, { recursive: true, force: true }));
for (const name of ['bin', 'dist', 'schemas', 'templates', 'package.json'])
  cpSync(join(AAMI, name), join(copy, name), { recursive: true });
symlinkSync(join(AAMI, 'node_modules'), join(copy, 'node_modules'));

const bundle = join(copy, 'dist/main.cjs');
const whole = readFileSync(bundle);

it.each([0, 0.001, 0.5, 0.9999])('aami of which %d is there says so, and is no success', (share) => {
  writeFileSync(bundle, whole.subarray(0, Math.floor(whole.length * share)));
  const env = { ...process.env, AAMI_CACHE_DIR: join(copy, `cache-${share}`) };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, 'bin/aami.js'), '--version'], {
    env,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 3,
    stdout: '',
    stderr: `error: ${bundle} is not whole\nhint: Install or build aami again.\n`,
  });
});
