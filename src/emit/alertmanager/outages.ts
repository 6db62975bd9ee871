import { inhibitorsOf } from '../../model/inhibits.js';
import type { AlertTemplate, Inhibits, Matcher } from '../../model/types.js';
import type { ConcreteRule } from '../../rules/types.js';
import { type InhibitRule, labelList, named, present } from './inhibit-rule.js';

type Templates = ReadonlyMap<string, AlertTemplate>;

/** What templates say under `inhibits`, for those alerts that there are rules of. */
export function outageRules(
  templates: Templates,
  rules: readonly ConcreteRule[],
  always: readonly string[],
): InhibitRule[] {
  const names = alertNames(rules);
  return [...templates.values()].flatMap((template) => {
    const { inhibits } = template;
    if (inhibits === null) return [];
    const sources = names.ownedBy(new Set([template]));
    const target = targetNames(template, inhibits, templates, names);
    if (sources.length === 0 || target === null) return [];
    const guards = inhibits.equal.map(present);
    return [
      {
        source: [named(sources), ...inhibits.when, ...guards],
        target: [target, ...guards],
        equal: labelList(always, inhibits.equal),
      },
    ];
  });
}

/** The alerts that are silenced, the source itself never among them; null where there are none. */
function targetNames(
  template: AlertTemplate,
  { alerts }: Inhibits,
  templates: Templates,
  names: AlertNames,
): Matcher | null {
  if (alerts === 'all') {
    // What silences this alert keeps speaking, or both would be silent.
    const spared = named(names.usedBy(new Set([template, ...inhibitorsOf(template, templates)])));
    return { ...spared, op: spared.op === '=' ? '!=' : '!~' };
  }
  const targets = names.ownedBy(new Set(alerts.flatMap((name) => templates.get(name) ?? [])));
  return targets.length === 0 ? null : named(targets);
}

interface AlertNames {
  /** Names that none but these templates give to their alerts. */
  readonly ownedBy: (templates: ReadonlySet<AlertTemplate>) => string[];
  /** Names that one of these templates gives to its alerts. */
  readonly usedBy: (templates: ReadonlySet<AlertTemplate>) => string[];
}

function alertNames(rules: readonly ConcreteRule[]): AlertNames {
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
  };
}
