import type { Group, Target } from '../model/types.js';
import { quoteLabelValue, quoteRegex } from '../promql/index.js';
import type { Covered } from '../resolve/maintenance.js';
import type { SilenceMatcher } from './types.js';

/** What keeps back the alerts of groups or targets; null where there are none, for no matcher would keep back all. */
export function matchersOf(covered: Covered): readonly SilenceMatcher[] | null {
  if (covered.kind === 'groups') return covered.groups.length === 0 ? null : [ofGroups(covered.groups)];
  return covered.targets.length === 0 ? null : [ofTargets(covered.targets)];
}

const ofGroups = (groups: readonly Group[]): SilenceMatcher =>
  oneOf(
    'group_id',
    groups.map(({ id }) => id),
  );

const ofTargets = (targets: readonly Target[]): SilenceMatcher =>
  oneOf(
    'instance',
    targets.map(({ hostname }) => hostname),
  );

function oneOf(name: string, values: readonly string[]): SilenceMatcher {
  const [first = ''] = values;
  if (values.length === 1) return { name, value: first, isRegex: false, isEqual: true };
  return { name, value: values.map(quoteRegex).join('|'), isRegex: true, isEqual: true };
}

/** As in the configuration and in amtool. */
export function formatSilenceMatcher({ name, value, isRegex, isEqual }: SilenceMatcher): string {
  return `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${quoteLabelValue(value)}`;
}

export function sameMatchers(a: readonly SilenceMatcher[], b: readonly SilenceMatcher[]): boolean {
  const written = (matchers: readonly SilenceMatcher[]) => matchers.map(formatSilenceMatcher).sort().join();
  return written(a) === written(b);
}
