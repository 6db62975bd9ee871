import { byCodeUnit } from '../diagnostics/order.js';
import { fieldChanges } from './fields.js';
import type { Snapshot, SnapshotGroup } from './snapshot.js';
import type { GroupChange } from './types.js';

/** Groups that come, go, are renamed, or hang elsewhere in the tree. */
export function groupChanges(before: Snapshot, after: Snapshot): GroupChange[] {
  const ids = [...new Set([...before.groups.keys(), ...after.groups.keys()])].sort(byCodeUnit);
  return ids.flatMap((id): GroupChange[] => {
    const [old, now] = [before.groups.get(id), after.groups.get(id)];
    const { name = id } = now ?? old ?? {};
    if (old === undefined || now === undefined)
      return [{ kind: now === undefined ? 'removed' : 'added', id, name, fields: [] }];
    const fields = fieldChanges(old.fields, now.fields).filter(
      ({ path }) => !isInherited(path, old, now, before, after),
    );
    return fields.length === 0 ? [] : [{ kind: 'changed', id, name, fields }];
  });
}

/** What changes for a group because it changes for its parent is said of the parent. */
function isInherited(path: string, old: SnapshotGroup, now: SnapshotGroup, before: Snapshot, after: Snapshot): boolean {
  const { parent } = now.fields;
  if (path === 'name' || parent === undefined || parent !== old.fields.parent) return false;
  return (
    before.groups.get(parent)?.fields[path] === old.fields[path] &&
    after.groups.get(parent)?.fields[path] === now.fields[path]
  );
}
