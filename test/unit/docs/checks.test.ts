import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lintCheck } from '../../../src/checks/lint/index.js';
import { compileShown } from './compiled.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/checks.md'), 'utf8');

it('the repo of docs/checks.md has no findings, neither of the compiler nor in its script', async () => {
  const { findings, model, files } = await compileShown(page);
  expect(findings).toEqual([]);
  const templates = [...(model?.repo.scriptTemplates.values() ?? [])];
  expect(templates.map(({ name }) => name)).toEqual(['core-dumps']);
  expect(templates.flatMap((one) => lintCheck(one, { shellcheck: false }))).toEqual([]);
  expect(files.find(({ path }) => path === 'checks/web-1.json')?.content).toContain('/tmp/aami-tour/crash');
});
