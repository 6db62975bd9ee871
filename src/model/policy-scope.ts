import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { MayExist } from './broken.js';
import { unknownGroup } from './groups.js';
import { byCodeUnit } from './order.js';
import type { Group, PolicyScope } from './types.js';

/** What the scope of a policy refers to. */
interface ScopeContext {
  readonly groups: ReadonlyMap<string, Group>;
  readonly mayExist: MayExist;
}

/** The keys that say where a policy holds. */
export interface RawScope {
  readonly scope?: 'global';
  readonly group?: string;
  readonly groups?: readonly string[];
  readonly priority?: number;
}

/** Where a policy holds; null where it does not say, or names no group that exists. */
export function scopeOf(document: SourceDocument, value: RawScope, context: ScopeContext): Staged<PolicyScope | null> {
  const given = (['scope', 'group', 'groups'] as const).filter((key) => value[key] !== undefined);
  const [key, second] = given;
  if (key === undefined || second !== undefined) {
    const message =
      key === undefined ? 'This policy does not say where it holds' : `\`${key}\` and \`${second}\` exclude each other`;
    const span = spanOf({ document, path: [second ?? 'kind'] }, 'key');
    const hint = 'A policy has one of `scope: global`, `group: <id>` and `groups: [<id>, …]`.';
    return {
      value: null,
      findings: [finding(key === undefined ? 'schema/missing-key' : 'schema/bad-value', message, span, { hint })],
    };
  }
  if (key === 'scope') return { value: { kind: 'global' }, findings: [] };
  return groupScope(document, value, context);
}

function groupScope(
  document: SourceDocument,
  value: RawScope,
  { groups, mayExist }: ScopeContext,
): Staged<PolicyScope | null> {
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
