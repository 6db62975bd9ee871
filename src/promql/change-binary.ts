import { type Binary, isComparison, isSetOperator, typeOf } from './ast.js';
import { both, type Change, type Direction, reverse, scaled, UNKNOWN } from './change.js';

export interface Operand extends Change {
  /** The value of an operand that is made of number literals and stays as it was. */
  readonly constant: number | null;
}

/** What becomes of an operation of which an operand changes. */
export function binaryChange(node: Binary, left: Operand, right: Operand): Change {
  if (node.fill) return UNKNOWN;
  if (isSetOperator(node.op)) return setChange(node, left, right);
  if (left.value === 'unknown' || right.value === 'unknown') return UNKNOWN;
  const presence = both(left.presence, right.presence);
  if (!isComparison(node.op)) return { presence, value: arithmetic(node.op, left, right) };
  const truth = comparison(node.op, left.value, right.value);
  if (node.bool) return { presence, value: truth };
  // A filter keeps the value of its left side, or of the side that is no scalar.
  return { presence: both(presence, truth), value: typeOf(node.lhs) === 'scalar' ? right.value : left.value };
}

function setChange({ op, matching }: Binary, left: Change, right: Change): Change {
  // Only where elements are matched on all labels but the name is it enough to know the label sets.
  if ((left.value === 'unknown' || right.value === 'unknown') && matching !== null) return UNKNOWN;
  if (op === 'and') return { presence: both(left.presence, right.presence), value: left.value };
  if (op === 'unless') return { presence: both(left.presence, reverse(right.presence)), value: left.value };
  if (left.presence === 'same' && left.value !== 'unknown') {
    return { presence: right.presence, value: both(left.value, right.value) };
  }
  // An element on the left displaces what it matches on the right.
  return matching === null ? { presence: both(left.presence, right.presence), value: 'unknown' } : UNKNOWN;
}

/** Of the truth of a comparison: `up` is from false to true. */
function comparison(op: string, left: Direction, right: Direction): Direction {
  const difference = both(left, reverse(right));
  if (op === '>' || op === '>=') return difference;
  if (op === '<' || op === '<=') return reverse(difference);
  return difference === 'same' ? 'same' : 'unknown';
}

function arithmetic(op: string, left: Operand, right: Operand): Direction {
  if (left.value === 'same' && right.value === 'same') return 'same';
  if (op === '+') return both(left.value, right.value);
  if (op === '-') return both(left.value, reverse(right.value));
  if ((op === '*' || op === '/') && right.constant !== null) return scaled(left.value, right.constant);
  if (op === '*' && left.constant !== null) return scaled(right.value, left.constant);
  return 'unknown';
}
