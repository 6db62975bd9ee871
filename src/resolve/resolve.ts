import type { Staged } from '../diagnostics/finding.js';
import type { Repo } from '../model/types.js';
import { resolveAlerts } from './alerts.js';
import { resolveChecks } from './checks.js';
import { checkMaintenances } from './maintenance.js';
import type { RegexRegions } from './regex-regions.js';
import { makeReport } from './report.js';
import { checkReach, eligibility } from './requirements.js';
import { checkShadowed } from './shadowed.js';
import type { ResolvedModel } from './types.js';

/** What holds for every target: the rules that cover each bound target and series exactly once, and the checks. */
export async function resolve(repo: Repo): Promise<Staged<ResolvedModel>> {
  const report = makeReport();
  const regions = await regexRegionsFor(repo);
  const checks = resolveChecks(repo, report);
  const rules = resolveAlerts(repo, eligibility(checks), regions, report);
  checkReach(repo, checks, report);
  checkShadowed(repo, report);
  checkMaintenances(repo, report);
  return { value: { repo, rules, checks }, findings: report.findings };
}

/** What cuts series by regexes; loaded only for a repo that does so. */
export async function regexRegionsFor(repo: Repo): Promise<RegexRegions | null> {
  return narrowsByRegex(repo) ? (await import('./regex-regions.js')).regexRegions : null;
}

const narrowsByRegex = (repo: Repo): boolean =>
  repo.alertPolicies.some((policy) => policy.series.some((matcher) => matcher.op === '=~' || matcher.op === '!~'));
