import type { AlertLayer, AlertTemplate, Matcher, Severity, Target } from '../model/types.js';
import type { Origin } from '../source/types.js';
import { seriesCells } from './cells.js';
import { reportClashes, reportTooMany } from './conflicts.js';
import { membershipMatcher, narrowingLabel, type TargetCover, targetCover, targetLabel } from './cover.js';
import { effectiveKey, type LevelOutcome, templateSettings } from './effective.js';
import type { Conjunction } from './label-space.js';
import { type BoundEntries, layersKey, matchesTarget, possibleLayers, type ScopeStep } from './layers.js';
import type { StackedLayer } from './merge.js';
import { overrideOf } from './override.js';
import { checkParameters } from './parameters.js';
import type { RegexRegions } from './regex-regions.js';
import type { Report } from './report.js';
import { type FlatSettings, flatten } from './settings.js';
import type { EffectiveAlert, Narrowing, Piece, ResolvedRule } from './types.js';
import type { Unit } from './units.js';

/** One outcome in one unit: where it holds, as targets by series. */
interface Cell {
  readonly outcome: ResolvedOutcome;
  readonly boundBy: Set<Origin>;
  /** Targets by the series conjunctions that they have in common. */
  readonly regions: Map<string, { readonly series: readonly Conjunction[]; readonly targets: Set<Target> }>;
}

/** An outcome with its identity. Cells with one key become one rule. */
interface ResolvedOutcome {
  readonly key: string;
  readonly level: Severity | null;
  readonly effective: EffectiveAlert;
  readonly override: string | null;
  /** The labels of series that its narrowings ask for. */
  readonly labels: ReadonlySet<string>;
}

interface ResolvedSeries {
  readonly outcome: ResolvedOutcome;
  readonly boundBy: readonly Origin[];
  readonly series: readonly Conjunction[];
  readonly seriesKey: string;
}

/** Makes the rules of a template for one unit after another. */
export function unitResolver(
  template: AlertTemplate,
  entries: BoundEntries<AlertTemplate, AlertLayer>,
  regions: RegexRegions | null,
  report: Report,
): (unit: Unit) => ResolvedRule[] {
  const layersOf = stackedLayers(entries);
  const seriesOf = seriesResolver(template, regions, report);
  return (unit) => {
    const cells = new Map<string, Cell>();
    const narrowed = new Set<StackedLayer>();
    for (const { steps, targets } of unit.members) {
      const possible = layersOf(steps);
      for (const layer of possible) if (layer.narrowings.length > 0) narrowed.add(layer);
      for (const { layers, members } of byLayers(possible, targets)) {
        for (const part of seriesOf(layers, members)) addToCell(cells, part, members);
      }
    }
    const cover = targetCover(unit.targets, cuttingMatchers(unit, [...narrowed]));
    const narrowings = distinctNarrowings([...narrowed]);
    return [...cells.values()].map((cell) => cellRule(template, unit, cell, cover, narrowings));
  };
}

/** The layers that targets with given scopes can have, with their values flattened once. */
export function stackedLayers(
  entries: BoundEntries<AlertTemplate, AlertLayer>,
): (steps: readonly ScopeStep[]) => StackedLayer[] {
  const flats = new Map<unknown, FlatSettings>();
  return (steps) =>
    possibleLayers(entries, steps).map((layer) => {
      const { entry } = layer;
      const flat = flats.get(entry) ?? flatten(entry.layer, entry.origin);
      flats.set(entry, flat);
      return { ...layer, flat };
    });
}

/** What layers come to. Most groups meet the same layers: that is worked out once. */
function seriesResolver(
  template: AlertTemplate,
  regions: RegexRegions | null,
  report: Report,
): (layers: readonly StackedLayer[], members: readonly Target[]) => readonly ResolvedSeries[] {
  const bottom = templateSettings(template);
  const known = new Map<string, readonly ResolvedSeries[]>();
  return (layers, [example]) => {
    if (layers.length === 0 || example === undefined) return [];
    const key = layersKey(layers);
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const made = resolveSeries(bottom, layers, regions, (present) => reportClashes(report, bottom, present, example));
    if (made === null) {
      reportTooMany(report, layers, example);
      known.set(key, []);
      return [];
    }
    for (const { effective } of made.map((one) => one.outcome)) {
      checkParameters(template, effective.config, effective.provenance, example.id, report);
    }
    known.set(key, made);
    return made;
  };
}

function addToCell(cells: Map<string, Cell>, part: ResolvedSeries, members: readonly Target[]): void {
  const { outcome, boundBy, series, seriesKey } = part;
  const cell = cells.get(outcome.key) ?? { outcome, boundBy: new Set(), regions: new Map() };
  cells.set(outcome.key, cell);
  for (const origin of boundBy) cell.boundBy.add(origin);
  const region = cell.regions.get(seriesKey) ?? { series, targets: new Set() };
  cell.regions.set(seriesKey, region);
  for (const target of members) region.targets.add(target);
}

function cellRule(
  template: AlertTemplate,
  unit: Unit,
  { outcome, boundBy, regions }: Cell,
  cover: TargetCover,
  narrowings: readonly Narrowing[],
): ResolvedRule {
  const parts = [...regions.values()];
  return {
    template,
    scope: unit.scope,
    level: outcome.level,
    override: outcome.override,
    effective: outcome.effective,
    scopeMatchers: unit.matchers,
    pieces: parts.flatMap(({ series, targets }) => pieces(cover.write(targets, outcome.labels), series)),
    targets: covered(unit, parts),
    boundBy: [...boundBy],
    narrowings,
  };
}

function resolveSeries(
  bottom: FlatSettings,
  layers: readonly StackedLayer[],
  regions: RegexRegions | null,
  onRegion: (layers: readonly StackedLayer[]) => void,
): ResolvedSeries[] | null {
  const identify = (outcome: LevelOutcome): string => {
    const { effective } = outcome;
    return effective === null
      ? ''
      : `${outcome.level}|${overrideOf(outcome.shapedBy, bottom)}|${effectiveKey(effective)}`;
  };
  const cells = seriesCells(bottom, layers, regions, identify, onRegion);
  if (cells === null) return null;
  return cells.flatMap(({ outcome, layers: met, series }) => {
    const { level, effective, shapedBy } = outcome;
    if (effective === null) return [];
    const labels = new Set(shapedBy.flatMap((layer) => layer.narrowings.map(narrowingLabel)));
    const resolved = { key: identify(outcome), level, effective, override: overrideOf(shapedBy, bottom), labels };
    const boundBy = met.map((layer) => layer.entry.origin);
    return [{ outcome: resolved, boundBy, series, seriesKey: JSON.stringify(series) }];
  });
}

function covered(unit: Unit, parts: readonly { readonly targets: ReadonlySet<Target> }[]): readonly Target[] {
  if (parts.some((part) => part.targets.size === unit.targets.length)) return unit.targets;
  return unit.targets.filter((target) => parts.some((part) => part.targets.has(target)));
}

/** Splits targets with the same scopes by which of the layers' `targets` they match. */
function byLayers(
  possible: readonly StackedLayer[],
  targets: readonly Target[],
): { readonly layers: readonly StackedLayer[]; readonly members: readonly Target[] }[] {
  if (possible.every((layer) => layer.policy.targets.length === 0)) return [{ layers: possible, members: targets }];
  const classes = new Map<string, { layers: StackedLayer[]; members: Target[] }>();
  for (const target of targets) {
    const layers = possible.filter((layer) => matchesTarget(layer.policy.targets, target));
    const key = layers.map((layer) => layer.key).join(' ');
    const known = classes.get(key) ?? { layers, members: [] };
    known.members.push(target);
    classes.set(key, known);
  }
  return [...classes.values()];
}

/** The matchers by which policies tell the targets of a unit apart: their labels, and their secondary groups. */
function cuttingMatchers(unit: Unit, layers: readonly StackedLayer[]): Matcher[] {
  if (layers.length === 0) return [];
  const groups = new Set(unit.targets.flatMap((target) => target.groups));
  return layers.flatMap(({ policy, secondary }) => {
    const byLabel = policy.targets.map((matcher) => ({ ...matcher, label: targetLabel(matcher.label) }));
    if (secondary === null) return byLabel;
    // The label `groups` names the groups themselves, not their ancestors.
    const members = [...groups].filter((group) => group === secondary || group.ancestors.includes(secondary));
    return [...byLabel, membershipMatcher(members.map((group) => group.id))];
  });
}

function pieces(targets: readonly Conjunction[], series: readonly Conjunction[]): Piece[] {
  return targets.flatMap((target) => series.map((one) => ({ target, series: one })));
}

function distinctNarrowings(layers: readonly StackedLayer[]): Narrowing[] {
  const distinct = new Map<string, Narrowing>();
  for (const { key, narrowings } of layers) for (const one of narrowings) distinct.set(`${key} ${one.text}`, one);
  return [...distinct.values()];
}
