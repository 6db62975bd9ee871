import {
  type AlertLayer,
  type AlertTemplate,
  type Matcher,
  type Repo,
  SEVERITIES,
  type Severity,
  type Target,
} from '../model/types.js';
import type { Origin } from '../source/types.js';
import { seriesCells } from './cells.js';
import { reportClashes } from './conflicts.js';
import { membershipMatcher, narrowingLabel, targetCover, targetLabel } from './cover.js';
import { effectiveKey, type LevelOutcome, templateSettings } from './effective.js';
import type { Conjunction } from './label-space.js';
import { type BoundEntries, indexEntries, matchesTarget, possibleLayers } from './layers.js';
import type { StackedLayer } from './merge.js';
import { overrideOf } from './override.js';
import { checkParameters } from './parameters.js';
import type { RegexRegions } from './regex-regions.js';
import type { Report } from './report.js';
import { type FlatSettings, flatten } from './settings.js';
import type { EffectiveAlert, Narrowing, Piece, ResolvedRule } from './types.js';
import { aggregateUnits, type Eligible, groupUnits, restrict, type Unit } from './units.js';

/** Every rule of every alert: for each scope the partition of its targets and series by what policies make of them. */
export function resolveAlerts(
  repo: Repo,
  eligible: Eligible,
  regions: RegexRegions | null,
  report: Report,
): ResolvedRule[] {
  const unitsOf = eligibleUnits(repo, eligible);
  const rules: ResolvedRule[] = [];
  for (const [template, entries] of indexEntries(repo.alertPolicies)) {
    const resolver = unitResolver(template, entries, regions, report);
    const own = template.aggregate ? aggregateUnits(repo, template, entries, eligible) : unitsOf(template);
    for (const unit of own) rules.push(...resolver(unit));
  }
  return sortRules(rules);
}

/** The groups' targets that have series for a template; templates with equal requirements share them. */
function eligibleUnits(repo: Repo, eligible: Eligible): (template: AlertTemplate) => readonly Unit[] {
  const units = groupUnits(repo);
  const known = new Map<string, readonly Unit[]>();
  return (template) => {
    const names = [...template.requires.exporters, ...template.requires.checks].map((one) => one.name);
    const key = `${template.requires.exporters.length} ${names.join(' ')}`;
    const own = known.get(key) ?? units.map((unit) => restrict(unit, (target) => eligible(template, target)));
    known.set(key, own);
    return own;
  };
}

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

function unitResolver(
  template: AlertTemplate,
  entries: BoundEntries<AlertTemplate, AlertLayer>,
  regions: RegexRegions | null,
  report: Report,
): (unit: Unit) => ResolvedRule[] {
  const bottom = templateSettings(template);
  const flats = new Map<unknown, FlatSettings>();
  const flatOf = (layer: { entry: { layer: AlertLayer; origin: Parameters<typeof flatten>[1] } }): FlatSettings => {
    const flat = flats.get(layer.entry) ?? flatten(layer.entry.layer, layer.entry.origin);
    flats.set(layer.entry, flat);
    return flat;
  };
  // Most groups meet the same layers: what these come to is worked out once.
  const known = new Map<string, readonly ResolvedSeries[]>();
  const seriesOf = (layers: readonly StackedLayer[], example: Target): readonly ResolvedSeries[] => {
    // Which layers share a scope counts too: only those can clash.
    const key = layers.map((layer, at) => `${layer.step === layers[at - 1]?.step ? ' ' : '|'}${layer.key}`).join('');
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const made = resolveSeries(bottom, layers, regions, (present) => reportClashes(report, bottom, present, example));
    known.set(key, made);
    return made;
  };
  return (unit) => {
    const cells = new Map<string, Cell>();
    const used = new Set<StackedLayer>();
    for (const { steps, targets } of unit.members) {
      const possible = possibleLayers(entries, steps).map((layer) => ({ ...layer, flat: flatOf(layer) }));
      if (possible.length === 0) continue;
      for (const layer of possible) if (layer.narrowings.length > 0) used.add(layer);
      for (const { layers, members } of byLayers(possible, targets)) {
        const [example] = members;
        if (layers.length === 0 || example === undefined) continue;
        for (const { outcome, boundBy, series, seriesKey } of seriesOf(layers, example)) {
          checkParameters(template, outcome.effective.config, outcome.effective.provenance, example.id, report);
          const cell = cells.get(outcome.key) ?? { outcome, boundBy: new Set(), regions: new Map() };
          cells.set(outcome.key, cell);
          for (const origin of boundBy) cell.boundBy.add(origin);
          const region = cell.regions.get(seriesKey) ?? { series, targets: new Set() };
          cell.regions.set(seriesKey, region);
          for (const target of members) region.targets.add(target);
        }
      }
    }
    const narrowed = [...used];
    const cover = targetCover(unit.targets, cuttingMatchers(unit, narrowed));
    const narrowings = distinctNarrowings(narrowed);
    return [...cells.values()].map(({ outcome, boundBy, regions: parts }) => ({
      template,
      scope: unit.scope,
      level: outcome.level,
      override: outcome.override,
      effective: outcome.effective,
      scopeMatchers: unit.matchers,
      pieces: [...parts.values()].flatMap(({ series, targets }) =>
        pieces(cover.write(targets, outcome.labels), series),
      ),
      targets: unit.targets.filter((target) => [...parts.values()].some((part) => part.targets.has(target))),
      boundBy: [...boundBy],
      narrowings,
    }));
  };
}

function resolveSeries(
  bottom: FlatSettings,
  layers: readonly StackedLayer[],
  regions: RegexRegions | null,
  onRegion: (layers: readonly StackedLayer[]) => void,
): ResolvedSeries[] {
  const identify = (outcome: LevelOutcome): string => {
    const { effective } = outcome;
    return effective === null ? '' : `${outcome.level}|${overrideOf(outcome.shapedBy)}|${effectiveKey(effective)}`;
  };
  return seriesCells(bottom, layers, regions, identify, onRegion).flatMap(({ outcome, layers: met, series }) => {
    const { level, effective, shapedBy } = outcome;
    if (effective === null) return [];
    const labels = new Set(shapedBy.flatMap((layer) => layer.narrowings.map(narrowingLabel)));
    const resolved = { key: identify(outcome), level, effective, override: overrideOf(shapedBy), labels };
    const boundBy = met.map((layer) => layer.entry.origin);
    return [{ outcome: resolved, boundBy, series, seriesKey: JSON.stringify(series) }];
  });
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

/** The order of the output: fleet first, then by group, category, alert, level and override. */
function sortRules(rules: readonly ResolvedRule[]): ResolvedRule[] {
  const keyed = rules.map((rule) => ({ rule, key: sortKey(rule) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ rule }) => rule);
}

function sortKey({ scope, template, level, override }: ResolvedRule): string {
  const group = scope.kind === 'fleet' ? '' : scope.group.id;
  const rank = level === null ? '' : SEVERITIES.indexOf(level);
  return [group, template.category, template.name, rank, override ?? ''].join('\u0000');
}
