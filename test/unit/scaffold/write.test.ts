import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectName, starterFiles } from '../../../src/scaffold/starter.js';
import { writeScaffold } from '../../../src/scaffold/write.js';

const EXAMPLES = join(import.meta.dirname, '../../../examples');
let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'aami-scaffold-'));
});
afterEach(() => rmSync(work, { recursive: true }));

const file = (path: string) => ({ path, content: `${path}\n` });

describe('a scaffold', () => {
  it('is written into a folder that is made for it, with those above', () => {
    expect(writeScaffold(join(work, 'a/b'), [file('x'), file('c/y')])).toEqual({ kind: 'written' });
    expect(readFileSync(join(work, 'a/b/c/y'), 'utf8')).toBe('c/y\n');
  });

  it('leaves what else is in the folder alone', () => {
    mkdirSync(join(work, 'groups'));
    writeFileSync(join(work, 'groups/own.yaml'), 'own');
    expect(writeScaffold(work, [file('groups/x')])).toEqual({ kind: 'written' });
    expect(readdirSync(join(work, 'groups'))).toEqual(['own.yaml', 'x']);
  });

  it('names everything that is in its way, and writes nothing', () => {
    writeFileSync(join(work, 'x'), 'own');
    writeFileSync(join(work, 'groups'), 'a file where a folder should be');
    const outcome = writeScaffold(work, [file('a'), file('x'), file('groups/y'), file('groups/z')]);
    expect(outcome).toEqual({ kind: 'in-the-way', paths: ['x', 'groups'] });
    expect(readdirSync(work)).toEqual(['groups', 'x']);
    expect(readFileSync(join(work, 'x'), 'utf8')).toBe('own');
  });

  it('follows no link out of the folder', () => {
    const repo = join(work, 'repo');
    mkdirSync(repo);
    mkdirSync(join(work, 'elsewhere'));
    symlinkSync('../elsewhere', join(repo, 'groups'));
    symlinkSync('../elsewhere/aami.yaml', join(repo, 'aami.yaml'));
    expect(writeScaffold(repo, [file('aami.yaml'), file('groups/x')])).toEqual({
      kind: 'in-the-way',
      paths: ['aami.yaml', 'groups'],
    });
    expect(readdirSync(join(work, 'elsewhere'))).toEqual([]);
  });

  it('needs a folder, or a place for one', () => {
    writeFileSync(join(work, 'notes'), '');
    symlinkSync('nowhere', join(work, 'link'));
    expect(writeScaffold(join(work, 'notes'), [file('a')])).toEqual({ kind: 'not-a-folder' });
    expect(writeScaffold(join(work, 'link'), [file('a')])).toEqual({ kind: 'not-a-folder' });
    for (const name of ['notes/below', 'x'.repeat(300)])
      expect(writeScaffold(join(work, name), [file('a')])).toMatchObject({ kind: 'failed', left: [] });
  });

  it('takes back what it wrote when the system refuses the rest', () => {
    // The third file has the name of a folder that the second one needed.
    const outcome = writeScaffold(join(work, 'new/repo'), [file('a'), file('b/c/d'), file('b')]);
    expect(outcome).toEqual({ kind: 'failed', message: expect.stringContaining(join(work, 'new/repo/b')), left: [] });
    expect(existsSync(join(work, 'new'))).toBe(false);
  });

  it('takes back its own alone', () => {
    mkdirSync(join(work, 'b'));
    writeFileSync(join(work, 'b/own'), 'own');
    expect(writeScaffold(work, [file('b/c/d'), file('b/c')])).toMatchObject({ kind: 'failed', left: [] });
    expect(readdirSync(work)).toEqual(['b']);
    expect(readdirSync(join(work, 'b'))).toEqual(['own']);
  });
});

describe('the starter', () => {
  const project = (folder: string) =>
    starterFiles(EXAMPLES, projectName(folder), null).find(({ path }) => path === 'aami.yaml');

  it.each([
    ['gpu-cluster', 'gpu-cluster'],
    ['true', 'true'],
    ['1e3', '1e3'],
    ['a: "b" # $& c', 'a: "b" # $& c'],
    ['a\nkind: Group\u001b[31m', 'a-kind: Group-[31m'],
    ['Überwachung', 'Überwachung'],
    ['x'.repeat(255), 'x'.repeat(100)],
    ['', 'monitoring'],
  ])('in the folder %j is called %j', (folder, name) => {
    expect(parse(project(folder)?.content ?? '')).toMatchObject({ kind: 'Project', name });
  });

  it('ignores its output, under the name that git knows', () => {
    const files = starterFiles(EXAMPLES, 'x', null);
    expect(files.find(({ path }) => path === '.gitignore')?.content).toMatch(/^\/build\/$/m);
    expect(files.map(({ path }) => path)).not.toContain('gitignore');
  });
});
