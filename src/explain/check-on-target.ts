import { bundlePath } from '../emit/checks/index.js';
import type { JsonObject, ScriptTemplate, Target } from '../model/types.js';
import { checkTemplateSettings, stackedChecks } from '../resolve/checks.js';
import { matchesTarget, scopeSteps } from '../resolve/layers.js';
import { type Merged, merge } from '../resolve/merge.js';
import { type ExplainContext, groupRef } from './context.js';
import { placeOf, placeOfTarget } from './places.js';
import { missedPolicies } from './policies.js';
import { explainLayers, finalValue, mutingOf, type Stack } from './stack.js';
import type { CheckOnTarget, FinalValue } from './types.js';
import { sortValues } from './values.js';

/** Why a check runs on a target with the config that it has, or does not run. */
export function explainCheckOnTarget(context: ExplainContext, target: Target, template: ScriptTemplate): CheckOnTarget {
  const entries = context.checks.get(template);
  const all = entries === undefined || !target.active ? [] : stackedChecks()(entries, target);
  const layers = all.filter((layer) => matchesTarget(layer.policy.targets, target));
  const bottom = checkTemplateSettings(template);
  const stack: Stack = { origin: template.origin, bottom, layers, steps: scopeSteps(target.groups) };
  const merged = merge(bottom, layers);
  const enabled = merged.get('enabled');
  const muted = enabled?.leaf?.value === false && layers.length > 0;
  const runs = layers.length > 0 && !muted;
  return {
    kind: 'check-on-target',
    target: target.id,
    targetAt: placeOfTarget(target),
    group: groupRef(target.groups[0]),
    check: template.name,
    at: placeOf(template.origin),
    status: !target.active ? 'inactive' : layers.length === 0 ? 'unbound' : muted ? 'muted' : 'runs',
    mutedBy: muted && enabled !== undefined ? mutingOf(stack, 'enabled', enabled) : null,
    layers: target.active ? explainLayers(stack, [{ present: layers, merged, counts: () => true }]) : [],
    values: runs ? valuesOf(context, target, template, stack, merged) : [],
    bundle: runs ? inBundle(context, target, template) : null,
    requiredBy: [...context.model.repo.alertTemplates.values()]
      .filter(({ requires }) => requires.checks.includes(template))
      .map(({ name }) => name),
    missed: entries === undefined ? [] : missedPolicies(entries, target),
  };
}

function valuesOf(
  { model }: ExplainContext,
  target: Target,
  template: ScriptTemplate,
  stack: Stack,
  merged: Merged,
): FinalValue[] {
  const resolved = model.checks.get(target)?.find((check) => check.template === template);
  const set = [...merged]
    .filter(([path]) => path !== 'enabled')
    .flatMap(([path, leaf]) => finalValue(stack, path, leaf));
  const assumed = (['interval', 'timeout'] as const)
    .filter((path) => !set.some((value) => value.path === path))
    .map((path) => ({ path, value: resolved?.[path] ?? null, layer: null, at: null }));
  return sortValues([...set, ...assumed]);
}

/** The check as the agent on the target reads it. */
function inBundle({ files }: ExplainContext, target: Target, template: ScriptTemplate): CheckOnTarget['bundle'] {
  const file = bundlePath(target);
  // What emitChecks has written.
  const entries = JSON.parse(files.get(file) ?? '[]') as readonly BundleEntry[];
  const entry = entries.find(({ name }) => name === template.name);
  if (entry === undefined) return null;
  const { config, args, version, hash } = entry;
  return { file, config, args, version, hash };
}

interface BundleEntry {
  readonly name: string;
  readonly config: JsonObject;
  readonly args: readonly string[];
  readonly version: string;
  readonly hash: string;
}
