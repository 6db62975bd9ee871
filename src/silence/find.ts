import { didYouMean } from '../diagnostics/nearest.js';
import type { Group, Repo, Target } from '../model/types.js';
import { type Covered, coveredByGroups } from '../resolve/maintenance.js';

/** What somebody at the keyboard means by a name. */
export type Named =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'group'; readonly group: Group; readonly descendants: readonly Group[] }
  | { readonly kind: 'unknown'; readonly hint: string | null };

/** A target by id or host name goes before a group by id or name. */
export function findNamed({ targets, groups }: Repo, name: string): Named {
  const target = targets.find(({ id }) => id === name) ?? targets.find(({ hostname }) => hostname === name);
  if (target !== undefined) return { kind: 'target', target };
  const all = [...groups.values()];
  const group = groups.get(name) ?? all.find((one) => one.name === name);
  if (group !== undefined) {
    return { kind: 'group', group, descendants: all.filter(({ ancestors }) => ancestors.includes(group)) };
  }
  const known = [...targets.flatMap(({ id, hostname }) => [id, hostname]), ...all.flatMap((one) => [one.id, one.name])];
  return { kind: 'unknown', hint: didYouMean(name, known) };
}

export function coveredByNamed(named: Exclude<Named, { kind: 'unknown' }>, repo: Repo): Covered {
  if (named.kind === 'target') return { groups: [], targets: [named.target] };
  return coveredByGroups([named.group, ...named.descendants], repo);
}
