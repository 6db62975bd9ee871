import type { Group, Repo, Timing } from '../model/types.js';
import { below, isWritten } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { AlertClass } from './ownership.js';

/** Where the timing of the alerts of a group (null: of none) is said; null: nowhere, it is the default. */
export function timingOrigin(
  { project }: Repo,
  group: Group | null,
  alerts: AlertClass,
  key: keyof Timing,
): Origin | null {
  const line = group === null ? [] : [group, ...[...group.ancestors].reverse()];
  const layers = [...line.map(({ origin }) => below(origin, 'alertmanager')), project.alertmanager.origin];
  const places = layers.flatMap((layer) => [
    ...(alerts === 'default' ? [] : [below(layer, 'severities', alerts, key)]),
    below(layer, key),
  ]);
  return places.find(isWritten) ?? null;
}
