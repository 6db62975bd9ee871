import type { AlertTemplate } from '../../model/types.js';
import type { ConcreteRule } from '../../rules/types.js';

/** Who gives which names to its alerts, as `rules.alert_name` has them. */
export interface AlertNames {
  /** Names that none but these templates give to their alerts. */
  readonly ownedBy: (templates: ReadonlySet<AlertTemplate>) => string[];
  /** Names that one of these templates gives to its alerts. */
  readonly usedBy: (templates: ReadonlySet<AlertTemplate>) => string[];
  /** How many templates give this name. */
  readonly users: (name: string) => number;
}

export function alertNames(rules: readonly ConcreteRule[]): AlertNames {
  const users = new Map<string, Set<AlertTemplate>>();
  for (const { alert, resolved } of rules) {
    const known = users.get(alert);
    if (known === undefined) users.set(alert, new Set([resolved.template]));
    else known.add(resolved.template);
  }
  const where = (wanted: (using: readonly AlertTemplate[]) => boolean): string[] =>
    [...users].filter(([, using]) => wanted([...using])).map(([name]) => name);
  return {
    ownedBy: (templates) => where((using) => using.every((one) => templates.has(one))),
    usedBy: (templates) => where((using) => using.some((one) => templates.has(one))),
    users: (name) => users.get(name)?.size ?? 0,
  };
}
