import { byCodeUnit } from '../../diagnostics/order.js';
import { SEVERITIES, type Severity } from '../../model/types.js';
import { parseExpr } from '../../promql/index.js';
import { groupOf } from '../../rules/placeholders.js';
import type { ConcreteRule } from '../../rules/types.js';
import { type InhibitRule, labelList, named } from './inhibit-rule.js';
import { type AlertRule, identityOf, objectLabels, severityOf } from './object-labels.js';

/** Two rules that can fire for one object at once, the source with the higher severity. */
interface Pair {
  readonly source: AlertRule;
  readonly target: AlertRule;
  readonly severity: Severity;
}

/** A higher severity of an alert silences the lower ones on the same object. A name stands for one alert here. */
export function sameAlertRules(
  rules: readonly ConcreteRule[],
  handWritten: readonly AlertRule[],
  always: readonly string[],
): InhibitRule[] {
  const pairs = [...generatedPairs(rules), ...handWrittenPairs(handWritten)];
  const byNames = new Map<string, { readonly pair: Pair; readonly labels: Set<string> }>();
  for (const pair of pairs) {
    const { source, target, severity } = pair;
    const key = JSON.stringify([source.alert, target.alert, severity]);
    const known = byNames.get(key) ?? { pair, labels: new Set<string>() };
    byNames.set(key, known);
    // What tells objects apart for one pair does so for all: no pair is silenced for the lack of another's label.
    for (const label of objectLabels(source, target)) known.labels.add(label);
  }
  return shared([...byNames.values()], always);
}

/** Alerts that are told apart by the same labels share one rule. */
function shared(
  all: readonly { readonly pair: Pair; readonly labels: ReadonlySet<string> }[],
  always: readonly string[],
): InhibitRule[] {
  const rules = new Map<
    string,
    { severity: Severity; equal: readonly string[]; sources: string[]; targets: string[] }
  >();
  for (const { pair, labels } of all) {
    const { source, target, severity } = pair;
    const oneName = source.alert === target.alert;
    const equal = labelList(oneName ? ['alertname'] : [], always, ['group_id'], [...labels].sort(byCodeUnit));
    const key = JSON.stringify([severity, equal, oneName ? null : [source.alert, target.alert]]);
    const rule = rules.get(key) ?? { severity, equal, sources: [], targets: [] };
    rules.set(key, rule);
    rule.sources.push(source.alert);
    rule.targets.push(target.alert);
  }
  return [...rules.values()].map(({ severity, equal, sources, targets }) => ({
    source: [named(sources), { label: 'severity', op: '=', value: severity }],
    target: [named(targets), below(severity)],
    equal,
  }));
}

function below(severity: Severity): InhibitRule['target'][number] {
  const lower = SEVERITIES.slice(SEVERITIES.indexOf(severity) + 1);
  return { label: 'severity', op: lower.length > 1 ? '=~' : '=', value: lower.join('|') };
}

/** The levels of an alert, group by group: other rules of one template never cover the same series. */
function generatedPairs(rules: readonly ConcreteRule[]): Pair[] {
  const byScope = new Map<string, ConcreteRule[]>();
  for (const rule of rules) {
    const { template, scope, level } = rule.resolved;
    if (level === null) continue;
    const key = `${template.name} ${groupOf(scope)?.id ?? ''}`;
    const known = byScope.get(key);
    if (known === undefined) byScope.set(key, [rule]);
    else known.push(rule);
  }
  const asAlertRule = alertRules();
  return [...byScope.values()].flatMap((levels) =>
    ranked(levels, ({ resolved }) => resolved.level)
      .filter(({ higher, lower }) => overlap(higher, lower))
      .map(({ higher, lower, severity }) => ({ source: asAlertRule(higher), target: asAlertRule(lower), severity })),
  );
}

function overlap({ resolved: one }: ConcreteRule, { resolved: other }: ConcreteRule): boolean {
  if (one.targets === other.targets) return true;
  const targets = new Set(one.targets);
  return other.targets.some((target) => targets.has(target));
}

/** Rules of many groups say the same of their objects. */
function alertRules(): (rule: ConcreteRule) => AlertRule {
  const seen = new Map<string, Pick<AlertRule, 'expr' | 'identity'>>();
  return ({ alert, unscoped, labels, annotations, resolved: { template, narrowings } }) => {
    const texts = [...Object.values(labels), ...Object.values(annotations)].filter((text) => text.includes('{{'));
    const narrowed = narrowings.filter(({ kind }) => kind === 'series').map(({ label }) => label);
    const key = JSON.stringify([template.name, unscoped, texts, narrowed]);
    const known = seen.get(key);
    if (known !== undefined) return { alert, labels, ...known };
    const { expr } = parseExpr(unscoped);
    if (expr === null) throw new Error(`A rule that was built does not parse: ${unscoped}`);
    const declared = template.requires.checks.flatMap(({ metrics }) =>
      [...(metrics?.values() ?? [])].flatMap(({ labels }) => labels),
    );
    const made = { expr, identity: identityOf(expr, texts, [...narrowed, ...declared]) };
    seen.set(key, made);
    return { alert, labels, ...made };
  };
}

/** Hand-written rules of one name and group are one alert. */
function handWrittenPairs(alerts: readonly AlertRule[]): Pair[] {
  const byOwner = new Map<string, AlertRule[]>();
  for (const alert of alerts) {
    const key = JSON.stringify([alert.alert, alert.labels.group_id]);
    byOwner.set(key, [...(byOwner.get(key) ?? []), alert]);
  }
  return [...byOwner.values()].flatMap((rules) =>
    ranked(rules, severityOf).map(({ higher, lower, severity }) => ({ source: higher, target: lower, severity })),
  );
}

/** Every two rules of different severities. */
function ranked<Rule>(
  rules: readonly Rule[],
  severityOfRule: (rule: Rule) => Severity | null,
): { readonly higher: Rule; readonly lower: Rule; readonly severity: Severity }[] {
  const bySeverity = SEVERITIES.map((severity) => rules.filter((rule) => severityOfRule(rule) === severity));
  return SEVERITIES.flatMap((severity, rank) => {
    const lower = bySeverity.slice(rank + 1).flat();
    return (bySeverity[rank] ?? []).flatMap((higher) => lower.map((rule) => ({ higher, lower: rule, severity })));
  });
}
