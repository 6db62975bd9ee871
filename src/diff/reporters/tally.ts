import { amount, thousands } from '../../diagnostics/amounts.js';
import type { TargetChange, Where } from '../types.js';

interface Change {
  readonly kind: string;
}

interface CoverageChange extends Change {
  readonly where: readonly Where[];
}

/** `2 removed, 1 changed, 3 added` */
export function tallyOf(changes: readonly Change[]): string {
  return byKind(changes, (some) => thousands(some.length));
}

/** `1 removed on 12 targets, 2 changed on 64 targets`: how many names, and on how many targets together. */
export function tallyOfCoverage<T extends CoverageChange>(
  changes: readonly T[],
  namesOf: (change: T) => readonly string[],
): string {
  return byKind(
    changes,
    (some) => thousands(new Set(some.flatMap(namesOf)).size),
    (some) => {
      const targets = new Set<string>();
      for (const { where } of some) for (const one of where) for (const target of one.targets) targets.add(target);
      return ` on ${amount(targets.size, 'target')}`;
    },
  );
}

/** `3 removed, 12 changed` */
export function tallyOfTargets(changes: readonly TargetChange[]): string {
  return byKind(changes, (some) => thousands(some.reduce((sum, { count }) => sum + count, 0)));
}

const KINDS = ['removed', 'deactivated', 'changed', 'activated', 'added'];

function byKind<T extends Change>(
  changes: readonly T[],
  count: (some: readonly T[]) => string,
  more: (some: readonly T[]) => string = () => '',
): string {
  return KINDS.flatMap((kind) => {
    const some = changes.filter((change) => change.kind === kind);
    return some.length === 0 ? [] : [`${count(some)} ${kind}${more(some)}`];
  }).join(', ');
}
