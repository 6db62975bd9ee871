import { bundlePath } from '../emit/checks/index.js';
import type { Severity, Target } from '../model/types.js';
import { explainAlertOnTarget } from './alert-on-target.js';
import { explainCheckOnTarget } from './check-on-target.js';
import { type ExplainContext, groupRef } from './context.js';
import { keptBackOn } from './kept-back.js';
import { placeOfTarget } from './places.js';
import type { AlertOnTarget, TargetAlert, TargetExplanation } from './types.js';

/** What a target is, and all that watches it. */
export function explainTarget(context: ExplainContext, target: Target): TargetExplanation {
  const { repo } = context.model;
  const alerts = [...repo.alertTemplates.values()]
    .filter((template) => context.alerts.has(template))
    .map((template) => explainAlertOnTarget(context, target, template));
  const checks = [...repo.scriptTemplates.values()]
    .filter((template) => context.checks.has(template))
    .map((template) => explainCheckOnTarget(context, target, template));
  return {
    kind: 'target',
    target: target.id,
    hostname: target.hostname,
    address: target.address,
    active: target.active,
    at: placeOfTarget(target),
    groups: target.groups.map((group) => ({ ...groupRef(group), ancestors: group.ancestors.map(groupRef) })),
    labels: target.labels,
    exporters: target.exporters.map(({ exporter, port }) => ({ name: exporter.name, job: exporter.job, port })),
    alerts: alerts.flatMap(effective),
    muted: alerts.flatMap(mutings),
    requirements: alerts
      .filter(({ status }) => status === 'requirements')
      .map(({ alert, missing }) => ({ alert, ...missing })),
    keptBack: target.active ? keptBackOn(context, target) : [],
    checks: checks
      .filter(({ status }) => status === 'runs')
      .map(({ check, values }) => ({ check, values, file: bundlePath(target) })),
    mutedChecks: checks.flatMap(({ check, mutedBy }) =>
      mutedBy === null ? [] : [{ check, at: mutedBy.at, reason: mutedBy.reason }],
    ),
  };
}

function effective({ alert, bindings }: AlertOnTarget): TargetAlert[] {
  return bindings.flatMap(({ scope, group, cells }) =>
    cells.flatMap((cell): TargetAlert[] => {
      if (cell.state !== 'alerts') return [];
      const { level, series, values, rule, told } = cell;
      const severity = values.find(({ path }) => path === 'severity')?.value ?? 'warning';
      return [
        { alert, scope, group, level, series, severity: severity as Severity, values, file: rule?.file ?? null, told },
      ];
    }),
  );
}

function mutings({ alert, bindings }: AlertOnTarget): TargetExplanation['muted'] {
  return bindings.flatMap(({ cells }) =>
    cells.flatMap((cell) => {
      if (cell.state !== 'muted') return [];
      const { level, series, by } = cell;
      return [{ alert, level, series, at: by.at, reason: by.reason }];
    }),
  );
}
