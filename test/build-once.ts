import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The end-to-end tests run what users run: the bundle, with a cache that no earlier test run has filled. */
export function setup(): () => void {
  execFileSync(process.execPath, ['build.js'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  });
  const cache = mkdtempSync(join(tmpdir(), 'aami-cache-'));
  process.env.AAMI_CACHE_DIR = cache;
  return () => rmSync(cache, { recursive: true, force: true });
}
