import { clusterLabels } from '../../rules/inhibits.js';
import { type StaticAlert, staticAlerts } from '../../rules/static-alerts.js';
import type { EmitInput } from '../emitter.js';
import type { YamlMapping } from '../yaml.js';
import { alertNames } from './alert-names.js';
import { groupOverFleetRules } from './group-over-fleet.js';
import type { InhibitRule } from './inhibit-rule.js';
import { alertmanagerMatcher } from './matcher.js';
import { type AlertRule, identityOf } from './object-labels.js';
import { outageRules } from './outages.js';
import { sameAlertRules } from './same-alert.js';

/** Which alerts silence which others. No rule silences its own source, and no two alerts silence each other. */
export function inhibitRules({ model: { repo }, ruleFiles }: EmitInput): InhibitRule[] {
  const rules = ruleFiles.flatMap(({ groups }) => groups.flatMap((group) => group.rules));
  const own = staticAlerts(repo.staticRules);
  const names = alertNames(rules);
  const always = clusterLabels(repo.project);
  // Under a name that several share, one alert would silence another.
  const ownNames = new Set(own.map(({ alert }) => alert));
  const generated = rules.filter(({ alert }) => names.users(alert) === 1 && !ownNames.has(alert));
  const handWritten = withIdentity(own.filter(({ alert }) => names.users(alert) === 0));
  return [
    ...outageRules(repo.alertTemplates, names, always),
    ...sameAlertRules(generated, handWritten, always),
    ...groupOverFleetRules(handWritten, always),
  ];
}

/** Hand-written rules of one name are told apart by whatever tells the alerts of one of them. */
function withIdentity(alerts: readonly StaticAlert[]): AlertRule[] {
  const byName = new Map<string, Set<string>>();
  for (const { alert, expr, labels, annotations } of alerts) {
    const identity = byName.get(alert) ?? new Set();
    byName.set(alert, identity);
    const texts = [...Object.values(labels), ...Object.values(annotations)];
    for (const label of identityOf(expr, texts, [])) identity.add(label);
  }
  return alerts.map(({ alert, expr, labels }) => ({ alert, expr, labels, identity: [...(byName.get(alert) ?? [])] }));
}

export function inhibitMapping({ source, target, equal }: InhibitRule): YamlMapping {
  const [source_matchers, target_matchers] = [source.map(alertmanagerMatcher), target.map(alertmanagerMatcher)];
  return { source_matchers, target_matchers, equal };
}
