import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const BROKEN = fileURLToPath(new URL('../repos/broken', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'aami-subfolder-'));
const repo = join(work, 'infra/monitoring');
beforeAll(() => {
  mkdirSync(join(work, '.git'));
  cpSync(BROKEN, repo, { recursive: true });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [AAMI, ...args, '-C', repo], { encoding: 'utf8' }).stdout;

describe('a repo that is a sub-folder of its git repo', () => {
  it.each(['github', 'gitlab', 'sarif', 'junit'])('names files from the root of git in %s', (format) => {
    expect(run('validate', '--format', format)).toContain('infra/monitoring/policies/dev.yaml');
    expect(run('build', '--verify', 'off', '--format', format)).toContain('infra/monitoring/policies/dev.yaml');
  });

  it.each(['pretty', 'json'])('names files from its own root in %s', (format) => {
    expect(run('validate', '--format', format)).not.toContain('infra');
  });
});
