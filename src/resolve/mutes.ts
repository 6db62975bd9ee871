import { byCodeUnit } from '../diagnostics/order.js';
import type { Group, Repo, Target } from '../model/types.js';
import { coveredBy } from './maintenance.js';

/** Which schedules keep alerts back, by their names, in order. */
export interface Mutes {
  /** All alerts of a group. */
  readonly ofGroup: (group: Group) => readonly string[];
  /** What else is kept back of some targets of groups that have `common` schedules; null: of targets of any group. */
  readonly ofTargets: (groups: readonly Group[] | null, common: readonly string[]) => readonly MutedTargets[];
}

/** Targets whose alerts have the same schedules. */
export interface MutedTargets {
  /** Host names: the label `instance`, which expressions keep more often than any other. */
  readonly instances: readonly string[];
  readonly mutes: readonly string[];
}

export function resolveMutes(repo: Repo): Mutes {
  const groups = new Map<Group, string[]>();
  const targets = new Map<Target, string[]>();
  for (const maintenance of repo.maintenances) {
    if (maintenance.time.kind !== 'schedule') continue;
    const covered = coveredBy(maintenance, repo);
    for (const group of covered.groups) listed(groups, group).push(maintenance.name);
    for (const target of covered.targets) listed(targets, target).push(maintenance.name);
  }
  return {
    ofGroup: (group) => groups.get(group) ?? [],
    ofTargets: (within, common) => {
      const sets = new Map<string, { readonly instances: string[]; readonly mutes: readonly string[] }>();
      for (const [{ hostname, groups: own }, names] of targets) {
        if (within !== null && !within.includes(own[0])) continue;
        const mutes = [...new Set([...common, ...names])].sort(byCodeUnit);
        if (mutes.length > common.length) listedSet(sets, mutes).instances.push(hostname);
      }
      const inOrder = [...sets.values()].map((set) => ({ ...set, instances: set.instances.sort(byCodeUnit) }));
      return inOrder.sort((a, b) => byCodeUnit(a.mutes.join(), b.mutes.join()));
    },
  };
}

function listed<Key>(map: Map<Key, string[]>, key: Key): string[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

function listedSet(
  sets: Map<string, { readonly instances: string[]; readonly mutes: readonly string[] }>,
  mutes: readonly string[],
): { readonly instances: string[] } {
  const key = mutes.join();
  const set = sets.get(key) ?? { instances: [], mutes };
  sets.set(key, set);
  return set;
}
