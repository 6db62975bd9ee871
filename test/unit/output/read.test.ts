import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MANIFEST_NAME, sha256 } from '../../../src/output/manifest.js';
import { planOutput } from '../../../src/output/plan.js';
import { readOutput } from '../../../src/output/read.js';

let scratch: string;
let folder: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'aami-read-'));
  folder = join(scratch, 'build');
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** A folder as a build leaves it. */
function build(files: Readonly<Record<string, string>>): void {
  const list = Object.entries(files).map(([path, content]) => ({ path, content, origins: [] }));
  const { manifestText } = planOutput({ files: list, inputs: 'i', source: null, counts: {} });
  for (const [path, content] of [...Object.entries(files), [MANIFEST_NAME, manifestText] as const]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const manifest = (files: unknown) => writeFileSync(join(folder, MANIFEST_NAME), JSON.stringify({ inputs: 'i', files }));
const digest = (content: string) => ({ sha256: sha256(content), size: Buffer.byteLength(content) });

describe('readOutput', () => {
  test('gives the files of the build, and leaves out what else lies there', () => {
    build({ 'a.yml': 'é', 'b/c.json': '[]', 'empty.yml': '' });
    writeFileSync(join(folder, 'README'), 'mine');
    expect(readOutput(folder)).toMatchObject({
      kind: 'output',
      manifest: { source: null },
      files: new Map([
        ['a.yml', 'é'],
        ['b/c.json', '[]'],
        ['empty.yml', ''],
      ]),
    });
  });

  test.each<[string, (path: string) => void]>([
    ['edited, to the same size', (path) => writeFileSync(path, 'TWO')],
    ['cut short', (path) => writeFileSync(path, 'tw')],
    ['removed', (path) => rmSync(path)],
    [
      'replaced by a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'replaced by a link to the same content',
      (path) => {
        rmSync(path);
        symlinkSync('../other.yml', path);
      },
    ],
    [
      'replaced by a link out of the folder',
      (path) => {
        rmSync(path);
        writeFileSync(join(scratch, 'secret'), 'two');
        symlinkSync(join(scratch, 'secret'), path);
      },
    ],
    [
      'moved behind a link of its folder',
      (path) => {
        rmSync(dirname(path), { recursive: true });
        mkdirSync(join(scratch, 'away'));
        writeFileSync(join(scratch, 'away', 'b.yml'), 'two');
        symlinkSync(join(scratch, 'away'), dirname(path));
      },
    ],
  ])('refuses an output with a file that was %s', (_what, change) => {
    build({ 'a.yml': 'one', 'x/b.yml': 'two', 'other.yml': 'two' });
    change(join(folder, 'x', 'b.yml'));
    expect(readOutput(folder)).toEqual({
      kind: 'trouble',
      message: 'The output folder is not as the build left it: "x/b.yml" was changed, removed or replaced',
      hint: expect.stringContaining('Build it anew'),
    });
  });

  test('names a few of many files, and spells out what would upset a terminal', () => {
    build({ 'a\u001b[31m.yml': '1', b: '2', c: '3', d: '4', e: '5' });
    for (const name of ['a\u001b[31m.yml', 'b', 'c', 'd', 'e']) writeFileSync(join(folder, name), 'x');
    const read = readOutput(folder);
    expect(read).toMatchObject({ message: expect.stringContaining('"b", "c" and 2 more were changed') });
    expect(JSON.stringify(read)).not.toContain('\\u001b');
  });

  test.each(['../secret', '/etc/hostname', 'a/../../secret', './a', 'a//b', ''])(
    'refuses a manifest that names "%s"',
    (path) => {
      build({ 'a.yml': '1' });
      writeFileSync(join(scratch, 'secret'), 'two');
      manifest({ [path]: digest('two') });
      expect(readOutput(folder)).toMatchObject({
        kind: 'trouble',
        message: expect.stringContaining('names what does not lie in it'),
      });
    },
  );

  test('refuses an output of absurd size without reading it', () => {
    build({ 'a.yml': '1' });
    for (const size of [1e12, Number.NaN, -1]) {
      manifest({ 'a.yml': { sha256: sha256('1'), size } });
      expect(readOutput(folder)).toMatchObject({ kind: 'trouble' });
    }
  });

  test('refuses a folder that no build has written', () => {
    mkdirSync(folder);
    expect(readOutput(folder)).toMatchObject({ message: expect.stringContaining('no output of aami') });
    for (const text of ['', '[]', '{"files": {}}', '\0']) {
      writeFileSync(join(folder, MANIFEST_NAME), text);
      expect(readOutput(folder)).toMatchObject({ message: expect.stringContaining('cannot be read') });
    }
    rmSync(folder, { recursive: true });
    expect(readOutput(folder)).toMatchObject({ kind: 'trouble', message: expect.stringContaining('Cannot read') });
  });

  test('reads a folder that is given as a link', () => {
    build({ 'a.yml': '1' });
    symlinkSync(folder, join(scratch, 'live'));
    expect(readOutput(join(scratch, 'live'))).toMatchObject({ kind: 'output' });
    expect(readFileSync(join(folder, 'a.yml'), 'utf8')).toBe('1');
  });
});
