import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pathInGit } from '../../../src/cli/git-root.js';

const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-git-root-')));
beforeAll(() => {
  mkdirSync(join(work, 'clone/.git'), { recursive: true });
  mkdirSync(join(work, 'clone/infra/monitoring'), { recursive: true });
  mkdirSync(join(work, 'clone/submodule/monitoring'), { recursive: true });
  writeFileSync(join(work, 'clone/submodule/.git'), 'gitdir: ../.git/modules/submodule\n');
  mkdirSync(join(work, 'plain'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it.each([
  ['clone/infra/monitoring', 'infra/monitoring/'],
  ['clone', ''],
  ['clone/submodule/monitoring', 'monitoring/'],
  ['plain', ''],
])('%s is "%s" from the root of its git repo', (folder, expected) => {
  expect(pathInGit(join(work, folder))).toBe(expected);
});
