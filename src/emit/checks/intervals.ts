import { byCodeUnit } from '../../diagnostics/order.js';
import type { Target } from '../../model/types.js';
import { quoteLabelValue, quoteRegex } from '../../promql/index.js';
import type { ResolvedModel } from '../../resolve/types.js';
import { durationSeconds } from '../../template/index.js';
import type { YamlMapping } from '../yaml.js';

/**
 * How often each check is to run on each target, as series with the labels of the target: what an agent says of its
 * checks can be held against it. A check that never ran says nothing, and this is how it is missed.
 */
export function intervalRules({ repo, checks }: ResolvedModel): YamlMapping[] {
  const active = repo.targets.filter((target) => target.active);
  const byCheck = new Map<string, Map<number, Set<Target>>>();
  for (const target of active) {
    for (const { template, interval } of checks.get(target) ?? []) {
      const seconds = durationSeconds(interval) ?? 0;
      const byInterval = byCheck.get(template.name) ?? new Map<number, Set<Target>>();
      byCheck.set(template.name, byInterval.set(seconds, (byInterval.get(seconds) ?? new Set()).add(target)));
    }
  }
  const selectors = selectorsOf(active);
  return [...byCheck]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([check, byInterval]) => ({
      record: 'aami_check_interval_seconds',
      expr: [...byInterval]
        .sort(([a], [b]) => a - b)
        .flatMap(([seconds, targets]) => selectors(targets).map((up) => `group without (job) (${up}) * ${seconds}`))
        .join('\nor\n'),
      labels: { check },
    }));
}

/** The selectors that find some targets: by their groups where these run the check as a whole. */
function selectorsOf(active: readonly Target[]): (some: ReadonlySet<Target>) => string[] {
  const members = new Map<string, Target[]>();
  for (const target of active) {
    const group = members.get(primary(target));
    if (group === undefined) members.set(primary(target), [target]);
    else group.push(target);
  }
  return (some) => {
    if (some.size === active.length) return ['up{target_id!=""}'];
    const groups = [...new Set([...some].map(primary))].sort(byCodeUnit);
    const whole = new Set(groups.filter((id) => members.get(id)?.every((target) => some.has(target))));
    const others = [...some].filter((target) => !whole.has(primary(target))).map(({ id }) => id);
    return [oneOf('group_id', [...whole]), oneOf('target_id', others)].filter((selector) => selector !== null);
  };
}

const primary = ({ groups: [first] }: Target): string => first.id;

function oneOf(label: string, values: readonly string[]): string | null {
  const [first] = values;
  if (first === undefined) return null;
  if (values.length === 1) return `up{${label}=${quoteLabelValue(first)}}`;
  return `up{${label}=~${quoteLabelValue(values.map(quoteRegex).join('|'))}}`;
}
