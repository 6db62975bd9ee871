import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of aami's package.json, whether this runs from `src/` or, bundled, from `dist/`. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

export function packageVersion(): string {
  const read: unknown = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));
  const version = typeof read === 'object' && read !== null && 'version' in read ? read.version : null;
  return typeof version === 'string' ? version : 'unknown';
}

/** What tells one build of aami from another; null when it runs from its sources, which change under it. */
export function buildId(): string | null {
  return process.env.AAMI_BUILD_ID ?? null;
}
