import { clusterLabels } from '../../rules/inhibits.js';
import { staticAlerts } from '../../rules/static-alerts.js';
import type { EmitInput } from '../emitter.js';
import type { YamlMapping } from '../yaml.js';
import { groupOverFleetRules } from './group-over-fleet.js';
import type { InhibitRule } from './inhibit-rule.js';
import { alertmanagerMatcher } from './matcher.js';
import { identityOf } from './object-labels.js';
import { outageRules } from './outages.js';
import { sameAlertRules } from './same-alert.js';

/** Which alerts silence which others. No rule silences its own source, and no two alerts silence each other. */
export function inhibitRules({ model: { repo }, ruleFiles }: EmitInput): InhibitRule[] {
  const rules = ruleFiles.flatMap(({ groups }) => groups.flatMap((group) => group.rules));
  const handWritten = staticAlerts(repo.staticRules).map(({ alert, expr, labels, annotations }) => {
    const texts = [...Object.values(labels), ...Object.values(annotations)];
    return { alert, expr, labels, identity: identityOf(expr, texts, []) };
  });
  const always = clusterLabels(repo.project);
  return [
    ...outageRules(repo.alertTemplates, rules, always),
    ...sameAlertRules(rules, handWritten, always),
    ...groupOverFleetRules(handWritten, always),
  ];
}

export function inhibitMapping({ source, target, equal }: InhibitRule): YamlMapping {
  const [source_matchers, target_matchers] = [source.map(alertmanagerMatcher), target.map(alertmanagerMatcher)];
  return { source_matchers, target_matchers, equal };
}
