import type { FleetDiff } from './types.js';

/** Whether anything differs: what the fleet does, or only how the output is written. */
export type Extent = 'nothing' | 'files' | 'meaning';

export function extentOf(diff: FleetDiff): Extent {
  const {
    alerts,
    notified,
    receivers,
    routes,
    maintenances,
    checks,
    scripts,
    targets,
    groups,
    staticRules,
    renamed,
    settings,
    stateLost,
    files,
  } = diff;
  const meaning = [
    alerts,
    notified,
    receivers,
    routes,
    maintenances,
    checks,
    scripts,
    targets,
    groups,
    staticRules,
    renamed,
    settings,
    stateLost,
  ];
  if (meaning.some((changes) => changes.length > 0)) return 'meaning';
  return files.added.length + files.changed.length + files.removed.length > 0 ? 'files' : 'nothing';
}
