import type { Group, Target } from '../model/types.js';
import { quoteLabelValue, quoteRegex } from '../promql/index.js';
import type { Covered } from '../resolve/maintenance.js';
import type { SilenceMatcher } from './types.js';

/**
 * The matchers of the silences that keep back the alerts of groups and of targets: a silence is for what meets all of
 * its matchers, so each has one of its own. None where there is nothing, for no matcher would keep back all.
 */
export function matchersOf({ groups, targets }: Covered): readonly (readonly SilenceMatcher[])[] {
  return [
    ...(groups.length === 0 ? [] : [[ofGroups(groups)]]),
    ...(targets.length === 0 ? [] : [[ofTargets(targets)]]),
  ];
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
