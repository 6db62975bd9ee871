import { both, type Change, isUnchanged, reverse, UNCHANGED, UNKNOWN } from './change.js';

/** Functions of each element whose value rises with all of their arguments. */
const RISING: ReadonlySet<string> = new Set(['ceil', 'clamp_max', 'clamp_min', 'deg', 'floor', 'rad', 'sgn', 'vector']);

/** Functions that pass each element on, with other labels or in another order. */
const PASSING: ReadonlySet<string> = new Set([
  'label_join',
  'label_replace',
  'sort',
  'sort_by_label',
  'sort_by_label_desc',
  'sort_desc',
]);

const OVER_TIME = /^(?<op>avg|count|last|max|min|present|sum)_over_time$/;

/** What becomes of a call of which an argument changes. */
export function callChange(name: string, args: readonly Change[]): Change {
  const [first = UNCHANGED, second = UNCHANGED] = args;
  if (name === 'absent' || name === 'absent_over_time') return { presence: reverse(first.presence), value: 'same' };
  if (args.some(({ value }) => value === 'unknown')) return UNKNOWN;
  if (PASSING.has(name)) return first;
  if (RISING.has(name)) return { presence: first.presence, value: both(first.value, second.value) };
  // Without exactly one element, a scalar is NaN.
  if (name === 'scalar') return first.presence === 'same' ? first : UNKNOWN;
  // Rises with its quantile, which the caller has found to be in bounds.
  if (name === 'histogram_quantile') return isUnchanged(second) ? first : UNKNOWN;
  const op = OVER_TIME.exec(name)?.groups?.op;
  return op === undefined ? UNKNOWN : summary(op, first);
}

/** What becomes of an aggregation whose operand changes. */
export function aggregationChange(op: string, operand: Change): Change {
  return operand.value === 'unknown' ? UNKNOWN : summary(op, operand);
}

/** Of elements in groups, or of the samples of a series. */
function summary(op: string, { presence, value }: Change): Change {
  switch (op) {
    case 'count':
      return { presence, value: presence };
    case 'group':
    case 'present':
      return { presence, value: 'same' };
    case 'avg':
    case 'last':
    case 'max':
    case 'min':
    case 'sum':
      return { presence, value: presence === 'same' ? value : 'unknown' };
    default:
      return UNKNOWN;
  }
}
