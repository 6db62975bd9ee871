import type { AlertTemplate, Group, Target } from '../model/types.js';
import { templateSettings } from '../resolve/effective.js';
import { matchesTarget, type ScopeStep, scopeSteps } from '../resolve/layers.js';
import { missingChecks, missingExporters } from '../resolve/requirements.js';
import { stackedLayers } from '../resolve/unit-rules.js';
import { explainCells, rulesCovering } from './cells.js';
import { type ExplainContext, groupRef } from './context.js';
import { keptBackOn } from './kept-back.js';
import { placeOf, placeOfTarget } from './places.js';
import { missedPolicies } from './policies.js';
import { explainLayers } from './stack.js';
import type { AlertOnTarget, Binding, Missing } from './types.js';

/** Why an alert holds for a target with the values that it has, or does not hold. */
export function explainAlertOnTarget(context: ExplainContext, target: Target, template: AlertTemplate): AlertOnTarget {
  const entries = context.alerts.get(template);
  const missing = missingFor(context, target, template);
  const eligible = missing.exporters.length + missing.checks.length === 0;
  const bindings = target.active ? bindingsOf(context, target, template, eligible) : [];
  return {
    kind: 'alert-on-target',
    target: target.id,
    targetAt: placeOfTarget(target),
    group: groupRef(target.groups[0]),
    alert: template.name,
    aggregate: template.aggregate,
    at: placeOf(template.origin),
    status: statusOf(target, eligible, bindings),
    missing,
    bindings,
    keptBack: target.active ? keptBackOn(context, target) : [],
    missed: entries === undefined ? [] : missedPolicies(entries, target),
  };
}

export function missingFor({ model }: ExplainContext, target: Target, template: AlertTemplate): Missing {
  return {
    exporters: missingExporters(template, target),
    checks: target.active ? missingChecks(template, target, model.checks) : [],
  };
}

function statusOf(target: Target, eligible: boolean, bindings: readonly Binding[]): AlertOnTarget['status'] {
  if (!target.active) return 'inactive';
  // Of several aggregates, each binds in its own right.
  if (bindings.every(({ layers }) => layers.length === 1)) return 'unbound';
  if (!eligible) return 'requirements';
  return bindings.some(({ cells }) => cells.some((cell) => cell.state === 'alerts')) ? 'alerts' : 'muted';
}

interface Scope {
  readonly kind: Binding['scope'];
  readonly group: Group | null;
  readonly steps: readonly ScopeStep[];
}

/** An alert has one scope for a target, its primary group; an aggregate has one for each group that binds it, and the fleet. */
function scopesOf({ alerts }: ExplainContext, target: Target, template: AlertTemplate): Scope[] {
  if (!template.aggregate) {
    const [group] = target.groups;
    return [{ kind: 'group', group, steps: scopeSteps(target.groups) }];
  }
  const entries = alerts.get(template);
  const fleet: Scope[] =
    (entries?.global.length ?? 0) > 0
      ? [{ kind: 'fleet', group: null, steps: [{ group: null, secondary: false }] }]
      : [];
  const within = new Set(target.groups.flatMap((group) => [...group.ancestors, group]));
  const groups = [...(entries?.byGroup.keys() ?? [])].filter((group) => within.has(group));
  return [...fleet, ...groups.map((group): Scope => ({ kind: 'subtree', group, steps: scopeSteps([group]) }))];
}

function bindingsOf(context: ExplainContext, target: Target, template: AlertTemplate, eligible: boolean): Binding[] {
  const entries = context.alerts.get(template);
  const layersOf = entries === undefined ? () => [] : stackedLayers(entries);
  return scopesOf(context, target, template).map(({ kind, group, steps }) => {
    const layers = layersOf(steps).filter((layer) => matchesTarget(layer.policy.targets, target));
    const stack = { origin: template.origin, bottom: templateSettings(template), layers, steps };
    const ofScope = (context.rulesOf.get(template) ?? []).filter(
      ({ scope }) => scope.kind === kind && (scope.kind === 'fleet' || scope.group === group),
    );
    const { cells, outcomes } = explainCells(stack, rulesCovering(ofScope, target), target, context);
    return {
      scope: kind,
      group: group === null ? null : groupRef(group),
      layers: explainLayers(stack, outcomes),
      cells: eligible && layers.length > 0 ? cells : [],
    };
  });
}
