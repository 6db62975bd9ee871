import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingCode } from '../diagnostics/codes.js';
import { packageFolder } from './package.js';

/** The page about a code, as it is shipped in the package. */
export function findingPage(code: FindingCode): string | undefined {
  const path = join(packageFolder(), 'docs/findings', `${code}.md`);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
