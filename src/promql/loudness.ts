import { childrenOf, type Expr, type ParsedExpr } from './ast.js';
import { type Change, directionOf, isUnchanged, reverse, UNCHANGED, UNKNOWN } from './change.js';
import { binaryChange } from './change-binary.js';
import { aggregationChange, callChange } from './change-calls.js';
import { changedNumbers } from './changed-numbers.js';
import { peel } from './peel.js';

export type Loudness = 'louder' | 'quieter' | 'unknown';

/**
 * Whether an alert whose number literals change fires in more cases or in fewer. `quieter` claims: whatever series
 * there are, each label set (but for the name) that the later expression gives is one that the earlier gives;
 * `louder` claims the reverse. Claimed for samples that are floats, in exact arithmetic that does not overflow, and
 * where Prometheus evaluates both without an error. It is `unknown` where neither can be shown, where more than numbers
 * differs, and where nothing does.
 */
export function compareLoudness(before: ParsedExpr, after: ParsedExpr): Loudness {
  const changed = changedNumbers(before, after);
  if (changed === null || changed.length === 0) return 'unknown';
  const { presence } = changeOf(before.root, after.root);
  return presence === 'up' ? 'louder' : presence === 'down' ? 'quieter' : 'unknown';
}

/** What becomes of the same place in two expressions of one shape. */
function changeOf(before: Expr, after: Expr): Change {
  const [from, to] = [constantOf(before), constantOf(after)];
  if (from !== null && to !== null) return { presence: 'same', value: directionOf(from, to) };
  const node = peel(before);
  const [ones, others] = [childrenOf(node), childrenOf(peel(after))];
  const parts = ones.map((one, i) => {
    const other = others[i];
    return other === undefined ? UNKNOWN : changeOf(one, other);
  });
  if (parts.every(isUnchanged)) return UNCHANGED;
  const [first = UNCHANGED, second = UNCHANGED] = parts;
  switch (node.kind) {
    case 'range':
    case 'subquery':
    case 'modified':
      return first;
    case 'unary':
      return node.op === '-' ? { presence: first.presence, value: reverse(first.value) } : first;
    case 'call':
      return node.name === 'histogram_quantile' && ![ones, others].every(([quantile]) => isInside(quantile))
        ? UNKNOWN
        : callChange(node.name, parts);
    case 'aggregation':
      return node.param === null ? aggregationChange(node.op, first) : UNKNOWN;
    case 'binary':
      return binaryChange(
        node,
        { ...first, constant: isUnchanged(first) ? constantOf(node.lhs) : null },
        { ...second, constant: isUnchanged(second) ? constantOf(node.rhs) : null },
      );
    default:
      return UNKNOWN;
  }
}

/** Whether a quantile gives a value of its histogram: beyond these bounds it is infinite, at 0 it may be NaN. */
function isInside(quantile: Expr | undefined): boolean {
  const value = quantile === undefined ? null : constantOf(quantile);
  return value !== null && value > 0 && value <= 1;
}

/** The value of arithmetic on number literals alone; null for all else. */
function constantOf(node: Expr): number | null {
  const inner = peel(node);
  if (inner.kind === 'number') return inner.value;
  if (inner.kind !== 'unary' && inner.kind !== 'binary') return null;
  const [one = null, other = null] = childrenOf(inner).map(constantOf);
  if (one === null) return null;
  if (inner.kind === 'unary') return inner.op === '-' ? -one : one;
  if (other === null) return null;
  switch (inner.op) {
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    case '/':
      return one / other;
    default:
      return null;
  }
}
