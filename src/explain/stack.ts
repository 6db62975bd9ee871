import type { ScopeStep } from '../resolve/layers.js';
import { type Merged, type MergedLeaf, type StackedLayer, sameValue } from '../resolve/merge.js';
import type { FlatSettings, Leaf } from '../resolve/settings.js';
import type { Origin } from '../source/types.js';
import { groupRef } from './context.js';
import { placeOf, writtenPath } from './places.js';
import { policyRef } from './policies.js';
import type { ExplainedLayer, FinalValue, LayerValue, Muting } from './types.js';

/** The layers of one template on one target, over the template's own values. */
export interface Stack {
  readonly origin: Origin;
  readonly bottom: FlatSettings;
  /** Weakest first. */
  readonly layers: readonly StackedLayer[];
  readonly steps: readonly ScopeStep[];
}

/** What the layers come to for some series. */
export interface Outcome {
  readonly present: readonly StackedLayer[];
  readonly merged: Merged;
  /** The paths that count in the end: not a common value which every level overrides. */
  readonly counts: (path: string) => boolean;
}

/** The template is the first layer. */
const TEMPLATE = 1;

const numberOf = ({ layers }: Stack, layer: StackedLayer): number => layers.indexOf(layer) + TEMPLATE + 1;

/** The layer to which a merged value goes back; a `merge: replace` lets the template's own value through. */
function ownerOf(stack: Stack, path: string, { leaf, establishedBy }: MergedLeaf): number {
  if (leaf !== null && stack.bottom.get(path)?.origin === leaf.origin) return TEMPLATE;
  return establisherOf(stack, path, { leaf, establishedBy });
}

function establisherOf(stack: Stack, path: string, { leaf, establishedBy }: MergedLeaf): number {
  const setter = establishedBy.find((layer) => leaf !== null && layer.flat.get(path)?.origin === leaf.origin);
  const layer = setter ?? establishedBy[0];
  return layer === undefined ? TEMPLATE : numberOf(stack, layer);
}

export function explainLayers(stack: Stack, outcomes: readonly Outcome[]): ExplainedLayer[] {
  const template: ExplainedLayer = {
    number: TEMPLATE,
    policy: null,
    group: null,
    secondary: false,
    at: placeOf(stack.origin),
    sets: setValues(stack, TEMPLATE, stack.bottom, stack.origin, outcomes),
  };
  const policies = stack.layers.map((layer): ExplainedLayer => {
    const { policy, entry, flat, step } = layer;
    const group = stack.steps[step]?.group ?? null;
    const number = numberOf(stack, layer);
    const there = outcomes.filter(({ present }) => present.includes(layer));
    return {
      number,
      policy: policyRef(policy, entry),
      group: group === null ? null : groupRef(group),
      secondary: layer.secondary !== null,
      at: placeOf(entry.origin),
      sets: setValues(stack, number, flat, entry.origin, there),
    };
  });
  return [template, ...policies];
}

function setValues(
  stack: Stack,
  number: number,
  flat: FlatSettings,
  base: Origin,
  outcomes: readonly Outcome[],
): LayerValue[] {
  return [...flat]
    .filter(([path]) => !isMereLevel(path, flat))
    .map(([path, leaf]) => ({
      path: writtenPath(leaf.origin, base),
      value: isLevel(path) ? {} : leaf.value,
      at: placeOf(leaf.origin),
      ...fate(stack, number, path, leaf, outcomes),
    }));
}

const isLevel = (path: string): boolean => /^levels\/[^/]+$/.test(path);

/** That a level is there goes without saying where something is set in it. */
const isMereLevel = (path: string, flat: FlatSettings): boolean =>
  isLevel(path) && [...flat.keys()].some((other) => other.startsWith(`${path}/`));

function fate(
  stack: Stack,
  number: number,
  path: string,
  leaf: Leaf,
  outcomes: readonly Outcome[],
): Pick<LayerValue, 'outcome' | 'overriddenBy'> {
  const met = outcomes.map(({ merged, counts }) => ({ merged, at: merged.get(path), counts: counts(path) }));
  if (met.some(({ at, counts }) => counts && at !== undefined && ownerOf(stack, path, at) === number))
    return { outcome: 'wins', overriddenBy: null };
  if (met.some(({ at, counts }) => counts && at !== undefined && sameValue(at.leaf, leaf)))
    return { outcome: 'repeats', overriddenBy: null };
  for (const { merged, at, counts } of met.reverse()) {
    if (at === undefined) continue;
    if (counts || !sameValue(at.leaf, leaf))
      return { outcome: 'overridden', overriddenBy: establisherOf(stack, path, at) };
    const level = [...merged].find(([other, { leaf: own }]) => own !== null && levelPath(other) === path);
    if (level !== undefined) return { outcome: 'overridden', overriddenBy: ownerOf(stack, ...level) };
  }
  return { outcome: 'overridden', overriddenBy: null };
}

/** `levels/warning/for` → `for`; a level as such decides the severity. */
function levelPath(path: string): string | null {
  const [, rest] = /^levels\/[^/]+(?:\/(.+))?$/.exec(path) ?? [null, null];
  return rest === undefined ? 'severity' : rest;
}

/** A merged value, and the layer that it goes back to; a value of a level by its common name. */
export function finalValue(stack: Stack, path: string, merged: MergedLeaf): FinalValue[] {
  const { leaf } = merged;
  if (leaf === null) return [];
  const layer = ownerOf(stack, path, merged);
  const base = stack.layers[layer - TEMPLATE - 1]?.entry.origin ?? stack.origin;
  const shown = writtenPath(leaf.origin, base).replace(/^levels\.[^.]+\./, '');
  return [{ path: shown, value: leaf.value, layer, at: placeOf(leaf.origin) }];
}

/** Who said `enabled: false`. */
export function mutingOf(stack: Stack, path: string, merged: MergedLeaf): Muting {
  const layer = ownerOf(stack, path, merged);
  const entry = stack.layers[layer - TEMPLATE - 1]?.entry;
  const at = merged.leaf?.origin ?? entry?.origin ?? stack.origin;
  return { layer, at: placeOf(at), reason: entry?.reason ?? null };
}
