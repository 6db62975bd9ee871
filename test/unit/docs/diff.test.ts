import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile } from '../../../src/compile.js';
import { compareSnapshots } from '../../../src/diff/compare.js';
import { snapshotOf } from '../../../src/diff/of-compilation.js';
import { type DiffFormat, loadDiffReporter } from '../../../src/diff/reporters/index.js';
import { WEAKENING_TITLES } from '../../../src/diff/reporters/wording.js';
import type { Snapshot } from '../../../src/diff/snapshot.js';
import type { FleetDiff } from '../../../src/diff/types.js';
import { readRepo } from '../../../src/source/read.js';
import { fencesOf } from './markdown.js';

/** docs/diff.md shows what aami really says of the change on it. `npm run docs` writes these texts anew: read the diff. */
const path = join(import.meta.dirname, '../../../docs/diff.md');
const update = process.env.AAMI_UPDATE_GOLDEN !== undefined;
const NEW_FILE = 'policies/training.yaml';

const page = (): string => readFileSync(path, 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'aami-diff-page-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function snapshot(name: string, holds: (file: string) => boolean): Promise<Snapshot> {
  const repo = join(scratch, name);
  for (const { path: file, content } of fencesOf(page())) {
    if (file === null || !holds(file)) continue;
    mkdirSync(dirname(join(repo, file)), { recursive: true });
    writeFileSync(join(repo, file), content);
  }
  const sources = await readRepo(repo);
  const compilation = await compile(sources);
  expect(compilation.findings).toEqual([]);
  if (compilation.model === null) throw new Error('the repo of the page does not compile');
  return snapshotOf(compilation, compilation.model, sources.texts);
}

let diff: FleetDiff;
beforeAll(async () => {
  diff = await compareSnapshots(
    await snapshot('before', (file) => file !== NEW_FILE),
    await snapshot('after', () => true),
  );
});

async function shown(format: DiffFormat): Promise<string> {
  const report = await loadDiffReporter(format);
  return report(diff, { before: 'main (1a2b3c4)', after: 'the working tree', color: false });
}

function shows(language: string, text: string): void {
  const [fence, ...others] = fencesOf(page()).filter((one) => one.language === language);
  expect(others).toEqual([]);
  expect(fence).toBeDefined();
  if (update && fence !== undefined) writeFileSync(path, page().slice(0, fence.start) + text + page().slice(fence.end));
  else expect(fence?.content).toBe(text);
}

it.each([
  ['text', 'pretty'],
  ['markdown', 'markdown'],
] as const)('shows the change as %s', async (language, format) => {
  shows(language, await shown(format));
});

it('shows an entry of the JSON', async () => {
  const { alerts } = JSON.parse(await shown('json'));
  shows('json', `${JSON.stringify(alerts[0], null, 2)}\n`);
});

it('explains every way in which monitoring weakens', () => {
  const [, table = ''] = /^\| Title \| Means \|\n\| --- \| --- \|\n([\s\S]*?)\n\n/m.exec(page()) ?? [];
  expect(table.split('\n').map((row) => row.split(' | ')[0]?.slice(2))).toEqual(Object.values(WEAKENING_TITLES));
});

it('names every key of the JSON', async () => {
  const [, table = ''] = /^\| Key \| Holds \|\n\| --- \| --- \|\n([\s\S]*?)\n\n/m.exec(page()) ?? [];
  const named = table.split('\n').flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)]);
  expect(named.map(([, key]) => key).sort()).toEqual(Object.keys(JSON.parse(await shown('json'))).sort());
});
