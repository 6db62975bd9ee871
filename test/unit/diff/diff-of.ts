import { compile } from '../../../src/compile.js';
import { compareSnapshots } from '../../../src/diff/compare.js';
import { snapshotOf } from '../../../src/diff/of-compilation.js';
import type { Snapshot } from '../../../src/diff/snapshot.js';
import type { FleetDiff } from '../../../src/diff/types.js';
import { shippedLibraries } from '../../../src/source/libraries.js';
import { readTree } from '../../../src/source/read.js';
import { type Files, memoryTree } from '../../repo.js';

export async function snapshotOfFiles(files: Files): Promise<Snapshot> {
  const sources = readTree(memoryTree(files), shippedLibraries());
  const compilation = await compile(sources);
  const errors = compilation.findings.filter(({ severity }) => severity === 'error');
  if (compilation.model === null) throw new Error(errors.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return snapshotOf(compilation, compilation.model, sources.texts);
}

/** What turning one repo into another does to its fleet. */
export async function diffOf(before: Files, after: Files): Promise<FleetDiff> {
  return compareSnapshots(await snapshotOfFiles(before), await snapshotOfFiles(after));
}
