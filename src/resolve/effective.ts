import { byCodeUnit } from '../diagnostics/order.js';
import { type AlertTemplate, type JsonObject, SEVERITIES, type Severity } from '../model/types.js';
import type { Origin } from '../source/types.js';
import type { Merged, MergedLeaf, StackedLayer } from './merge.js';
import { type FlatSettings, flatten, flattenConfig, isObject, type Leaf, unflatten } from './settings.js';
import type { EffectiveAlert } from './types.js';

/** The final values of one level in one cell, and the layers that shaped them. */
export interface LevelOutcome {
  /** null: the alert has no levels here. */
  readonly level: Severity | null;
  /** null: muted. */
  readonly effective: EffectiveAlert | null;
  readonly shapedBy: readonly StackedLayer[];
}

/** The template's own values: the layer under all others. */
export function templateSettings(template: AlertTemplate): FlatSettings {
  const { config = {}, ...settings } = template.settings;
  const flat = new Map<string, Leaf>(flatten(settings, template.origin));
  const params: Origin = { document: template.origin.document, path: [...template.origin.path, 'params'] };
  flattenConfig(config, params, 'config', flat);
  return flat;
}

/** One outcome a level, or a single one where there are no levels. */
export function outcomes(merged: Merged): LevelOutcome[] {
  const levels = SEVERITIES.filter((level) => merged.get(`levels/${level}`)?.leaf != null);
  if (levels.length === 0) return [outcome(merged, null)];
  return levels.map((level) => outcome(merged, level));
}

function outcome(merged: Merged, level: Severity | null): LevelOutcome {
  const prefix = level === null ? null : `levels/${level}`;
  const values = new Map<string, Leaf>();
  const shapedBy = new Set<StackedLayer>();
  const take = (path: string, { leaf, establishedBy }: MergedLeaf): void => {
    for (const layer of establishedBy) if (layer.narrowings.length > 0) shapedBy.add(layer);
    if (leaf !== null) values.set(path, leaf);
  };
  for (const [path, leaf] of merged) if (!path.startsWith('levels/')) take(path, leaf);
  const baseEnabled = values.get('enabled')?.value !== false;
  if (prefix === null) {
    // That no level exists here may be a narrowed policy's doing.
    for (const [path, leaf] of merged) if (/^levels\/[^/]+$/.test(path)) take(path, leaf);
  } else {
    for (const [path, leaf] of merged) {
      if (path === prefix) take(path, leaf);
      else if (path.startsWith(`${prefix}/`)) overlay(values, path.slice(prefix.length + 1), leaf, take);
    }
    values.delete(prefix);
  }
  const enabled = baseEnabled && values.get('enabled')?.value !== false;
  return { level, effective: enabled ? effectiveAlert(values, level) : null, shapedBy: [...shapedBy] };
}

/** A level's own value goes over the common one, whichever policy set that. */
function overlay(
  values: Map<string, Leaf>,
  path: string,
  merged: MergedLeaf,
  take: (path: string, leaf: MergedLeaf) => void,
): void {
  if (merged.leaf !== null && path.startsWith('config/')) {
    // Merging `{}` into an object changes nothing; anything else takes the place of what lies below it.
    const displacesBelow = !isObject(merged.leaf.value);
    for (const other of [...values.keys()]) {
      if ((displacesBelow && other.startsWith(`${path}/`)) || path.startsWith(`${other}/`)) values.delete(other);
    }
  }
  take(path, merged);
}

function effectiveAlert(values: ReadonlyMap<string, Leaf>, level: Severity | null): EffectiveAlert {
  const leaves = [...values].sort(([a], [b]) => byCodeUnit(a, b));
  const text = (path: string): string | null => {
    const value = values.get(path)?.value;
    return value === undefined || value === null ? null : String(value);
  };
  return {
    severity: level ?? ((text('severity') ?? 'warning') as Severity),
    config: unflatten(leaves, 'config/'),
    for: text('for'),
    keepFiringFor: text('keepFiringFor'),
    labels: unflatten(leaves, 'labels/') as JsonObject as Record<string, string>,
    annotations: unflatten(leaves, 'annotations/') as JsonObject as Record<string, string>,
    provenance: new Map(leaves.map(([path, leaf]) => [path, leaf.origin])),
  };
}

/** Equal for equal values, whatever set them. */
export function effectiveKey(effective: EffectiveAlert): string {
  const { provenance: _, ...values } = effective;
  return JSON.stringify(values);
}
