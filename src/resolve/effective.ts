import { byCodeUnit } from '../diagnostics/order.js';
import { type AlertTemplate, type JsonObject, SEVERITIES, type Severity } from '../model/types.js';
import { below, isWritten } from '../source/positions.js';
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
  const params = below(template.origin, 'params');
  flattenConfig(config, params, 'config', flat);
  const runbook = flat.get(RUNBOOK);
  if (runbook !== undefined && !isWritten(runbook.origin))
    flat.set(RUNBOOK, { ...runbook, origin: below(template.origin, 'runbook_url') });
  return flat;
}

/** An annotation that a template may have as a key of its own. */
const RUNBOOK = 'annotations/runbook_url';

/** One outcome a level, or a single one where there are no levels. */
export function outcomes(merged: Merged): LevelOutcome[] {
  const levels = SEVERITIES.filter((level) => merged.get(`levels/${level}`)?.leaf != null);
  if (levels.length === 0) return [outcome(merged, null)];
  return levels.map((level) => outcome(merged, level));
}

function outcome(merged: Merged, level: Severity | null): LevelOutcome {
  const values = new Map<string, Leaf>();
  // Who shaped each value that counts in the end; a common value that the level overrides shapes nothing.
  const shaping = new Map<string, readonly StackedLayer[]>();
  for (const [path, { leaf, establishedBy }] of merged) {
    if (path.startsWith('levels/')) continue;
    if (leaf !== null) values.set(path, leaf);
    shaping.set(path, establishedBy);
  }
  const baseEnabled = values.get('enabled')?.value !== false;
  for (const [path, leaf] of merged) {
    // That a level exists, or that none does, may be a narrowed policy's doing.
    if (level === null ? /^levels\/[^/]+$/.test(path) : path === `levels/${level}`)
      shaping.set(path, leaf.establishedBy);
    else if (level !== null && path.startsWith(`levels/${level}/`)) overlay(path, leaf, level, values, shaping);
  }
  if (level !== null) shaping.delete('severity');
  const enabled = baseEnabled && values.get('enabled')?.value !== false;
  const shapedBy = new Set([...shaping.values()].flat().filter((layer) => layer.narrowings.length > 0));
  return { level, effective: enabled ? effectiveAlert(values, level) : null, shapedBy: [...shapedBy] };
}

/** A level's own value goes over the common one, whichever policy set that. */
function overlay(
  path: string,
  { leaf, establishedBy }: MergedLeaf,
  level: Severity,
  values: Map<string, Leaf>,
  shaping: Map<string, readonly StackedLayer[]>,
): void {
  const common = path.slice(`levels/${level}/`.length);
  // What took a level's value away lets the common one through; and of `enabled` both count.
  if (leaf === null || common === 'enabled') shaping.set(path, establishedBy);
  if (leaf === null) return;
  if (common.startsWith('config/')) {
    // Merging `{}` into an object changes nothing; anything else takes the place of what lies below it.
    const displacesBelow = !isObject(leaf.value);
    for (const other of [...values.keys()]) {
      if (!((displacesBelow && other.startsWith(`${common}/`)) || common.startsWith(`${other}/`))) continue;
      values.delete(other);
      shaping.delete(other);
    }
  }
  values.set(common, leaf);
  if (common !== 'enabled') shaping.set(common, establishedBy);
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
