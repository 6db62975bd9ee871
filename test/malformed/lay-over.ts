import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files into the repo of a case, over those of the same path. */
export function layOver(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [path, content] of files) {
    const whole = join(folder, 'repo', path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
  }
}
