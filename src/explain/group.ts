import { type Group, type Policy, SEVERITIES } from '../model/types.js';
import { namedBy } from '../rules/told.js';
import { type ExplainContext, groupRef } from './context.js';
import { keptBackIn } from './kept-back.js';
import { matcherText } from './matchers.js';
import { byPlace, placeOf } from './places.js';
import { scopeOf } from './policies.js';
import { ruleRows } from './rows.js';
import { recipient } from './told.js';
import type { GroupExplanation, GroupPolicy } from './types.js';

/** What a group holds, which policies speak of it, and its rules. */
export function explainGroup(context: ExplainContext, group: Group): GroupExplanation {
  const { repo, rules } = context.model;
  const within = ({ groups }: { readonly groups: readonly Group[] }) =>
    groups.some((one) => one === group || one.ancestors.includes(group));
  const inside = repo.targets.filter(within);
  const active = inside.filter((target) => target.active);
  const member = active.filter(({ groups }) => groups.includes(group));
  const ids = (targets: typeof inside): string[] => targets.map(({ id }) => id);
  return {
    kind: 'group',
    group: groupRef(group),
    at: placeOf(group.origin),
    ancestors: group.ancestors.map(groupRef),
    children: [...repo.groups.values()].filter(({ ancestors }) => ancestors.at(-1) === group).map(groupRef),
    namespace: group.namespace,
    labels: group.labels,
    targets: {
      primary: ids(member.filter(({ groups }) => groups[0] === group)),
      secondary: ids(member.filter(({ groups }) => groups[0] !== group)),
      below: ids(active.filter((target) => !member.includes(target))),
      inactive: ids(inside.filter((target) => !target.active)),
    },
    policies: groupPolicies(context, group),
    notified: notifiedOf(context, group),
    keptBack: keptBackIn(context, group),
    rules: ruleRows(
      context,
      rules.filter(({ scope }) => scope.kind !== 'fleet' && scope.group === group),
    ),
  };
}

function notifiedOf(context: ExplainContext, group: Group): GroupExplanation['notified'] {
  const ownership = context.ownerships?.groups.get(group);
  if (ownership === undefined) return [];
  return SEVERITIES.map((severity) => ({
    severity,
    told: namedBy(ownership, severity, context.model.repo).map(recipient),
  }));
}

/** Its own policies first, then those of the groups above it, then the fleet's. */
function groupPolicies({ model: { repo } }: ExplainContext, group: Group): GroupPolicy[] {
  const scopes = [group, ...[...group.ancestors].reverse(), null];
  const kinds = [
    ['alerts', repo.alertPolicies],
    ['checks', repo.scriptPolicies],
  ] as const;
  return scopes.flatMap((from) =>
    kinds.flatMap(([kind, policies]) =>
      (policies as readonly Policy<{ readonly name: string }, { readonly enabled?: boolean }>[])
        .filter(({ scope }) => (scope.kind === 'global' ? from === null : from !== null && scope.groups.includes(from)))
        .map((policy) => groupPolicy(kind, from, policy))
        .sort((a, b) => byPlace(a.policy.at, b.policy.at)),
    ),
  );
}

function groupPolicy(
  kind: GroupPolicy['kind'],
  from: Group | null,
  policy: Policy<{ readonly name: string }, { readonly enabled?: boolean }>,
): GroupPolicy {
  return {
    kind,
    from: from === null ? null : groupRef(from),
    policy: {
      at: placeOf(policy.origin),
      scope: scopeOf(policy),
      targets: matcherText(policy.targets),
      series: matcherText(policy.series),
      priority: policy.priority,
    },
    entries: policy.entries.map(({ template, layer, reason, origin }) => ({
      name: template.name,
      muted: layer.enabled === false,
      reason,
      at: placeOf(origin),
    })),
  };
}
