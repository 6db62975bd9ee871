import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cache, cacheIn } from '../../../src/cache/cache.js';
import { compile } from '../../../src/compile.js';
import { type DocumentMemory, loadDocuments, NO_MEMORY } from '../../../src/source/document-memory.js';
import { readDocuments } from '../../../src/source/documents.js';
import { readRepo } from '../../../src/source/read.js';
import type { SourceDocument, Sources } from '../../../src/source/types.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

let folder: string;
let cache: Cache;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aami-documents-'));
  cache = cacheIn(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (text: string, memory: DocumentMemory) => readDocuments('f.yaml', text, 'groups', memory);

function remember(texts: readonly string[]): DocumentMemory {
  const memory = loadDocuments(cache, 'aami 1');
  for (const text of texts) read(text, memory);
  memory.save();
  return loadDocuments(cache, 'aami 1');
}

describe('remembered documents', () => {
  test.each([
    ['one', 'a: 1\n'],
    ['several, some of them empty', '---\n---\na: 1\n---\n# none\n---\nb: [x, {c: d}]\n'],
    ['none', '# nothing\n'],
    ['aliases', 'a: &x {k: 1}\nb: *x\n'],
    ['numbers of all kinds', 'a: [-0, 0x10, 1e3, -1.5, 0o7, 1e300]\n'],
    ['keys that JavaScript orders or treats in its own way', 'b: 1\n2: x\n1: y\nconstructor: z\ntoString: null\n'],
    ['texts of all kinds', 'a: |\n  x\n   y\nb: "\\ud83d\\ude00\\0"\nc: \'\'\nd: ~\ne: 😀\n'],
  ])('are those of the text: %s', (_, text) => {
    const fresh = read(text, NO_MEMORY);
    const memory = remember([text]);
    expect(memory.recall(text)).not.toBeNull();
    const { documents, ...rest } = read(text, memory);
    expect(rest).toEqual({ broken: [], findings: [] });
    expect(documents.map(({ value }) => value)).toStrictEqual(fresh.documents.map(({ value }) => value));
    expect(documents.map(({ yaml }) => yaml.range)).toEqual(fresh.documents.map(({ yaml }) => yaml.range));
  });

  test.each(['a: [', 'a: 1\na: 2\n', '- a list\n', 'a: 1\n---\nb: *nowhere\n'])(
    'are none where there are mistakes: %j',
    (text) => {
      const memory = remember([text]);
      expect(memory.recall(text)).toBeNull();
      expect(read(text, memory).findings).toEqual(read(text, NO_MEMORY).findings);
    },
  );

  test('are forgotten with their texts, and with the aami that parsed them', () => {
    const memory = remember(['a: 1', 'b: 1']);
    read('a: 1', memory);
    memory.save();
    expect(loadDocuments(cache, 'aami 1').recall('a: 1')).toEqual([{ a: 1 }]);
    expect(loadDocuments(cache, 'aami 1').recall('b: 1')).toBeNull();
    expect(loadDocuments(cache, 'aami 2').recall('a: 1')).toBeNull();
  });
});

describe('a repo whose documents are remembered', () => {
  const within = (path: string) => readdirSync(join(ROOT, path)).map((name) => join(path, name));
  const repos = [
    ...within('examples'),
    ...within('test/e2e/repos').filter((path) => !path.endsWith('foreign')),
    ...within('test/compile')
      .filter((path) => !path.endsWith('.ts'))
      .map((path) => join(path, 'repo')),
  ];

  test.each(repos)('compiles to the same files and findings, at the same places: %s', async (repo) => {
    const compiled = async (memory?: DocumentMemory) => {
      const { files, findings } = await compile(await readRepo(join(ROOT, repo), memory));
      return { findings, files: files.map(({ path, content }) => [path, content]) };
    };
    const fresh = await compiled();
    await compiled(loadDocuments(cache, 'aami 1'));
    expect(await compiled(loadDocuments(cache, 'aami 1'))).toEqual(fresh);
  });

  test('is not parsed at all while there is nothing to report', async () => {
    const sources = await readRepo(join(ROOT, 'examples/gpu-cluster'));
    const { findings, files } = await compile({ ...sources, documents: sources.documents.map(withoutPlaces) });
    expect(findings).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  });

  function withoutPlaces({ file, text, folder, value }: SourceDocument): Sources['documents'][number] {
    return {
      ...{ file, text, folder, value },
      get yaml(): never {
        throw new Error(`${file} was parsed`);
      },
    };
  }
});
