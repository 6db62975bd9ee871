import type { Carried, Family } from './rules/types.js';
import { convertAlerts, SERVER_ALERT_NAME, type ServerRule } from './server/alerts.js';
import { convertChecks } from './server/checks.js';
import type { TargetPlan } from './targets/types.js';
import type { Imported, Loss } from './types.js';
import { alertFiles } from './write/alerts.js';
import { projectFile } from './write/project.js';
import { type StaticFile, staticFiles } from './write/static-rules.js';
import { targetFiles } from './write/targets.js';

/** What a repo is made of. */
export interface Design {
  readonly families: readonly Family[];
  readonly carried: readonly Carried[];
  /** Alerts of a config server that a repo does not take, by the names of their templates, with the reasons. */
  readonly refused: ReadonlyMap<string, string>;
}

/** The files of a repo. */
export interface RepoFiles {
  /** All texts, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Those among them that hold rules as they were. */
  readonly carried: readonly StaticFile[];
  /** The rules of a config server, as it writes them. */
  readonly server: readonly ServerRule[];
  /** How many templates of alerts it has. */
  readonly templates: number;
  readonly losses: readonly Loss[];
}

export function repoFiles(name: string, imported: Imported, plan: TargetPlan, design: Design): RepoFiles {
  const { server } = imported;
  const carried = staticFiles(imported.ruleFiles, design.carried);
  const groups = new Set(plan.groups.map(({ id }) => id));
  const alerts = convertAlerts(server?.alertTemplates ?? [], server?.alertRules ?? [], groups, design.refused);
  const checks = convertChecks(server?.scriptTemplates ?? [], server?.scriptPolicies ?? [], groups);
  const alertName = alerts.originals.length > 0 && design.families.length === 0 ? SERVER_ALERT_NAME : null;
  const texts = new Map([
    ['aami.yaml', projectFile(name, plan, imported.prometheus, alertName)],
    ...targetFiles(plan),
    ...alertFiles(design.families),
    ...alerts.files,
    ...checks.files,
    ...carried.map(({ path, text }) => [path, text] as const),
  ]);
  return {
    texts,
    carried,
    server: alerts.originals,
    templates: design.families.length + alerts.templates,
    losses: [...alerts.losses, ...checks.losses],
  };
}
