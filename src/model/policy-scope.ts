import type { Finding, Staged } from '../diagnostics/finding.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { MayExist } from './broken.js';
import { unknownGroup } from './groups.js';
import type { Group, PolicyScope } from './types.js';

/** What the scope of a policy refers to. */
interface ScopeContext {
  readonly groups: ReadonlyMap<string, Group>;
  readonly mayExist: MayExist;
}

/** The keys that say where a policy holds; the schema sees to it that there is exactly one. */
export interface RawScope {
  readonly scope?: 'global';
  readonly group?: string;
  readonly groups?: readonly string[];
  readonly priority?: number;
}

/** Where a policy holds; null where none of its groups exists. */
export function scopeOf(
  document: SourceDocument,
  value: RawScope,
  { groups, mayExist }: ScopeContext,
): Staged<PolicyScope | null> {
  if (value.scope === 'global') return { value: { kind: 'global' }, findings: [] };
  const found = new Set<Group>();
  const findings: Finding[] = [];
  const named: [string, Origin][] =
    value.group === undefined
      ? (value.groups ?? []).map((id, index) => [id, { document, path: ['groups', index] }])
      : [[value.group, { document, path: ['group'] }]];
  for (const [id, origin] of named) {
    const group = groups.get(id);
    if (group !== undefined) found.add(group);
    else if (!mayExist('Group', id)) findings.push(unknownGroup(id, origin, groups.keys()));
  }
  const inOrder = [...found].sort((a, b) => byCodeUnit(a.id, b.id));
  return { value: inOrder.length === 0 ? null : { kind: 'groups', groups: inOrder }, findings };
}
