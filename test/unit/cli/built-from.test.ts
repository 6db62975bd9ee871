import { describe, expect, it } from 'vitest';
import { builtFrom } from '../../../src/cli/built-from.js';
import { digestOfSources } from '../../../src/output/digest.js';
import { NO_MEMORY } from '../../../src/source/document-memory.js';
import { readRepo } from '../../../src/source/read.js';
import { clone, commit, git, group, newFolder, newRepo, PROJECT, write } from '../source/git-repo.js';

async function from(root: string, number: number | null = null) {
  return builtFrom({ root, inputs: digestOfSources(await readRepo(root)), memory: NO_MEMORY, number });
}

describe('what an output was built from', () => {
  it('names the commit and counts those that lead to it', async () => {
    const repo = newRepo();
    const second = commit(repo, { 'groups/a.yaml': group('a') });
    expect(await from(repo)).toEqual({ revision: second, number: 2, dirty: false });
  });

  it.each([
    ['a source that is changed', (repo: string) => write(repo, { 'groups/a.yaml': group('b') }), true],
    ['a source that git does not know', (repo: string) => write(repo, { 'targets/new.yaml': group('n') }), true],
    ['a source that is deleted', (repo: string) => git(repo, 'rm', '--quiet', 'groups/a.yaml'), true],
    ['a file that aami does not read', (repo: string) => write(repo, { 'README.md': 'x' }), false],
    ['an output that is not ignored', (repo: string) => write(repo, { 'build/aami-manifest.json': '{}' }), false],
  ])('%s', async (_, change, dirty) => {
    const repo = newRepo({ 'aami.yaml': PROJECT, 'groups/a.yaml': group('a') });
    change(repo);
    expect((await from(repo))?.dirty).toBe(dirty);
  });

  it('looks at the folder of the repo alone where that is a part of a git repository', async () => {
    const outer = newRepo({ 'monitoring/aami.yaml': PROJECT, 'groups/a.yaml': group('a') });
    write(outer, { 'groups/a.yaml': group('b') });
    expect(await from(`${outer}/monitoring`)).toMatchObject({ number: 1, dirty: false });
  });

  it('takes the number of the pipeline where there is one', async () => {
    expect(await from(newRepo(), 4711)).toMatchObject({ number: 4711 });
  });

  it('does not count the commits of a shallow clone', async () => {
    const origin = newRepo();
    commit(origin);
    expect(await from(clone(origin, '--depth=1'))).toMatchObject({ number: null, dirty: false });
  });

  it('knows nothing outside of git but the number that it is given', async () => {
    const folder = newFolder();
    write(folder, { 'aami.yaml': PROJECT });
    expect(await from(folder)).toBeNull();
    expect(await from(folder, 7)).toEqual({ revision: null, number: 7, dirty: false });
  });
});
