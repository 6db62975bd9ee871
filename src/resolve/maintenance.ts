import { finding } from '../diagnostics/codes.js';
import type { Group, Maintenance, Repo, Target } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import { matchesTarget } from './layers.js';
import type { Report } from './report.js';

/** Whose alerts a maintenance keeps back. Alerts belong to the primary group of their target. */
export type Covered =
  /** In order of id. */
  | { readonly kind: 'groups'; readonly groups: readonly Group[] }
  /** In order of id. */
  | { readonly kind: 'targets'; readonly targets: readonly Target[] };

/** The groups with their descendants; or, where it is narrowed by labels, the active targets of these. */
export function coveredBy({ groups: named, targets }: Maintenance, repo: Repo): Covered {
  const within = (group: Group): boolean =>
    named === null || named.includes(group) || group.ancestors.some((ancestor) => named.includes(ancestor));
  if (targets.length === 0) return { kind: 'groups', groups: [...repo.groups.values()].filter(within) };
  const covered = repo.targets.filter(
    (target) => target.active && within(target.groups[0]) && matchesTarget(targets, target),
  );
  return { kind: 'targets', targets: covered };
}

export function checkMaintenances(repo: Repo, report: Report): void {
  for (const maintenance of repo.maintenances) {
    const covered = coveredBy(maintenance, repo);
    if (covered.kind === 'groups' || covered.targets.length > 0) continue;
    const where = maintenance.groups === null ? '' : ' of these groups';
    report.add(`idle ${maintenance.name}`, () =>
      finding(
        'lint/idle-maintenance',
        `No active target${where} matches \`targets\``,
        spanOf(below(maintenance.origin, 'targets')),
        { hint: 'Check the labels of the targets. Groups are those that targets list first.' },
      ),
    );
  }
}
