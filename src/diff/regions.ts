import type { Matcher } from '../model/types.js';
import { formatMatcher } from '../promql/index.js';
import { type Conjunction, openSpace } from '../resolve/label-space.js';
import { type Alive, boxesWhere, combinations, partition, writeBox } from '../resolve/partition.js';
import type { RegexRegions } from '../resolve/regex-regions.js';
import type { SnapshotRule } from './snapshot.js';

/** A rule, and the series of a target that it looks at: disjoint conjunctions. */
export interface Cell {
  readonly rule: SnapshotRule;
  readonly series: readonly Conjunction[];
}

/** Series that the same rules look at before, and the same rules after. */
export interface Region {
  readonly before: readonly SnapshotRule[];
  readonly after: readonly SnapshotRule[];
  /** As matchers; null: all series. */
  readonly series: string | null;
}

/** Lays the cells of a target before a change over those after it. */
export function overlay(before: readonly Cell[], after: readonly Cell[], regexes: RegexRegions | null): Region[] {
  const cells = [...before, ...after];
  const conditions = cells.flatMap(({ series }) => series);
  const rules = (list: readonly Cell[]): SnapshotRule[] => list.map(({ rule }) => rule);
  if (conditions.every((one) => one.length === 0))
    return [{ before: rules(before), after: rules(after), series: null }];
  const diagram = diagramOf(conditions, regexes);
  // As many regions as nobody could read: the rules are still compared, as if each looked at all series.
  if (diagram === null) return [{ before: rules(before), after: rules(after), series: null }];

  const bits = bitsOf(cells);
  const regions = new Map<string, { before: SnapshotRule[]; after: SnapshotRule[]; alive: Set<Alive> }>();
  for (const alive of combinations(diagram)) {
    const looking = (list: readonly Cell[]): SnapshotRule[] =>
      rules(list.filter((cell) => ((bits.get(cell) ?? 0n) & alive) !== 0n));
    const [old, now] = [looking(before), looking(after)];
    if (old.length + now.length === 0) continue;
    const key = [old, now].map((list) => list.map((rule) => cells.findIndex((cell) => cell.rule === rule))).join('|');
    const region = regions.get(key) ?? { before: old, after: now, alive: new Set() };
    region.alive.add(alive);
    regions.set(key, region);
  }
  const everywhere = combinations(diagram).length;
  return [...regions.values()].map(({ alive, ...pair }) => {
    const boxes = alive.size === everywhere ? [] : (boxesWhere(diagram, (one) => alive.has(one)) ?? []);
    return { ...pair, series: boxes.length === 0 ? null : boxes.flatMap(writeBox).map(describe).join(' or ') };
  });
}

/** The conjunctions of each cell, by their places among all. */
function bitsOf(cells: readonly Cell[]): Map<Cell, Alive> {
  let next = 0n;
  return new Map(
    cells.map((cell) => {
      const own = cell.series.reduce((set) => set | (1n << next++), 0n);
      return [cell, own] as const;
    }),
  );
}

function diagramOf(conditions: readonly Conjunction[], regexes: RegexRegions | null): ReturnType<typeof partition> {
  const matchers: readonly Matcher[] = conditions.flat();
  const labels = [...new Set(matchers.map(({ label }) => label))].sort();
  const spaces = labels.flatMap((label) => {
    const own = matchers.filter((matcher) => matcher.label === label);
    return openSpace(label, own, regexes) ?? [];
  });
  return spaces.length < labels.length ? null : partition(spaces, conditions);
}

const describe = (conjunction: Conjunction): string => conjunction.map(formatMatcher).join(', ');

/** Whether laying cells over each other needs automata. */
export const narrowsByRegex = (rules: readonly SnapshotRule[]): boolean =>
  rules.some(({ pieces }) => pieces.some(({ series }) => series.some(({ op }) => op === '=~' || op === '!~')));
