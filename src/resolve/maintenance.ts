import { finding } from '../diagnostics/codes.js';
import type { Group, Maintenance, Repo, Target } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import { matchesTarget } from './layers.js';
import type { Report } from './report.js';

/** Whose alerts a maintenance keeps back. */
export interface Covered {
  /** Groups of which all alerts are kept back, in order of id. */
  readonly groups: readonly Group[];
  /** Active targets of other primary groups, in order of id. */
  readonly targets: readonly Target[];
}

/**
 * The groups with their descendants, and the targets that have one of these as another than their primary group, to
 * which their alerts belong; or, where it is narrowed by labels, the targets of all these groups that have them.
 */
export function coveredBy({ groups: named, targets }: Maintenance, repo: Repo): Covered {
  const within = (group: Group): boolean =>
    named === null || named.includes(group) || group.ancestors.some((ancestor) => named.includes(ancestor));
  if (targets.length === 0) return coveredByGroups([...repo.groups.values()].filter(within), repo);
  const covered = repo.targets.filter(
    (target) => target.active && target.groups.some(within) && matchesTarget(targets, target),
  );
  return { groups: [], targets: covered };
}

export function coveredByGroups(groups: readonly Group[], repo: Repo): Covered {
  const whole = new Set(groups);
  const guests = repo.targets.filter(
    ({ active, groups: [primary, ...others] }) =>
      active && !whole.has(primary) && others.some((group) => whole.has(group)),
  );
  return { groups, targets: guests };
}

/** Whether the alerts about a target are kept back. */
export function isCovered(target: Target, { groups, targets }: Covered): boolean {
  return groups.includes(target.groups[0]) || targets.includes(target);
}

export function checkMaintenances(repo: Repo, report: Report): void {
  for (const maintenance of repo.maintenances) {
    const { groups, targets } = coveredBy(maintenance, repo);
    if (groups.length + targets.length > 0) continue;
    const where = maintenance.groups === null ? '' : ' of these groups';
    report.add(`idle ${maintenance.name}`, () =>
      finding(
        'lint/idle-maintenance',
        `No active target${where} matches \`targets\``,
        spanOf(below(maintenance.origin, 'targets')),
        { hint: 'Check the labels of the targets, and their groups.' },
      ),
    );
  }
}
