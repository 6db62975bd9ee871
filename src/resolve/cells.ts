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
 * region, and joins the regions with one outcome. Muted and unbound regions are left out.
 */
export function seriesCells(
  bottom: FlatSettings,
  layers: readonly StackedLayer[],
  regions: RegexRegions | null,
  keyOf: (outcome: LevelOutcome) => string,
  onRegion: (layers: readonly StackedLayer[]) => void,
): SeriesCell[] {
  const conditions = distinctConditions(layers);
  const matchers = conditions.map((one) => one.matchers);
  const diagrams = orders(spacesOf(conditions, regions)).map((spaces) => partition(spaces, matchers));
  const [first] = diagrams;
  if (first === undefined) return [];
  const cells = new Map<string, { outcome: LevelOutcome; alive: Set<Alive>; layers: Set<StackedLayer> }>();
  for (const alive of combinations(first)) {
    const present = layers.filter((layer) => holds(layer, conditions, alive));
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
  return [...cells.values()].map(({ outcome, alive, layers: met }) => ({
    outcome,
    layers: [...met],
    series: shortest(diagrams, alive),
  }));
}

/** The regions of a cell, cut in the order of labels that needs the fewest pieces. */
function shortest(diagrams: readonly Diagram[], alive: ReadonlySet<Alive>): Conjunction[] {
  const written = diagrams.map((diagram) => boxesWhere(diagram, (one) => alive.has(one)).flatMap(writeBox));
  return written.reduce((best, other) => (other.length < best.length ? other : best));
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

function holds(layer: StackedLayer, conditions: readonly Condition[], alive: Alive): boolean {
  if (layer.policy.series.length === 0) return true;
  const key = conditionKey(layer.policy.series);
  const index = conditions.findIndex((condition) => condition.key === key);
  return (alive & (1n << BigInt(index))) !== 0n;
}

function spacesOf(conditions: readonly Condition[], regions: RegexRegions | null): LabelSpace[] {
  const matchers = conditions.flatMap((condition) => condition.matchers);
  const labels = [...new Set(matchers.map((matcher) => matcher.label))].sort();
  return labels.map((label) =>
    openSpace(
      label,
      matchers.filter((matcher) => matcher.label === label),
      regions,
    ),
  );
}
