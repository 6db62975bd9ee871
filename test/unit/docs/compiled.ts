import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Compilation, compile } from '../../../src/compile.js';
import { readRepo } from '../../../src/source/read.js';
import { fencesOf } from './markdown.js';

/** Compiles the repo that a page shows: its blocks of YAML that stand below a path. */
export async function compileShown(page: string): Promise<Compilation> {
  const repo = mkdtempSync(join(tmpdir(), 'aami-docs-'));
  try {
    for (const { path, language, content } of fencesOf(page)) {
      if (path === null || !['yaml', 'sh'].includes(language) || path.startsWith('build/')) continue;
      mkdirSync(dirname(join(repo, path)), { recursive: true });
      writeFileSync(join(repo, path), content);
    }
    return await compile(await readRepo(repo));
  } finally {
    rmSync(repo, { recursive: true });
  }
}
