import type { AlertTemplate, Duration, Group, JsonObject, ScriptTemplate } from '../model/types.js';
import type { ResolvedRule, RuleScope } from '../resolve/types.js';

/** What `${…}` can name in the texts of a rule. */
export interface Placeholders {
  readonly values: { readonly [name: string]: unknown };
  /** The names, those of `group` with their members. The same set for all rules of a template. */
  readonly names: ReadonlySet<string>;
}

/** A rule over the whole fleet has no group; it speaks of itself as `global`. */
export const FLEET = 'global';

export function groupPlaceholder(group: Group | null): JsonObject {
  return group === null
    ? { id: FLEET, name: FLEET, namespace: '' }
    : { id: group.id, name: group.name, namespace: group.namespace ?? '' };
}

export const groupOf = (scope: RuleScope): Group | null => (scope.kind === 'fleet' ? null : scope.group);

/** The parameters, and beside them what every rule has but `for`, which may itself be made of them. */
export function placeholders(rule: ResolvedRule): Placeholders {
  const values = Object.assign(Object.create(null), rule.effective.config, {
    group: groupPlaceholder(groupOf(rule.scope)),
    alert: rule.template.name,
    severity: rule.effective.severity,
  }) as Placeholders['values'];
  return { values, names: namesOf(rule.template).base };
}

/** The same with `for`. */
export function withFor(base: Placeholders, template: AlertTemplate, duration: Duration): Placeholders {
  const values = Object.assign(Object.create(null), base.values, { for: duration }) as Placeholders['values'];
  return { values, names: namesOf(template).withFor };
}

/** The arguments of a check know its parameters and the primary group of the target; null: it runs for none. */
export function checkPlaceholders(template: ScriptTemplate, config: JsonObject, group: Group | null): Placeholders {
  const values = Object.assign(Object.create(null), config, {
    group: groupPlaceholder(group),
  }) as Placeholders['values'];
  return { values, names: new Set([...template.params.schemas.keys(), ...GROUP_NAMES]) };
}

const GROUP_NAMES = ['group.id', 'group.name', 'group.namespace'];
const BUILT_IN = [...GROUP_NAMES, 'alert', 'severity'];
interface KnownNames {
  readonly base: ReadonlySet<string>;
  readonly withFor: ReadonlySet<string>;
}

const known = new WeakMap<AlertTemplate, KnownNames>();

function namesOf(template: AlertTemplate): KnownNames {
  const names = known.get(template);
  if (names !== undefined) return names;
  const base = [...template.params.schemas.keys(), ...BUILT_IN];
  const made = { base: new Set(base), withFor: new Set([...base, 'for']) };
  known.set(template, made);
  return made;
}
