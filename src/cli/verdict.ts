import { type Cache, recallText } from '../cache/cache.js';
import type { Finding } from '../diagnostics/finding.js';
import type { LaterFinding } from '../diagnostics/later.js';
import { digestOf, digestOfSources } from '../output/digest.js';
import type { Sources } from '../source/types.js';
import { buildId } from './package.js';
import { type Counts, countsOf } from './summary.js';

/** What there is to say of a repo. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly later: readonly LaterFinding[];
  readonly counts: Counts;
}

const NAME = 'verdict';

/** Compiles a repo for its findings, unless this build of aami has judged the very same sources before. */
export async function judge(sources: Sources, cache: Cache): Promise<Verdict & { readonly remembered: boolean }> {
  const key = keyOf(sources);
  const kept = key === null ? null : recallText(cache, NAME, key);
  // Under this key, only the lines below keep anything.
  if (kept !== null) return { ...(JSON.parse(kept) as Verdict), remembered: true };
  const { compile } = await import('../compile.js');
  const compilation = await compile(sources);
  const { findings, later } = compilation;
  const verdict: Verdict = { findings, later, counts: countsOf(compilation) };
  if (key !== null) cache.keep(NAME, key, JSON.stringify(verdict));
  return { ...verdict, remembered: false };
}

/** What could not be read is part of it. null: nothing can be known of aami itself. */
function keyOf(sources: Sources): string | null {
  const id = buildId();
  if (id === null) return null;
  return digestOf([
    ['aami', id],
    ['sources', digestOfSources(sources)],
    ['findings', JSON.stringify(sources.findings)],
  ]);
}
