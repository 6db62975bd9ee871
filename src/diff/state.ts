import { byCodeUnit } from '../diagnostics/order.js';
import { type CoveragePair, sameIdentity } from './coverage.js';
import { fieldChanges } from './fields.js';
import type { Snapshot, SnapshotRule } from './snapshot.js';
import type { FieldChange, StateLoss } from './types.js';
import { collection, countOf, type Placer } from './where.js';

/**
 * Alerts that stay, but that Prometheus takes for others after the reload, because rule file, rule group, name or
 * labels change: what is pending or firing starts over. Targets whose series are new lose it anyway.
 */
export function stateLosses(
  pairs: readonly CoveragePair[],
  newSeries: ReadonlySet<string>,
  { before, after }: { readonly before: Snapshot; readonly after: Snapshot },
  place: Placer,
): StateLoss[] {
  const found = collection<{ readonly alert: string; readonly because: readonly FieldChange[] }>();
  for (const pair of pairs) {
    if (pair.before === null || pair.after === null || sameIdentity(pair.before, pair.after)) continue;
    // What an aggregate gives has no labels of single targets.
    const staying = pair.before.aggregate ? pair.targets : pair.targets.filter((id) => !newSeries.has(id));
    const because = differences(pair.before, pair.after, before, after);
    if (staying.length > 0) found.add({ alert: pair.template, because }, staying);
  }
  const byRest = new Map<string, StateLoss>();
  for (const { content, targets } of found.entries()) {
    const where = place(targets);
    const rest = { because: content.because, where, count: countOf(where) };
    const key = JSON.stringify(rest);
    const alerts = [...(byRest.get(key)?.alerts ?? []), content.alert].sort(byCodeUnit);
    byRest.set(key, { alerts, ...rest });
  }
  return [...byRest.values()].sort((a, b) => byCodeUnit(JSON.stringify(a.alerts), JSON.stringify(b.alerts)));
}

/** The file, the rule group and some labels follow from the group: then only the group is named. */
function differences(one: SnapshotRule, other: SnapshotRule, before: Snapshot, after: Snapshot): FieldChange[] {
  const group = (rule: SnapshotRule, { groups }: Snapshot): Record<string, string | null> =>
    rule.group === null
      ? { group: null }
      : { group: rule.group, 'group name': groups.get(rule.group)?.name ?? rule.group };
  const ofGroup = fieldChanges(group(one, before), group(other, after));
  const labels = (rule: SnapshotRule): Record<string, string> =>
    Object.fromEntries(
      Object.entries(rule.labels)
        .filter(([name]) => name !== 'group' && name !== 'group_id')
        .map(([name, value]) => [`labels.${name}`, value]),
    );
  const own = [
    ...fieldChanges({ 'alert name': one.alert }, { 'alert name': other.alert }),
    ...fieldChanges(labels(one), labels(other)),
  ];
  if (ofGroup.length > 0) return [...ofGroup, ...own];
  const place = fieldChanges(
    { 'rule file': one.file, 'rule group': one.ruleGroup },
    { 'rule file': other.file, 'rule group': other.ruleGroup },
  );
  return [...place, ...own];
}
