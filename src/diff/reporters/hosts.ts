import { foldHosts } from '../../model/fold-hosts.js';
import { expandRange } from '../../model/host-range.js';

/** Names in ranges, as far as they have room. */
export interface FoldedHosts {
  readonly ranges: readonly string[];
  /** How many names are left out. */
  readonly rest: number;
}

/** Folds lists of names; changes of one fleet name the same targets over and over, and each list is folded once. */
export type HostFolder = (names: readonly string[], room: number) => FoldedHosts;

export function hostFolder(): HostFolder {
  const known = new Map<string, readonly string[]>();
  return (names, room) => {
    const key = names.join();
    let ranges = known.get(key);
    if (ranges === undefined) {
      ranges = foldHosts(names);
      known.set(key, ranges);
    }
    return within(ranges, names, room);
  };
}

function within(ranges: readonly string[], names: readonly string[], room: number): FoldedHosts {
  const shown: string[] = [];
  let left = room;
  for (const range of ranges) {
    if (range.length > left) break;
    shown.push(range);
    left -= range.length + 2;
  }
  if (shown.length === ranges.length) return { ranges: shown, rest: 0 };
  const [first] = ranges;
  if (shown.length === 0 && first !== undefined) shown.push(shortened(first, room));
  const plain = new Set(names);
  const count = shown.reduce((sum, range) => sum + (plain.has(range) ? 1 : sizeOf(range)), 0);
  return { ranges: shown, rest: plain.size - count };
}

/** A range with as many numbers of its longest bracket as have room: still a range, of fewer names. */
function shortened(range: string, room: number): string {
  const brackets = [...range.matchAll(/\[[^\]]*\]/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = brackets;
  if (longest === undefined) return range;
  const before = range.slice(0, longest.index);
  const after = range.slice(longest.index + longest[0].length);
  const [first = '', ...runs] = longest[0].slice(1, -1).split(',');
  let kept = first;
  for (const run of runs) {
    if (before.length + kept.length + run.length + after.length + 3 > room) break;
    kept += `,${run}`;
  }
  return `${before}[${kept}]${after}`;
}

function sizeOf(range: string): number {
  const expansion = expandRange(range);
  return expansion.ok ? expansion.names.length : 1;
}
