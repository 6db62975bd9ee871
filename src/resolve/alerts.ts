import { byCodeUnit } from '../diagnostics/order.js';
import { type AlertTemplate, type Repo, SEVERITIES } from '../model/types.js';
import { indexEntries } from './layers.js';
import type { RegexRegions } from './regex-regions.js';
import type { Report } from './report.js';
import type { ResolvedRule } from './types.js';
import { unitResolver } from './unit-rules.js';
import { aggregateUnits, type Eligible, groupUnits, restrict, type Unit } from './units.js';

/** Every rule of every alert: for each scope the partition of its targets and series by what policies make of them. */
export function resolveAlerts(
  repo: Repo,
  eligible: Eligible,
  regions: RegexRegions | null,
  report: Report,
): ResolvedRule[] {
  const unitsOf = eligibleUnits(repo, eligible);
  const rules: ResolvedRule[] = [];
  for (const [template, entries] of indexEntries(repo.alertPolicies)) {
    const resolver = unitResolver(template, entries, regions, report);
    const own = template.aggregate ? aggregateUnits(repo, template, entries, eligible) : unitsOf(template);
    for (const unit of own) rules.push(...resolver(unit));
  }
  return sortRules(rules);
}

/** The groups' targets that have series for a template; templates with equal requirements share them. */
function eligibleUnits(repo: Repo, eligible: Eligible): (template: AlertTemplate) => readonly Unit[] {
  const units = groupUnits(repo);
  const known = new Map<string, readonly Unit[]>();
  return (template) => {
    const names = [...template.requires.exporters, ...template.requires.checks].map((one) => one.name);
    const key = `${template.requires.exporters.length} ${names.join(' ')}`;
    const own = known.get(key) ?? units.map((unit) => restrict(unit, (target) => eligible(template, target)));
    known.set(key, own);
    return own;
  };
}

/** The order of the output: fleet first, then by group, category, alert, level and override. */
function sortRules(rules: readonly ResolvedRule[]): ResolvedRule[] {
  const keyed = rules.map((rule) => ({ rule, key: sortKey(rule) }));
  return keyed.sort((a, b) => byCodeUnit(a.key, b.key)).map(({ rule }) => rule);
}

function sortKey({ scope, template, level, override }: ResolvedRule): string {
  const group = scope.kind === 'fleet' ? '' : scope.group.id;
  const rank = level === null ? '' : SEVERITIES.indexOf(level);
  return [group, template.category, template.name, rank, override ?? ''].join('\u0000');
}
