import { byCodeUnit } from '../../diagnostics/order.js';
import type { Matcher } from '../../model/types.js';
import { matcherAccepts } from '../../promql/index.js';
import { type SnapshotTarget, seriesLabel } from '../snapshot.js';
import type { Requirements } from './hints.js';
import type { OutputTargets } from './targets.js';
import { asksOwnGroup, isOwnGroup, type Unscoped } from './unscope.js';

/** What a rule says of its targets. */
export interface Reach extends Pick<Unscoped, 'scope' | 'pieces' | 'jobs'> {
  /** null: the whole fleet. */
  readonly group: string | null;
  /** null: not known. */
  readonly requires: Requirements | null;
}

/** Targets that no group matcher tells apart. */
interface Membership {
  readonly primary: string;
  readonly targets: SnapshotTarget[];
}

/** Finds the targets whose series a rule looks at; rules that ask for the same share one list. */
export function coverageIn(
  { targets, jobs }: OutputTargets,
  runs: (id: string, check: string) => boolean,
): (reach: Reach) => readonly string[] {
  const memberships = membershipsOf(targets.values());
  const byPrimary = groupedByPrimary(memberships);
  const known = new Map<string, readonly string[]>();

  const meets = ({ id }: SnapshotTarget, { requires, jobs: asked }: Reach): boolean => {
    const has = (job: string): boolean => jobs.get(id)?.has(job) === true;
    if (requires === null) return asked.length === 0 || asked.some(has);
    return requires.jobs.every(has) && requires.checks.every((check) => runs(id, check));
  };
  const find = (reach: Reach): readonly string[] => {
    const found = inScope(reach, memberships, byPrimary).flatMap(({ targets: members }) => {
      const [example] = members;
      if (example === undefined) return [];
      const possible = reach.pieces.filter(({ target }) => acceptsAll(target.filter(onGroups), example));
      return members.filter(
        (target) => possible.some((piece) => acceptsAll(piece.target, target)) && meets(target, reach),
      );
    });
    return found.map(({ id }) => id).sort(byCodeUnit);
  };
  return (reach) => {
    const { group, scope, pieces, jobs: asked, requires } = reach;
    const key = JSON.stringify([group, scope, pieces.map(({ target }) => target), requires ?? asked]);
    const ids = known.get(key) ?? find(reach);
    known.set(key, ids);
    return ids;
  };
}

const onGroups = ({ label }: Matcher): boolean => label === 'groups';

const acceptsAll = (matchers: readonly Matcher[], target: SnapshotTarget): boolean =>
  matchers.every((matcher) => matcherAccepts(matcher, seriesLabel(target, matcher)));

function inScope(
  { group, scope }: Reach,
  memberships: readonly Membership[],
  byPrimary: ReadonlyMap<string, readonly Membership[]>,
): readonly Membership[] {
  const candidates = asksOwnGroup(scope) ? (byPrimary.get(group ?? '') ?? []) : memberships;
  return candidates.filter(({ primary }) => scope.every((one) => isOwnGroup(one) || matcherAccepts(one, primary)));
}

/** A target without groups is one of which nothing is known. */
function membershipsOf(targets: Iterable<SnapshotTarget>): Membership[] {
  const byGroups = new Map<string, Membership>();
  for (const target of targets) {
    const [primary] = target.groups;
    if (primary === undefined) continue;
    const key = target.groups.join(',');
    const membership = byGroups.get(key) ?? { primary, targets: [] };
    byGroups.set(key, membership);
    membership.targets.push(target);
  }
  return [...byGroups.values()];
}

function groupedByPrimary(memberships: readonly Membership[]): Map<string, Membership[]> {
  const byPrimary = new Map<string, Membership[]>();
  for (const membership of memberships) {
    const list = byPrimary.get(membership.primary);
    if (list === undefined) byPrimary.set(membership.primary, [membership]);
    else list.push(membership);
  }
  return byPrimary;
}
