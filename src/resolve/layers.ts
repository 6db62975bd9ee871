import type { Group, Matcher, Policy, PolicyEntry, Target } from '../model/types.js';
import { matcherAccepts } from '../promql/index.js';
import type { Narrowing } from './types.js';

/** A scope that policies can have for a target. */
export interface ScopeStep {
  /** null: `scope: global`. */
  readonly group: Group | null;
  /** Reached only through a secondary group, so that the target's `groups` decide. */
  readonly secondary: boolean;
}

/** One policy entry where it meets a target. */
export interface Layer<Template, Settings> {
  /** Equal for equal layers, also of other targets. */
  readonly key: string;
  readonly entry: PolicyEntry<Template, Settings>;
  readonly policy: Policy<Template, Settings>;
  /** The group of its scope where the target has it only as a secondary group. */
  readonly secondary: Group | null;
  /** Place of its scope among those of the target, weakest first. */
  readonly step: number;
  readonly priority: number;
  /** 0 unnarrowed, 1 by targets, 2 by series, 3 by both. */
  readonly narrowness: number;
  /** What it is narrowed by; none for a plain layer. */
  readonly narrowings: readonly Narrowing[];
}

/** The scopes of a target, weakest first (design §3): global, the secondary groups from last to first, the primary group. */
export function scopeSteps(groups: readonly Group[]): ScopeStep[] {
  const path = [...groups].reverse().flatMap((group) => [...group.ancestors, group]);
  const strongest = path.filter((group, index) => path.lastIndexOf(group) === index);
  const [primary] = groups;
  const own = new Set(primary === undefined ? [] : [...primary.ancestors, primary]);
  return [{ group: null, secondary: false }, ...strongest.map((group) => ({ group, secondary: !own.has(group) }))];
}

/** The entries of one template, by the scope they stand in. */
export interface BoundEntries<Template, Settings> {
  readonly global: readonly BoundEntry<Template, Settings>[];
  readonly byGroup: ReadonlyMap<Group, readonly BoundEntry<Template, Settings>[]>;
  /** Target labels that any policy of the template narrows by. */
  readonly targetLabels: ReadonlySet<string>;
}

export interface BoundEntry<Template, Settings> {
  readonly id: number;
  readonly policy: Policy<Template, Settings>;
  readonly entry: PolicyEntry<Template, Settings>;
}

/** Which policies speak of which template, and where. */
export function indexEntries<Template, Settings>(
  policies: readonly Policy<Template, Settings>[],
): Map<Template, BoundEntries<Template, Settings>> {
  type Bound = BoundEntry<Template, Settings>;
  type Entries = { global: Bound[]; byGroup: Map<Group, Bound[]>; targetLabels: Set<string> };
  const index = new Map<Template, Entries>();
  let id = 0;
  for (const policy of policies) {
    for (const entry of policy.entries) {
      const entries: Entries = index.get(entry.template) ?? { global: [], byGroup: new Map(), targetLabels: new Set() };
      index.set(entry.template, entries);
      const bound = { id: id++, policy, entry };
      for (const matcher of policy.targets) entries.targetLabels.add(matcher.label);
      if (policy.scope.kind === 'global') entries.global.push(bound);
      else {
        for (const group of new Set(policy.scope.groups)) {
          const list = entries.byGroup.get(group) ?? [];
          list.push(bound);
          entries.byGroup.set(group, list);
        }
      }
    }
  }
  return index;
}

/** All layers that a target with these scopes can have, weakest first; narrowing by `targets` is not yet decided. */
export function possibleLayers<Template, Settings>(
  entries: BoundEntries<Template, Settings>,
  steps: readonly ScopeStep[],
): Layer<Template, Settings>[] {
  const layers: Layer<Template, Settings>[] = [];
  steps.forEach((scope, step) => {
    const bound = scope.group === null ? entries.global : (entries.byGroup.get(scope.group) ?? []);
    for (const { id, policy, entry } of bound) {
      const narrowness = (policy.targets.length > 0 ? 1 : 0) + (policy.series.length > 0 ? 2 : 0);
      layers.push({
        key: `${id}@${scope.secondary ? scope.group?.id : ''}`,
        entry,
        policy,
        secondary: scope.secondary ? scope.group : null,
        step,
        priority: policy.priority,
        narrowness,
        narrowings: narrowingsOf(policy, scope, entries.targetLabels),
      });
    }
  });
  return layers.sort(compareStrength);
}

export function compareStrength(a: Layer<unknown, unknown>, b: Layer<unknown, unknown>): number {
  return a.step - b.step || a.priority - b.priority || a.narrowness - b.narrowness;
}

/** Equal for layers that come to the same: which of them share a scope counts, because only those can clash. */
export function layersKey(layers: readonly Layer<unknown, unknown>[]): string {
  return layers.map((layer, at) => `${layer.step === layers[at - 1]?.step ? ' ' : '|'}${layer.key}`).join('');
}

export function matchesTarget(matchers: readonly Matcher[], target: Target): boolean {
  return matchers.every((matcher) => matcherAccepts(matcher, labelOf(target, matcher.label)));
}

/** A target's label; a name such as `toString` is a label like any other. */
export function labelOf(target: Target, label: string): string {
  return Object.hasOwn(target.labels, label) ? (target.labels[label] ?? '') : '';
}

function narrowingsOf(
  policy: Policy<unknown, unknown>,
  scope: ScopeStep,
  targetLabels: ReadonlySet<string>,
): Narrowing[] {
  const origin = policy.origin;
  const narrowings: Narrowing[] = [];
  if (scope.secondary && scope.group !== null) {
    narrowings.push({ kind: 'group', label: 'groups', text: `group=${scope.group.id}`, origin });
  }
  for (const matcher of policy.targets) {
    // `group=` already speaks of secondary groups.
    const prefix = matcher.label === 'group' ? 'target:' : '';
    narrowings.push({ kind: 'targets', label: matcher.label, text: prefix + matcherText(matcher), origin });
  }
  for (const matcher of policy.series) {
    // A label of that name can be the target's or the series', and both can narrow one alert.
    const prefix = targetLabels.has(matcher.label) ? 'series:' : '';
    narrowings.push({ kind: 'series', label: matcher.label, text: prefix + matcherText(matcher), origin });
  }
  return narrowings;
}

/** As in the `override` label: `type=gpu`; quoted where the value would blur the list. */
function matcherText({ label, op, value }: Matcher): string {
  return `${label}${op}${/^(?:[^\s",=~][^\s",=]*)?$/.test(value) ? value : JSON.stringify(value)}`;
}
