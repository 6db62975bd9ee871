import type { Matcher } from '../../model/types.js';
import { formatMatcher, matcherAccepts } from '../../promql/index.js';
import type { PlannedGroup, PlannedTarget, TargetPlan } from '../targets/types.js';

/** The targets of the imported repo as matchers see them. */
export interface World {
  /** The active ones. */
  readonly targets: readonly PlannedTarget[];
  readonly groups: ReadonlyMap<string, PlannedGroup>;
  readonly plan: TargetPlan;
  /** The targets whose series these matchers let through, as far as their labels say; by index. */
  readonly select: (matchers: readonly Matcher[]) => ReadonlySet<number>;
}

export function worldOf(plan: TargetPlan): World {
  const targets = plan.targets.filter(({ active, exporters }) => active && exporters.length > 0);
  const groups = new Map(plan.groups.map((group) => [group.id, group]));
  const known = new Map<string, ReadonlySet<number>>();
  const everything: ReadonlySet<number> = new Set(targets.keys());
  const of = (matcher: Matcher): ReadonlySet<number> => {
    const key = formatMatcher(matcher);
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const made = new Set(
      [...targets.entries()].flatMap(([index, target]) => (accepts(matcher, target, groups) ? [index] : [])),
    );
    known.set(key, made);
    return made;
  };
  return {
    targets,
    groups,
    plan,
    select: (matchers) =>
      matchers
        .filter(({ label }) => isTargetLabel(label) || label === 'job')
        .reduce((left, matcher) => intersect(left, of(matcher)), everything),
  };
}

/** Of a job, whether the target has series with one that is let through. */
function accepts(matcher: Matcher, target: PlannedTarget, groups: World['groups']): boolean {
  if (matcher.label === 'job') return target.exporters.some(({ exporter }) => matcherAccepts(matcher, exporter.job));
  return matcherAccepts(matcher, labelOf(target, matcher.label, groups));
}

const PREFIX = 'target_label_';

/** Labels whose value all series of a target share, so that a target is let through as a whole or not at all. */
export function isTargetLabel(label: string): boolean {
  return ['group', 'group_id', 'groups', 'target_id'].includes(label) || label.startsWith(PREFIX);
}

/** The name of a label of targets without its prefix; null for others. */
export function withoutPrefix(label: string): string | null {
  return label.startsWith(PREFIX) ? label.slice(PREFIX.length) : null;
}

function labelOf(target: PlannedTarget, label: string, groups: World['groups']): string {
  const [primary = ''] = target.groups;
  switch (label) {
    case 'group':
      return groups.get(primary)?.name ?? '';
    case 'group_id':
      return primary;
    case 'groups':
      return target.groups.join(',');
    case 'target_id':
      return target.id ?? target.hostname;
    default: {
      const name = withoutPrefix(label) ?? '';
      return Object.hasOwn(target.labels, name) ? (target.labels[name] ?? '') : '';
    }
  }
}

export function intersect(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  return new Set([...small].filter((index) => large.has(index)));
}
