import { fileNamePart } from '../../emit/names.js';
import type { AlertTemplate } from '../../model/types.js';
import type { ResolvedModel } from '../../resolve/types.js';
import type { RuleFile } from '../../rules/types.js';

/** What a rule file does not say of an alert. */
export interface AlertHints {
  /** What a target must have to be seen: folders of jobs in the service discovery, names of checks. */
  readonly requires: Requirements;
  readonly aggregate: boolean;
  /** The labels of series by which policies narrow it. */
  readonly seriesLabels: ReadonlySet<string>;
}

export interface Requirements {
  readonly jobs: readonly string[];
  readonly checks: readonly string[];
}

/** By the name of the alert as it is emitted. */
export type OutputHints = ReadonlyMap<string, AlertHints>;

/** What the working tree knows of its alerts; nothing of names that several templates share. */
export function hintsOfModel({ repo }: ResolvedModel, ruleFiles: readonly RuleFile[]): OutputHints {
  const byAlert = new Map<string, { templates: Set<AlertTemplate>; seriesLabels: Set<string> }>();
  const known = (alert: string, template: AlertTemplate): Set<string> => {
    const { templates, seriesLabels } = byAlert.get(alert) ?? { templates: new Set(), seriesLabels: new Set() };
    byAlert.set(alert, { templates: templates.add(template), seriesLabels });
    return seriesLabels;
  };
  for (const { alert, resolved } of ruleFiles.flatMap(({ groups }) => groups).flatMap(({ rules }) => rules)) {
    const seriesLabels = known(alert, resolved.template);
    for (const { kind, label } of resolved.narrowings) if (kind === 'series') seriesLabels.add(label);
  }
  // One that nothing binds now may have rules on the other side.
  for (const template of repo.alertTemplates.values()) if (!byAlert.has(template.name)) known(template.name, template);

  const hints = new Map<string, AlertHints>();
  for (const [alert, { templates, seriesLabels }] of byAlert) {
    const [template, other] = templates;
    if (template === undefined || other !== undefined) continue;
    const { requires, aggregate } = template;
    const jobs = requires.exporters.map(({ job }) => fileNamePart(job));
    const checks = requires.checks.map(({ name }) => name);
    hints.set(alert, { requires: { jobs, checks }, aggregate, seriesLabels });
  }
  return hints;
}
