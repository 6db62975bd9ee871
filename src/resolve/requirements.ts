import { finding } from '../diagnostics/codes.js';
import type { Span } from '../diagnostics/finding.js';
import type { AlertPolicy, AlertTemplate, Group, Repo, Target } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { matchesTarget } from './layers.js';
import type { Report } from './report.js';
import type { ResolvedCheck } from './types.js';
import type { Eligible } from './units.js';

/** An alert sees a target where the exporters and the checks that it requires run. */
export function eligibility(checks: ReadonlyMap<Target, readonly ResolvedCheck[]>): Eligible {
  return (template, target) =>
    missingExporters(template, target).length === 0 && missingChecks(template, target, checks).length === 0;
}

export const missingExporters = (template: AlertTemplate, target: Target): string[] =>
  template.requires.exporters
    .filter((exporter) => !target.exporters.some((own) => own.exporter === exporter))
    .map((exporter) => exporter.name);

export const missingChecks = (
  template: AlertTemplate,
  target: Target,
  checks: ReadonlyMap<Target, readonly ResolvedCheck[]>,
): string[] =>
  template.requires.checks
    .filter((check) => !checks.get(target)?.some((own) => own.template === check))
    .map((check) => check.name);

/** Findings about policies that reach nothing: dead narrowings, dead rules, blind spots. */
export function checkReach(repo: Repo, checks: ReadonlyMap<Target, readonly ResolvedCheck[]>, report: Report): void {
  const inScopeOf = targetsByScope(repo);
  for (const policy of repo.alertPolicies) {
    const inScope = inScopeOf(policy.scope);
    const matching = inScope.filter((target) => matchesTarget(policy.targets, target));
    if (deadNarrowing(policy, inScope, matching, report)) continue;
    for (const { template, layer, origin } of policy.entries) {
      if (layer.enabled !== false) reportUnmet(template, origin, policy.scope.kind, matching, checks, report);
    }
  }
  for (const policy of repo.scriptPolicies) {
    const inScope = inScopeOf(policy.scope);
    deadNarrowing(
      policy,
      inScope,
      inScope.filter((target) => matchesTarget(policy.targets, target)),
      report,
    );
  }
}

/** The active targets that a policy of a scope can meet. */
function targetsByScope(repo: Repo): (scope: AlertPolicy['scope']) => readonly Target[] {
  const active = repo.targets.filter((target) => target.active);
  const below = new Map<Group, Target[]>();
  for (const target of active) {
    for (const group of new Set(target.groups.flatMap((one) => [...one.ancestors, one]))) {
      const list = below.get(group);
      if (list === undefined) below.set(group, [target]);
      else list.push(target);
    }
  }
  return (scope) =>
    scope.kind === 'global' ? active : [...new Set(scope.groups.flatMap((group) => below.get(group) ?? []))];
}

function deadNarrowing(
  policy: { readonly targets: AlertPolicy['targets']; readonly origin: Origin },
  inScope: readonly Target[],
  matching: readonly Target[],
  report: Report,
): boolean {
  if (policy.targets.length === 0 || matching.length > 0 || inScope.length === 0) return false;
  const origin = below(policy.origin, 'targets');
  report.add(`no-target ${spanOf(origin).file}:${spanOf(origin).start}`, () =>
    finding(
      'policy/no-target-matches',
      `None of the ${inScope.length} active targets in scope matches \`targets\``,
      spanOf(origin),
      {
        hint: 'Check the labels of the targets; a policy that is meant for later can wait until its targets exist.',
      },
    ),
  );
  return true;
}

function reportUnmet(
  template: AlertTemplate,
  origin: Origin,
  scope: AlertPolicy['scope']['kind'],
  targets: readonly Target[],
  checks: ReadonlyMap<Target, readonly ResolvedCheck[]>,
  report: Report,
): void {
  const place = (): Span => spanOf(origin, 'key');
  const key = (what: string): string => `${what} ${place().file}:${place().start}`;
  const lacking = targets.map((target) => ({
    target,
    exporters: missingExporters(template, target),
    checks: missingChecks(template, target, checks),
  }));
  const blocked = lacking.filter((one) => one.exporters.length + one.checks.length > 0);
  const missing = [...new Set(blocked.flatMap((one) => [...one.exporters, ...one.checks]))].sort().join(', ');
  if (targets.length > 0 && blocked.length === targets.length) {
    report.add(key('binds-nothing'), () =>
      finding(
        'policy/binds-nothing',
        `${template.name} is bound to no target here: all ${targets.length} lack ${missing}`,
        place(),
        {
          hint: 'Give the targets what the alert requires, or take the alert out of this policy.',
        },
      ),
    );
    return;
  }
  // A global policy means: wherever the check runs.
  if (scope === 'global') return;
  const blind = lacking.filter((one) => one.exporters.length === 0 && one.checks.length > 0);
  if (blind.length === 0) return;
  report.add(key('blind-spot'), () =>
    finding(
      'policy/blind-spot',
      `${template.name} stays blind on ${blind.length} of ${targets.length} targets, which do not run ${missing}: ${someIds(blind.map((one) => one.target))}`,
      place(),
      { hint: 'Bind the check in the same scope with a ScriptPolicy, or narrow this policy.' },
    ),
  );
}

function someIds(targets: readonly Target[]): string {
  const shown = targets.slice(0, 3).map((target) => target.id);
  return targets.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}
