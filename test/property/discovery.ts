import type { Labels, Target } from '../../src/model/types.js';

/** The labels that service discovery gives to the series of a target. */
export function discoveryLabels(target: Target): Labels {
  return {
    instance: target.hostname,
    group: target.groups[0].name,
    group_id: target.groups[0].id,
    groups: target.groups.map((group) => group.id).join(','),
    target_id: target.id,
    ...Object.fromEntries(Object.entries(target.labels).map(([key, value]) => [`target_label_${key}`, value])),
  };
}
