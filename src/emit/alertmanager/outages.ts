import { inhibitorsOf } from '../../model/inhibits.js';
import type { AlertTemplate, Inhibits, Matcher } from '../../model/types.js';
import type { AlertNames } from './alert-names.js';
import { type InhibitRule, labelList, named, present } from './inhibit-rule.js';

type Templates = ReadonlyMap<string, AlertTemplate>;

/** What templates say under `inhibits`, for those alerts that there are rules of. */
export function outageRules(templates: Templates, names: AlertNames, always: readonly string[]): InhibitRule[] {
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
