import { byCodeUnit } from '../../diagnostics/order.js';
import { type Matcher, SEVERITIES } from '../../model/types.js';
import { droppedBy, resultLabels } from '../../promql/index.js';
import { type InhibitRule, labelList, named, present } from './inhibit-rule.js';
import { type AlertRule, objectLabels, severityOf } from './object-labels.js';

/**
 * Of two hand-written rules of one name, one of a group (label `group_id`) and one of the whole fleet, the group's
 * silences the other on the group's targets, unless it has the lower severity: then it is silenced itself.
 */
export function groupOverFleetRules(alerts: readonly AlertRule[], always: readonly string[]): InhibitRule[] {
  const owned = alerts.filter(({ labels }) => isLiteral(labels.group_id));
  const fleet = alerts.filter(({ labels }) => labels.group_id === undefined);
  return owned.flatMap((group) =>
    fleet.filter(({ alert }) => alert === group.alert).flatMap((other) => inhibition(group, other, always) ?? []),
  );
}

function inhibition(group: AlertRule, fleet: AlertRule, always: readonly string[]): InhibitRule | null {
  const labels = objectLabels(group, fleet).sort(byCodeUnit);
  const target = ['instance', 'target_id'].find((label) => labels.includes(label));
  const apart = toldApart(group, fleet);
  // Without the first it is not known whether the two speak of one target.
  if (target === undefined || apart === null) return null;
  const equal = labelList(['alertname'], always, keepsGroup(fleet) ? ['group_id'] : [], labels);
  const ofGroup = [named([group.alert]), ownGroup(group), ...apart.group, present(target)];
  const ofFleet = [named([fleet.alert]), ...apart.fleet, present(target)];
  return apart.higher === 'group'
    ? { source: ofGroup, target: ofFleet, equal }
    : { source: ofFleet, target: ofGroup, equal };
}

interface Apart {
  readonly group: readonly Matcher[];
  readonly fleet: readonly Matcher[];
  readonly higher: 'group' | 'fleet';
}

/** Matchers by which no alert is one of both rules; null where Alertmanager takes the two for one alert anyhow. */
function toldApart(group: AlertRule, fleet: AlertRule): Apart | null {
  const [own, other] = [severityOf(group), severityOf(fleet)];
  if (own !== null && other !== null && own !== other) {
    const higher = SEVERITIES.indexOf(own) < SEVERITIES.indexOf(other) ? 'group' : 'fleet';
    return { group: [is('severity', own)], fleet: [is('severity', other)], higher };
  }
  if (group.labels.severity !== fleet.labels.severity) return null;
  if (!keepsGroup(fleet)) return { group: [], fleet: [is('group_id', '')], higher: 'group' };
  for (const [label, value] of Object.entries(group.labels)) {
    if (label === 'group_id' || !isLiteral(value) || fleet.labels[label] === value) continue;
    return { group: [is(label, value)], fleet: [{ label, op: '!=', value }], higher: 'group' };
  }
  return null;
}

/** Whether its alerts still have the `group_id` of their series. */
const keepsGroup = ({ expr }: AlertRule): boolean => droppedBy(resultLabels(expr), 'group_id') === null;

const ownGroup = ({ labels }: AlertRule): Matcher => is('group_id', labels.group_id ?? '');

const is = (label: string, value: string): Matcher => ({ label, op: '=', value });

const isLiteral = (text: string | undefined): text is string =>
  text !== undefined && text !== '' && !text.includes('{{');
