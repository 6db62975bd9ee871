import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KEYWORDS } from '../../../src/template/param-keywords.js';
import { PARAM_TYPES } from '../../../src/template/param-types.js';
import { compileShown } from './compiled.js';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/format.md'), 'utf8');

it('is what the schemas say: `npm run docs` writes it anew', () => {
  const script = "import('./docs/generate.js').then((made) => process.stdout.write(made.generateFormat()))";
  expect(page).toBe(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }));
});

it('shows examples that compile together', async () => {
  const { findings, files } = await compileShown(page);
  expect(findings).toEqual([]);
  expect(files.length).toBeGreaterThan(0);
});

it('lists every keyword and type of a parameter', () => {
  const [, section = ''] = /^### Parameters\n([\s\S]*?)^### /m.exec(page) ?? [];
  const listed = (from: string) => {
    const [, sentence = ''] = new RegExp(`${from}([\\s\\S]*?)[;.]\\s`).exec(section) ?? [];
    return [...sentence.matchAll(/`(\$?\w+)`/g)].map((match) => match[1]).sort();
  };
  expect(listed('The types are')).toEqual(Object.keys(PARAM_TYPES).sort());
  expect(listed('The keywords are')).toEqual(Object.keys(KEYWORDS).sort());
});
