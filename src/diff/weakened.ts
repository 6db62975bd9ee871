import { byCodeUnit } from '../diagnostics/order.js';
import type { FleetDiff, Pointer, Weakening } from './types.js';

type Sections = Pick<FleetDiff, Pointer['section']>;

/** All that weakens monitoring, the widest first. */
export function weakenings(sections: Sections): Weakening[] {
  const found: Weakening[] = [];
  for (const section of SECTIONS) {
    sections[section].forEach((change, index) => {
      const count = 'count' in change ? change.count : null;
      for (const kind of change.weakens) found.push({ kind, section, index, count });
    });
  }
  return found.sort((a, b) => (b.count ?? 0) - (a.count ?? 0) || byCodeUnit(a.kind, b.kind));
}

/** Changes that nobody can judge, and that are not known to weaken anyway. */
export function unclearChanges({ alerts, maintenances, staticRules }: Sections): Pointer[] {
  const isUnclear = (change: FleetDiff['alerts' | 'maintenances' | 'staticRules'][number]): boolean =>
    change.weakens.length === 0 && change.values.some(({ effect }) => effect === 'unclear');
  const pointers = (section: Pointer['section'], list: readonly Parameters<typeof isUnclear>[0][]): Pointer[] =>
    list.flatMap((change, index) => (isUnclear(change) ? [{ section, index }] : []));
  return [
    ...pointers('alerts', alerts),
    ...pointers('maintenances', maintenances),
    ...pointers('staticRules', staticRules),
  ];
}

const SECTIONS: readonly Pointer['section'][] = [
  'alerts',
  'notified',
  'maintenances',
  'checks',
  'targets',
  'staticRules',
];
