import { byCodeUnit } from '../diagnostics/order.js';
import type { Matcher } from '../model/types.js';
import { orders } from './cover.js';
import { type LevelOutcome, outcomes } from './effective.js';
import { type Conjunction, type LabelSpace, openSpace } from './label-space.js';
import { merge, type StackedLayer } from './merge.js';
import { type Alive, boxesWhere, combinations, type Diagram, partition, writeBox } from './partition.js';
import type { RegexRegions } from './regex-regions.js';
import type { FlatSettings } from './settings.js';

/** An outcome, and the series label sets where it holds for targets with the same layers. */
export interface SeriesCell {
  readonly outcome: LevelOutcome;
  /** Every layer that takes part somewhere in the cell. */
  readonly layers: readonly StackedLayer[];
  /** Disjoint conjunctions over the labels of the series. */
  readonly series: readonly Conjunction[];
}

/**
 * Cuts the series of targets with the given layers by the policies' `series` narrowings, merges the layers of each
 * region, and joins the regions with one outcome. Muted and unbound regions are left out. Null where the narrowings
 * meet in too many ways.
 */
export function seriesCells(
  bottom: FlatSettings,
  layers: readonly StackedLayer[],
  regions: RegexRegions | null,
  keyOf: (outcome: LevelOutcome) => string,
  onRegion: (layers: readonly StackedLayer[]) => void,
): SeriesCell[] | null {
  const found = seriesRegions(layers, regions);
  if (found === null) return null;
  const cells = new Map<string, { outcome: LevelOutcome; alive: Set<Alive>; layers: Set<StackedLayer> }>();
  for (const { alive, present } of found.regions) {
    if (present.length === 0) continue;
    onRegion(present);
    for (const outcome of outcomes(merge(bottom, present))) {
      if (outcome.effective === null) continue;
      const key = keyOf(outcome);
      const cell = cells.get(key) ?? { outcome, alive: new Set(), layers: new Set() };
      cell.alive.add(alive);
      for (const layer of present) cell.layers.add(layer);
      cells.set(key, cell);
    }
  }
  const written: SeriesCell[] = [];
  for (const { outcome, alive, layers: met } of cells.values()) {
    const series = found.write(alive);
    if (series === null) return null;
    written.push({ outcome, layers: [...met], series });
  }
  return written;
}

/** The series of a target, cut by which of the layers' `series` narrowings hold there. */
export interface SeriesRegions {
  /** Each with the layers that hold there, weakest first. */
  readonly regions: readonly { readonly alive: Alive; readonly present: readonly StackedLayer[] }[];
  /** Some of the regions as disjoint conjunctions; null where they are too many. */
  readonly write: (alive: ReadonlySet<Alive>) => Conjunction[] | null;
}

/** Null where the narrowings meet in too many ways. */
export function seriesRegions(layers: readonly StackedLayer[], regions: RegexRegions | null): SeriesRegions | null {
  const conditions = distinctConditions(layers);
  const bits = conditionBits(layers, conditions);
  const matchers = conditions.map((one) => one.matchers);
  const spaces = spacesOf(conditions, regions);
  const diagrams = (spaces === null ? [] : orders(spaces)).flatMap((order) => partition(order, matchers) ?? []);
  const [first] = diagrams;
  if (first === undefined) return null;
  return {
    regions: combinations(first).map((alive) => ({
      alive,
      present: layers.filter((layer) => ((bits.get(layer) ?? 0n) & ~alive) === 0n),
    })),
    write: (alive) => shortest(diagrams, alive),
  };
}

/** The regions of a cell, cut in the order of labels that needs the fewest pieces. */
function shortest(diagrams: readonly Diagram[], alive: ReadonlySet<Alive>): Conjunction[] | null {
  let best: Conjunction[] | null = null;
  for (const diagram of diagrams) {
    const written = boxesWhere(diagram, (one) => alive.has(one))?.flatMap(writeBox) ?? null;
    if (written !== null && (best === null || written.length < best.length)) best = written;
  }
  return best;
}

interface Condition {
  readonly key: string;
  readonly matchers: readonly Matcher[];
}

const conditionKey = (matchers: readonly Matcher[]): string => JSON.stringify(matchers);

function distinctConditions(layers: readonly StackedLayer[]): Condition[] {
  const byKey = new Map<string, Condition>();
  for (const { policy } of layers) {
    const key = conditionKey(policy.series);
    if (policy.series.length > 0) byKey.set(key, { key, matchers: policy.series });
  }
  return [...byKey.values()].sort((a, b) => byCodeUnit(a.key, b.key));
}

/** The bit of each layer's condition; none for a layer that holds for all series. */
function conditionBits(layers: readonly StackedLayer[], conditions: readonly Condition[]): Map<StackedLayer, Alive> {
  const bits = new Map(conditions.map(({ key }, index) => [key, 1n << BigInt(index)]));
  return new Map(layers.map((layer) => [layer, bits.get(conditionKey(layer.policy.series)) ?? 0n]));
}

function spacesOf(conditions: readonly Condition[], regions: RegexRegions | null): LabelSpace[] | null {
  const matchers = conditions.flatMap((condition) => condition.matchers);
  const spaces: LabelSpace[] = [];
  for (const label of [...new Set(matchers.map((matcher) => matcher.label))].sort()) {
    const own = matchers.filter((matcher) => matcher.label === label);
    const space = openSpace(label, own, regions);
    if (space === null) return null;
    spaces.push(space);
  }
  return spaces;
}
