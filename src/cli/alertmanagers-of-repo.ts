import { repoCache } from '../cache/folder.js';
import { readRepo } from '../source/read.js';
import { documentsIn } from './documents-in.js';
import type { Io } from './io.js';
import { locateRepo } from './locate.js';
import type { CommonOptions } from './options.js';

/** `prometheus.alertmanagers` of the repo, for commands that need nothing else of it; none where there is no repo. */
export async function alertmanagersOfRepo(options: CommonOptions, io: Io): Promise<readonly string[]> {
  const silent = { ...io, stderr: { write: () => true } };
  const place = locateRepo(options, silent);
  if (place === null) return [];
  const { documents } = await readRepo(place.root, documentsIn(repoCache(place.root, io.env, io.cwd)));
  for (const { folder, value } of documents) {
    if (folder !== 'project' || !has(value, 'prometheus') || !has(value.prometheus, 'alertmanagers')) continue;
    const { alertmanagers } = value.prometheus;
    return Array.isArray(alertmanagers) ? alertmanagers.filter((one) => typeof one === 'string') : [];
  }
  return [];
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}
