import { createHash } from 'node:crypto';
import { byCodeUnit } from '../diagnostics/order.js';
import type { Sources } from '../source/types.js';

/** Digest of everything that was read, whatever the order in which it was found. */
export function digestOfSources(sources: Sources): string {
  const scripts = [...sources.scripts].map(([key, file]): [string, string] => [`script ${key}`, JSON.stringify(file)]);
  const named = (kind: string, files: ReadonlyMap<string, string>) =>
    [...files].map(([path, text]): [string, string] => [`${kind} ${path}`, text]);
  return digestOf([...named('text', sources.texts), ...scripts, ...named('agent', sources.agent)]);
}

/** Digest of named parts. Lengths go in too, so that no two lists of parts run together into one. */
export function digestOf(parts: readonly (readonly [name: string, text: string])[]): string {
  const hash = createHash('sha256');
  const sorted = [...parts].sort(([a], [b]) => byCodeUnit(a, b));
  for (const [name, text] of sorted) hash.update(`${name.length} ${name} ${text.length} `).update(text);
  return hash.digest('hex');
}
