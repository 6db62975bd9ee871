import { byCodeUnit } from '../diagnostics/order.js';
import type { Snapshot } from './snapshot.js';
import type { Where } from './types.js';

/** Sorts targets under their primary groups: those after the change; of a target that is gone, those before it. */
export type Placer = (targets: Iterable<string>) => readonly Where[];

export function placer(before: Snapshot, after: Snapshot): Placer {
  const groupOf = (id: string): string => (after.targets.get(id) ?? before.targets.get(id))?.groups[0] ?? '';
  const nameOf = (id: string): string => (after.groups.get(id) ?? before.groups.get(id))?.name ?? id;
  const known = new Map<string, readonly Where[]>();
  const place = (targets: readonly string[]): Where[] => {
    const byGroup = new Map<string, string[]>();
    for (const id of [...targets].sort(byCodeUnit)) {
      const group = groupOf(id);
      const list = byGroup.get(group);
      if (list === undefined) byGroup.set(group, [id]);
      else list.push(id);
    }
    return [...byGroup]
      .sort(([a], [b]) => byCodeUnit(a, b))
      .map(([group, ids]) => ({ group, groupName: nameOf(group), targets: ids }));
  };
  // Many changes of a large fleet meet the same targets.
  return (targets) => {
    const distinct = [...new Set(targets)];
    const key = distinct.join();
    const where = known.get(key) ?? place(distinct);
    known.set(key, where);
    return where;
  };
}

export const countOf = (where: readonly Where[]): number => where.reduce((sum, { targets }) => sum + targets.length, 0);

/** Collects targets under what is the same for them. */
export interface Collection<T> {
  readonly add: (content: T, targets: Iterable<string>) => void;
  readonly entries: () => readonly { readonly content: T; readonly targets: ReadonlySet<string> }[];
}

export function collection<T>(): Collection<T> {
  const byKey = new Map<string, { content: T; targets: Set<string> }>();
  return {
    add: (content, targets) => {
      const key = JSON.stringify(content);
      const entry = byKey.get(key) ?? { content, targets: new Set() };
      byKey.set(key, entry);
      for (const target of targets) entry.targets.add(target);
    },
    entries: () => [...byKey.values()],
  };
}
