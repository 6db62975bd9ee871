import type { Compilation } from '../compile.js';
import { amount } from '../diagnostics/amounts.js';
import type { Group } from '../model/types.js';

/** How much of everything a repo compiles to. */
export type Counts = Readonly<Record<'groups' | 'targets' | 'rules' | 'checks', number>>;

/** Of the whole repo, or of those groups that are looked at; fleet-wide rules are always among them. */
export function countsOf({ model, ruleFiles }: Compilation, holds: (group: Group) => boolean = () => true): Counts {
  if (model === null) return { groups: 0, targets: 0, rules: 0, checks: 0 };
  const targets = model.repo.targets.filter((target) => holds(target.groups[0]));
  const ofGroups = ruleFiles.filter(({ scope }) => scope.kind === 'fleet' || holds(scope.group));
  return {
    groups: [...model.repo.groups.values()].filter(holds).length,
    targets: targets.length,
    rules: ofGroups.flatMap((file) => file.groups).reduce((sum, group) => sum + group.rules.length, 0),
    checks: targets.reduce((sum, target) => sum + (model.checks.get(target)?.length ?? 0), 0),
  };
}

/** `6 groups, 160 targets, 212 rules, 640 checks` */
export function describeCounts({ groups, targets, rules, checks }: Counts): string {
  return [amount(groups, 'group'), amount(targets, 'target'), amount(rules, 'rule'), amount(checks, 'check')].join(
    ', ',
  );
}

/** `40 ms`, `1.3 s` */
export function describeTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
