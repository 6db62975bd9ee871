import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const AAMI = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'aami-types-'));
afterAll(() => rmSync(work, { recursive: true }));

it('the types stand on their own, without those of Node', () => {
  const consumer = join(work, 'consumer.mts');
  const api = JSON.stringify(join(AAMI, 'dist/types/api.js'));
  writeFileSync(
    consumer,
    `import { compile, readRepo } from ${api};\nexport const files: string[] = (await compile(await readRepo('.'))).files.map(({ path }) => path);\n`,
  );
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(AAMI, 'node_modules/typescript/bin/tsc'), ...options, consumer],
    { cwd: work, encoding: 'utf8' },
  );
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});
