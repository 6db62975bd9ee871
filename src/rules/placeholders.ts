import type { Duration, Group, JsonObject } from '../model/types.js';
import type { ResolvedRule, RuleScope } from '../resolve/types.js';

/** What `${…}` can name in the texts of a rule. */
export interface Placeholders {
  readonly [name: string]: unknown;
}

/** A rule over the whole fleet has no group; it speaks of itself as `global`. */
export const FLEET = 'global';

export function groupPlaceholder(group: Group | null): JsonObject {
  return group === null
    ? { id: FLEET, name: FLEET, namespace: '' }
    : { id: group.id, name: group.name, namespace: group.namespace ?? '' };
}

export const groupOf = (scope: RuleScope): Group | null => (scope.kind === 'fleet' ? null : scope.group);

/** The parameters, and beside them what every rule has. `for` is null while it is itself being rendered. */
export function placeholders(rule: ResolvedRule, duration: Duration | null): Placeholders {
  const own = {
    group: groupPlaceholder(groupOf(rule.scope)),
    alert: rule.template.name,
    severity: rule.effective.severity,
    ...(duration !== null && { for: duration }),
  };
  return Object.assign(Object.create(null), rule.effective.config, own) as Placeholders;
}
