import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FILTERS } from '../../../src/template/filters.js';
import { compileShown } from './compiled.js';
import { fencesOf } from './markdown.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/semantics.md'), 'utf8');

it('shows the output of the repo that it shows', async () => {
  const { findings, files } = await compileShown(page);
  expect(findings).toEqual([]);
  const shown = fencesOf(page).filter((fence) => fence.path?.startsWith('build/'));
  expect(shown.length).toBeGreaterThan(3);
  for (const { path, content } of shown) {
    expect(files.find((file) => `build/${file.path}` === path)?.content).toContain(content);
  }
});

it('lists every filter, and no other', () => {
  const [, table = ''] = /^\| Filter \| Gives \|\n([\s\S]*?)\n\n/m.exec(page) ?? [];
  const listed = table.split('\n').flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)/g)]);
  expect(listed.map((match) => match[1]).sort()).toEqual([...FILTERS.keys()].sort());
});
