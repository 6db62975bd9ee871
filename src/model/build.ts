import type { Staged } from '../diagnostics/finding.js';
import type { SchemaResult, TypedDocument } from '../schema/check.js';
import type { Sources } from '../source/types.js';
import { brokenDefinitions } from './broken.js';
import { buildGroups } from './groups.js';
import { buildMaintenances } from './maintenances.js';
import { buildAlertPolicies, buildScriptPolicies } from './policies.js';
import { buildProject } from './project.js';
import { buildReceivers, buildRoutes, checkReceiverNames, globalSecrets } from './receivers.js';
import { separateTargets } from './target-clashes.js';
import { buildTargets } from './targets.js';
import { buildAlertTemplates, buildScriptTemplates } from './templates.js';
import type { Repo } from './types.js';

/**
 * The typed repo from documents that passed their schemas: references resolved, ranges expanded, everything in an
 * order that does not depend on how the files are laid out. What cannot be resolved is a finding and is left out.
 */
export function buildRepo(schema: SchemaResult, sources: Sources): Staged<Repo> {
  const of = <Kind extends TypedDocument['kind']>(kind: Kind) =>
    schema.documents.filter((one): one is Extract<TypedDocument, { kind: Kind }> => one.kind === kind);
  const mayExist = brokenDefinitions(schema.broken, sources);
  // One that lies elsewhere is misplaced, and no second project.
  const projects = of('Project').filter(({ document }) => document.folder === 'project');
  const projectKnown = projects.length > 0;

  const project = buildProject(projects);
  const groups = buildGroups(of('Group'), mayExist);
  const references = { project: project.value, projectKnown, groups: groups.value, sources, mayExist };
  const rawTargets = schema.documents.filter((one) => one.kind === 'Target' || one.kind === 'TargetSet');
  const allTargets = buildTargets(rawTargets, references);
  const targets = separateTargets(allTargets.value);
  const scriptTemplates = buildScriptTemplates(of('ScriptTemplate'), references);
  const alertTemplates = buildAlertTemplates(of('AlertTemplate'), scriptTemplates.value, references);
  const { templates, unmet } = alertTemplates.value;
  const bound = { ...references, unmet, alertTemplates: templates, scriptTemplates: scriptTemplates.value };
  const alertPolicies = buildAlertPolicies(of('AlertPolicy'), bound);
  const scriptPolicies = buildScriptPolicies(of('ScriptPolicy'), bound);

  const receivers = buildReceivers(of('Receiver'));
  const routes = buildRoutes(of('Route'));
  const owners = { ...references, receivers: receivers.value, routes: routes.value };
  const maintenances = buildMaintenances(of('Maintenance'), owners);
  const named = { findings: [...checkReceiverNames(owners), ...globalSecrets(project.value)] };

  const stages = [
    project,
    groups,
    allTargets,
    targets,
    scriptTemplates,
    alertTemplates,
    alertPolicies,
    scriptPolicies,
    receivers,
    routes,
    maintenances,
    named,
  ];
  return {
    value: {
      project: project.value,
      groups: groups.value,
      targets: targets.value,
      alertTemplates: templates,
      scriptTemplates: scriptTemplates.value,
      alertPolicies: alertPolicies.value,
      scriptPolicies: scriptPolicies.value,
      receivers: receivers.value,
      routes: routes.value,
      maintenances: maintenances.value,
      staticRules: sources.ruleFiles.map((path) => ({
        path: path.replace(/^rules\//, ''),
        text: sources.texts.get(path) ?? '',
      })),
    },
    findings: stages.flatMap((stage) => stage.findings),
  };
}
