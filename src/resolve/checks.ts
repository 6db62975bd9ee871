import { byCodeUnit } from '../diagnostics/order.js';
import type { CheckSettings, Repo, ScriptTemplate, Target } from '../model/types.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { reportClashes } from './conflicts.js';
import { type BoundEntries, indexEntries, layersKey, matchesTarget, possibleLayers, scopeSteps } from './layers.js';
import { type Merged, merge, type StackedLayer } from './merge.js';
import { reportMetricClashes } from './metric-clashes.js';
import { checkParameters } from './parameters.js';
import type { Report } from './report.js';
import { type FlatSettings, flattenConfig, type Leaf, unflatten } from './settings.js';
import type { ResolvedCheck } from './types.js';

/** The enabled checks of each active target, in order of name; targets with the same layers share one array. */
export function resolveChecks(repo: Repo, report: Report): Map<Target, readonly ResolvedCheck[]> {
  const templates = [...indexEntries(repo.scriptPolicies)]
    .map(([template, entries]) => ({
      template,
      entries,
      bottom: checkTemplateSettings(template),
    }))
    .sort((a, b) => byCodeUnit(a.template.name, b.template.name));
  const stack = stackedChecks();
  const possible = new Map<string, StackedLayer[][]>();
  const resolved = new Map<string, readonly ResolvedCheck[]>();
  const checks = new Map<Target, readonly ResolvedCheck[]>();
  for (const target of repo.targets) {
    if (!target.active) continue;
    const groups = target.groups.map((group) => group.id).join(',');
    const all = possible.get(groups) ?? templates.map(({ entries }) => stack(entries, target));
    possible.set(groups, all);
    const layers = all.map((list) => list.filter((layer) => matchesTarget(layer.policy.targets, target)));
    const key = `${layers.map(layersKey).join('&')}`;
    const known = resolved.get(key);
    if (known !== undefined) {
      checks.set(target, known);
      continue;
    }
    const own = templates.flatMap(({ template, bottom }, index) => {
      const list = layers[index] ?? [];
      if (list.length === 0) return [];
      reportClashes(report, bottom, list, target);
      const effective = effectiveCheck(template, merge(bottom, list));
      for (const { config, provenance } of effective) checkParameters(template, config, provenance, target.id, report);
      return effective;
    });
    reportMetricClashes(own, target, report);
    resolved.set(key, own);
    checks.set(target, own);
  }
  return checks;
}

/** The layers of a check for targets with the same groups. */
export function stackedChecks(): (
  entries: BoundEntries<ScriptTemplate, CheckSettings>,
  target: Target,
) => StackedLayer[] {
  const flats = new Map<unknown, FlatSettings>();
  return (entries, target) =>
    possibleLayers(entries, scopeSteps(target.groups)).map((layer) => {
      const flat = flats.get(layer.entry) ?? settingsOf(layer.entry.layer, layer.entry.origin, 'config');
      flats.set(layer.entry, flat);
      return { ...layer, flat };
    });
}

/** The template's own values: the layer under all others. */
export function checkTemplateSettings(template: ScriptTemplate): FlatSettings {
  return settingsOf(template.settings, template.origin, 'params');
}

function settingsOf(settings: CheckSettings, origin: Origin, configKey: string): FlatSettings {
  const flat = new Map<string, Leaf>();
  for (const field of ['enabled', 'interval', 'timeout'] as const) {
    const value = settings[field];
    if (value !== undefined) flat.set(field, { value, origin: below(origin, field) });
  }
  flattenConfig(settings.config ?? {}, below(origin, configKey), 'config', flat);
  return flat;
}

/** A check with the values of its template alone, as if a policy bound it and set nothing. */
export function checkByDefault(template: ScriptTemplate): ResolvedCheck {
  return checkOf(template, merge(checkTemplateSettings(template), []));
}

/** None where it is muted. */
function effectiveCheck(template: ScriptTemplate, merged: Merged): ResolvedCheck[] {
  return merged.get('enabled')?.leaf?.value === false ? [] : [checkOf(template, merged)];
}

function checkOf(template: ScriptTemplate, merged: Merged): ResolvedCheck {
  const leaves = [...merged]
    .flatMap(([path, { leaf }]) => (leaf === null ? [] : [[path, leaf] as const]))
    .sort(([a], [b]) => byCodeUnit(a, b));
  const value = (path: string): unknown => merged.get(path)?.leaf?.value;
  return {
    template,
    config: unflatten(leaves, 'config/'),
    interval: String(value('interval') ?? DEFAULT_INTERVAL),
    timeout: String(value('timeout') ?? DEFAULT_TIMEOUT),
    provenance: new Map(leaves.map(([path, leaf]) => [path, leaf.origin])),
  };
}

/** As in the format reference. */
const DEFAULT_INTERVAL = '60s';
const DEFAULT_TIMEOUT = '30s';
