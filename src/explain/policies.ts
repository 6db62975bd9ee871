import type { Policy, PolicyEntry, Target } from '../model/types.js';
import { formatMatcher, matcherAccepts } from '../promql/index.js';
import { type BoundEntries, labelOf, matchesTarget, scopeSteps } from '../resolve/layers.js';
import { matcherText } from './matchers.js';
import { byPlace, placeOf } from './places.js';
import type { MissedPolicy, PolicyRef } from './types.js';

type AnyPolicy = Policy<unknown, unknown>;
type AnyEntry = PolicyEntry<unknown, unknown>;

export function policyRef(policy: AnyPolicy, entry: AnyEntry): PolicyRef {
  return {
    at: placeOf(entry.origin),
    scope: scopeOf(policy),
    targets: matcherText(policy.targets),
    series: matcherText(policy.series),
    priority: policy.priority,
    merge: entry.replace ? 'replace' : 'deep',
    reason: entry.reason,
  };
}

export function scopeOf({ scope }: AnyPolicy): PolicyRef['scope'] {
  return scope.kind === 'global' ? 'global' : scope.groups.map((group) => group.id);
}

interface Bound {
  readonly policy: AnyPolicy;
  readonly entry: AnyEntry;
}

/** Every entry of a template once, though its policy may be for several groups; by their places. */
export function boundEntries({ global, byGroup }: BoundEntries<unknown, unknown>): Bound[] {
  const distinct = new Map<number, Bound>();
  for (const bound of [...global, ...[...byGroup.values()].flat()]) distinct.set(bound.id, bound);
  return [...distinct.values()].sort((a, b) => byPlace(placeOf(a.entry.origin), placeOf(b.entry.origin)));
}

/** The policies that speak of a template, but not to a target. */
export function missedPolicies(entries: BoundEntries<unknown, unknown>, target: Target): MissedPolicy[] {
  const groups = new Set(scopeSteps(target.groups).map((step) => step.group));
  return boundEntries(entries).flatMap(({ policy, entry }): MissedPolicy[] => {
    const { scope, targets } = policy;
    const ref = policyRef(policy, entry);
    if (scope.kind === 'groups' && !scope.groups.some((group) => groups.has(group)))
      return [{ policy: ref, why: 'group', mismatches: [] }];
    if (matchesTarget(targets, target)) return [];
    const mismatches = targets
      .filter((matcher) => !matcherAccepts(matcher, labelOf(target, matcher.label)))
      .map((matcher) => ({
        matcher: formatMatcher(matcher),
        label: matcher.label,
        actual: Object.hasOwn(target.labels, matcher.label) ? labelOf(target, matcher.label) : null,
      }));
    return [{ policy: ref, why: 'targets', mismatches }];
  });
}
