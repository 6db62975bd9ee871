import { byCodeUnit } from '../diagnostics/order.js';
import type { FinalValue } from './types.js';

const FIRST = ['severity', 'for', 'keep_firing_for', 'interval', 'timeout', 'config', 'labels', 'annotations'];

/** What matters most first, then by path. */
export function sortValues(values: readonly FinalValue[]): FinalValue[] {
  const rank = ({ path }: FinalValue): number => FIRST.indexOf(path.split('.', 1)[0] ?? '');
  return [...values].sort((a, b) => rank(a) - rank(b) || byCodeUnit(a.path, b.path));
}
