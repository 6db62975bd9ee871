import type { AlertTemplate, Target } from '../model/types.js';
import { explainAlertOnTarget } from './alert-on-target.js';
import { type ExplainContext, groupRef } from './context.js';
import { placeOf } from './places.js';
import { boundEntries, policyRef } from './policies.js';
import { ruleRows } from './rows.js';
import type { AlertExplanation, AlertOnTarget, Without } from './types.js';

/** Who gets an alert and with which values, and who does not. */
export function explainAlert(context: ExplainContext, template: AlertTemplate): AlertExplanation {
  const entries = context.alerts.get(template);
  return {
    kind: 'alert',
    alert: template.name,
    description: template.description,
    aggregate: template.aggregate,
    at: placeOf(template.origin),
    requires: {
      exporters: template.requires.exporters.map(({ name }) => name),
      checks: template.requires.checks.map(({ name }) => name),
    },
    rules: ruleRows(context, context.rulesOf.get(template) ?? []),
    without: without(context, template),
    policies: entries === undefined ? [] : boundEntries(entries).map(({ policy, entry }) => policyRef(policy, entry)),
  };
}

type Gap = Omit<Without, 'group' | 'targets'>;

/** Targets alike in their primary group and their reason stand together. */
function without(context: ExplainContext, template: AlertTemplate): Without[] {
  const found = new Map<string, { readonly gap: Gap; readonly first: Target; readonly targets: string[] }>();
  const gaps = alikeGaps(context, template);
  for (const target of context.model.repo.targets) {
    if (!target.active) continue;
    for (const gap of gaps(target)) {
      const key = JSON.stringify([target.groups[0].id, gap]);
      const known = found.get(key) ?? { gap, first: target, targets: [] };
      known.targets.push(target.id);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ gap, first, targets }) => ({ group: groupRef(first.groups[0]), targets, ...gap }));
}

/** The gaps of a target. Targets that no policy can tell apart have the same ones: they are worked out once. */
function alikeGaps(context: ExplainContext, template: AlertTemplate): (target: Target) => readonly Gap[] {
  const known = new Map<string, readonly Gap[]>();
  const labels = [...(context.alerts.get(template)?.targetLabels ?? [])];
  return (target) => {
    const exporters = target.exporters.map(({ exporter }) => exporter.name);
    const checks = context.model.checks.get(target)?.map((check) => check.template.name);
    const told = labels.map((label) => (Object.hasOwn(target.labels, label) ? target.labels[label] : null));
    const key = JSON.stringify([target.groups.map(({ id }) => id), told, exporters, checks]);
    const gaps = known.get(key) ?? gapsOf(explainAlertOnTarget(context, target, template));
    known.set(key, gaps);
    return gaps;
  };
}

function gapsOf({ status, missing, bindings }: AlertOnTarget): Gap[] {
  const plain = { missing: { exporters: [], checks: [] }, level: null, series: null, at: null, reason: null };
  if (status === 'requirements') return [{ ...plain, why: 'requirements', missing }];
  if (status === 'unbound') return [{ ...plain, why: 'unbound' }];
  return bindings.flatMap(({ cells }) =>
    cells.flatMap((cell): Gap[] => {
      if (cell.state === 'alerts') return [];
      if (cell.state === 'unbound') return [{ ...plain, why: 'unbound', series: cell.series }];
      const { level, series, by } = cell;
      return [{ ...plain, why: 'muted', level, series, at: by.at, reason: by.reason }];
    }),
  );
}
