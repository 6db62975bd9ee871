import type { InputFile, Loss, Scalar, SourceRule, SourceRuleFile, SourceRuleGroup } from '../types.js';
import { type Cursor, isList, isMapping, items, keys, member, placeOf, text, texts } from './cursor.js';

export interface ReadRules {
  readonly file: SourceRuleFile;
  readonly losses: readonly Loss[];
}

const RULE_KEYS: ReadonlySet<string> = new Set([
  ...['alert', 'record', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'],
]);

/** A Prometheus rule file. Prometheus reads its first document alone. */
export function readRules(file: InputFile, [first, ...others]: readonly Cursor[]): ReadRules {
  const losses: Loss[] = others
    .filter((other) => items(member(other, 'groups')).length > 0)
    .map((other) => ({
      place: placeOf(other),
      what: 'a further YAML document in a rule file',
      why: 'Prometheus reads the first document only, so its rules were never in effect',
    }));
  const groups = first === undefined ? [] : items(member(first, 'groups')).flatMap((group) => readGroup(group, losses));
  const names = groups.map(({ name }) => name);
  const intact = others.length === 0 && losses.length === 0 && new Set(names).size === names.length;
  return { file: { path: file.path, text: file.text, groups, intact }, losses };
}

function readGroup(group: Cursor, losses: Loss[]): SourceRuleGroup[] {
  const name = text(member(group, 'name'));
  if (!isMapping(group) || name === null) {
    losses.push({ place: placeOf(group), what: 'a rule group', why: 'it has no name, so Prometheus refuses it' });
    return [];
  }
  const labels = texts(member(group, 'labels'));
  const settings: Record<string, Scalar> = {};
  for (const key of keys(group)) {
    if (key === 'name' || key === 'rules' || key === 'labels') continue;
    settings[key] = text(member(group, key));
  }
  const rules = items(member(group, 'rules')).flatMap((rule) => readRule(rule, name, settings, labels, losses));
  return [{ name, settings, labels, rules }];
}

function readRule(
  rule: Cursor,
  group: string,
  groupSettings: SourceRuleGroup['settings'],
  common: SourceRuleGroup['labels'],
  losses: Loss[],
): SourceRule[] {
  const place = placeOf(isMapping(rule) ? member(rule, keys(rule)[0] ?? '') : rule);
  const drop = (why: string): SourceRule[] => {
    losses.push({ place, what: 'a rule', why });
    return [];
  };
  const [alert, record, expr] = ['alert', 'record', 'expr'].map((key) => text(member(rule, key)));
  if (!isMapping(rule)) return drop('it is not a mapping');
  const name = alert ?? record;
  if (name === null || name === undefined || (alert !== null && record !== null))
    return drop('it needs `alert` or `record`, and not both; Prometheus refuses it');
  if (expr === null || expr === undefined) return drop(`${name} has no expr; Prometheus refuses it`);
  const unknown = keys(rule).filter((key) => !RULE_KEYS.has(key));
  if (unknown.length > 0) return drop(`${name} has the key \`${unknown[0]}\`, which Prometheus refuses`);
  return [
    {
      kind: alert === null ? 'record' : 'alert',
      name,
      expr,
      for: text(member(rule, 'for')),
      keepFiringFor: text(member(rule, 'keep_firing_for')),
      labels: { ...common, ...texts(member(rule, 'labels')) },
      annotations: texts(member(rule, 'annotations')),
      group,
      groupSettings,
      place,
    },
  ];
}

/** Whether a document looks like a rule file. */
export function isRuleFile(document: Cursor): boolean {
  return isMapping(document) && isList(member(document, 'groups')) && !keys(document).includes('targets');
}
