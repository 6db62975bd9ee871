import type { BuiltFrom } from '../output/manifest.js';
import { CONTENT_KINDS, type ContentKind, type Contents } from './contents.js';

/** How many of what was deployed a deploy takes away. */
export interface Removal {
  readonly of: ContentKind;
  readonly before: number;
  readonly removed: number;
}

export function removals(before: Contents, after: Contents): readonly Removal[] {
  return CONTENT_KINDS.map((of) => {
    let [total, removed] = [0, 0];
    for (const [name, count] of before[of]) {
      total += count;
      removed += Math.max(0, count - (after[of].get(name) ?? 0));
    }
    return { of, before: total, removed };
  });
}

/** @param percent how much may go */
export function tooMany({ before, removed }: Removal, percent: number): boolean {
  return removed * 100 > before * percent;
}

/** Whether a build is older than what is deployed; null: nobody knows. */
export function isOlder(build: BuiltFrom | null, deployed: BuiltFrom | null): boolean | null {
  if (build?.number == null || deployed?.number == null) return null;
  return build.number < deployed.number;
}
