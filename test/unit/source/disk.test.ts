import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRepo } from '../../../src/source/read.js';
import type { Sources } from '../../../src/source/types.js';

let outer: string;
let repo: string;

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), 'aami-read-'));
  repo = join(outer, 'repo');
  mkdirSync(join(repo, 'groups'), { recursive: true });
  writeFileSync(join(repo, 'aami.yaml'), 'apiVersion: aami/v1\nkind: Project\nname: x\n');
});
afterEach(() => rmSync(outer, { recursive: true, force: true }));

const found = (sources: Sources): string[] => sources.findings.map(({ code, span }) => `${code} ${span?.file ?? '-'}`);

it('reads a repo from the disk, also through a link to its folder', async () => {
  writeFileSync(join(repo, 'groups/a.yaml'), 'kind: Group\n');
  symlinkSync(repo, join(outer, 'link'));
  for (const dir of [repo, join(outer, 'link')]) {
    const sources = await readRepo(dir);
    expect(sources.documents.map(({ file }) => file)).toEqual(['aami.yaml', 'groups/a.yaml']);
    expect(sources.findings).toEqual([]);
  }
});

it('reads the libraries that are shipped', async () => {
  writeFileSync(join(repo, 'aami.yaml'), 'apiVersion: aami/v1\nkind: Project\nname: x\nlibraries: [node]\n');
  const sources = await readRepo(repo);
  expect(sources.findings).toEqual([]);
  expect(sources.documents.some(({ file }) => file === 'node:cpu.yaml')).toBe(true);
  expect([...sources.scripts.values()].every(({ kind }) => kind === 'text')).toBe(true);
});

it('neither waits for a pipe nor stumbles over odd files', async () => {
  execFileSync('mkfifo', [join(repo, 'groups/pipe.yaml')]);
  mkdirSync(join(repo, 'groups/folder.yaml'));
  writeFileSync(join(repo, 'groups/folder.yaml/inner.yaml'), 'kind: Group\n');
  symlinkSync('nowhere.yaml', join(repo, 'groups/broken.yaml'));
  symlinkSync('loop.yaml', join(repo, 'groups/loop.yaml'));
  symlinkSync('..', join(repo, 'groups/up'));
  writeFileSync(join(outer, 'secret.yaml'), 'password: x\n');
  symlinkSync(join(outer, 'secret.yaml'), join(repo, 'groups/secret.yaml'));
  const sources = await readRepo(repo);
  expect(sources.documents.map(({ file }) => file)).toEqual(['aami.yaml', 'groups/folder.yaml/inner.yaml']);
  expect(found(sources).sort()).toEqual([
    'source/outside-repo groups/secret.yaml',
    'source/unreadable groups/broken.yaml',
    'source/unreadable groups/loop.yaml',
    'source/unreadable groups/pipe.yaml',
    'source/unreadable groups/up',
  ]);
  expect([...sources.texts.values()].join('')).not.toContain('password');
});

it('follows links as the system does, so that none leads out unseen', async () => {
  mkdirSync(join(outer, 'secrets/inner'), { recursive: true });
  writeFileSync(join(outer, 'secrets/secret.yaml'), 'password: x\n');
  writeFileSync(join(repo, 'secret.yaml'), 'kind: Group\n');
  symlinkSync(join(outer, 'secrets/inner'), join(repo, 'inner'));
  // As text this is ../secret.yaml, a file of the repo; the system goes through `inner`, and up from there.
  symlinkSync('../inner/../secret.yaml', join(repo, 'groups/secret.yaml'));
  const sources = await readRepo(repo);
  expect(found(sources)).toEqual(['source/outside-repo groups/secret.yaml']);
  expect([...sources.texts.values()].join('')).not.toContain('password');
});

it('treats a folder that does not exist, or is a file, as no repo', async () => {
  expect(found(await readRepo(join(outer, 'nothing')))).toEqual(['source/no-project -']);
  expect(found(await readRepo(join(repo, 'aami.yaml')))).toEqual(['source/no-project -']);
});
