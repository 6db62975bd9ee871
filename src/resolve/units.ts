import type { AlertLayer, AlertTemplate, Group, Matcher, Repo, Target } from '../model/types.js';
import { quoteRegex } from '../promql/index.js';
import { groupsLabel, membershipMatcher } from './cover.js';
import { type BoundEntries, type ScopeStep, scopeSteps } from './layers.js';
import type { RuleScope } from './types.js';

/** Targets that have series for one alert in one scope, with the scopes of policies that count for each. */
export interface Unit {
  readonly scope: RuleScope;
  readonly targets: readonly Target[];
  /** The targets by their scopes: those with equal groups share one list. */
  readonly members: readonly { readonly steps: readonly ScopeStep[]; readonly targets: readonly Target[] }[];
  /** Selects the series of the unit: in every selector of its rules. */
  readonly matchers: readonly Matcher[];
}

/** Whether an alert can see a target: what `requires` asks for runs there. */
export type Eligible = (template: AlertTemplate, target: Target) => boolean;

/** One unit for each primary group: its rules look at the targets of that group. */
export function groupUnits(repo: Repo): Unit[] {
  const byGroup = new Map<Group, Target[]>();
  for (const target of repo.targets) {
    if (!target.active) continue;
    const list = byGroup.get(target.groups[0]);
    if (list === undefined) byGroup.set(target.groups[0], [target]);
    else list.push(target);
  }
  return [...byGroup].map(([group, targets]) => groupUnit(group, targets));
}

function groupUnit(group: Group, targets: readonly Target[]): Unit {
  const byGroups = new Map<string, Target[]>();
  for (const target of targets) {
    const list = byGroups.get(groupsLabel(target));
    if (list === undefined) byGroups.set(groupsLabel(target), [target]);
    else list.push(target);
  }
  const members = [...byGroups.values()].map((list) => ({ steps: scopeSteps(list[0]?.groups ?? []), targets: list }));
  return {
    scope: { kind: 'group', group },
    targets,
    members,
    matchers: [{ label: 'group_id', op: '=', value: group.id }],
  };
}

/** The same unit with only those of its targets that have series for the alert. */
export function restrict(unit: Unit, keep: (target: Target) => boolean): Unit {
  if (unit.targets.every(keep)) return unit;
  return {
    ...unit,
    targets: unit.targets.filter(keep),
    members: unit.members
      .map((member) => ({ steps: member.steps, targets: member.targets.filter(keep) }))
      .filter((member) => member.targets.length > 0),
  };
}

/** One unit for each binding of an aggregate: over the targets of its group and of all below, or over the fleet. */
export function aggregateUnits(
  repo: Repo,
  template: AlertTemplate,
  entries: BoundEntries<AlertTemplate, AlertLayer>,
  eligible: Eligible,
): Unit[] {
  const targets = repo.targets.filter((target) => target.active && eligible(template, target));
  const units: Unit[] = [];
  if (entries.global.length > 0) {
    units.push(aggregateUnit({ kind: 'fleet' }, targets, [{ group: null, secondary: false }], []));
  }
  for (const group of entries.byGroup.keys()) {
    const within = (other: Group): boolean => other === group || other.ancestors.includes(group);
    const members = targets.filter((target) => target.groups.some(within));
    const steps = scopeSteps([group]);
    units.push(aggregateUnit({ kind: 'subtree', group }, members, steps, subtreeMatchers(members, within)));
  }
  return units.filter((unit) => unit.targets.length > 0);
}

function aggregateUnit(
  scope: RuleScope,
  targets: readonly Target[],
  steps: readonly ScopeStep[],
  matchers: readonly Matcher[],
): Unit {
  return { scope, targets, members: [{ steps, targets }], matchers };
}

function subtreeMatchers(members: readonly Target[], within: (group: Group) => boolean): Matcher[] {
  const ids = (groups: readonly Group[]): string[] =>
    [...new Set(groups.filter(within).map((group) => group.id))].sort();
  if (members.some((target) => !within(target.groups[0]))) {
    return [membershipMatcher(ids(members.flatMap((target) => target.groups)))];
  }
  const primary = ids(members.map((target) => target.groups[0]));
  const [only] = primary;
  if (primary.length === 1 && only !== undefined) return [{ label: 'group_id', op: '=', value: only }];
  return [{ label: 'group_id', op: '=~', value: primary.map(quoteRegex).join('|') }];
}
