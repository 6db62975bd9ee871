/** Where something went from one expression to the other; `up` and `down` include staying where it was. */
export type Direction = 'same' | 'up' | 'down' | 'unknown';

/** What becomes of an operand's result. A scalar is always present. */
export interface Change {
  /** Of elements: `up` keeps all that there were. */
  readonly presence: Direction;
  /**
   * Of the value of each element that is there before and after; a NaN stays a NaN. `unknown` also gives up which
   * element became which: then presence speaks of nothing but label sets without the name.
   */
  readonly value: Direction;
}

export const UNCHANGED: Change = { presence: 'same', value: 'same' };
export const UNKNOWN: Change = { presence: 'unknown', value: 'unknown' };

export function isUnchanged({ presence, value }: Change): boolean {
  return presence === 'same' && value === 'same';
}

/** Of what rises with both. */
export function both(one: Direction, other: Direction): Direction {
  if (one === 'same') return other;
  return other === 'same' || other === one ? one : 'unknown';
}

export function reverse(direction: Direction): Direction {
  return direction === 'up' ? 'down' : direction === 'down' ? 'up' : direction;
}

/** Of a multiple. */
export function scaled(direction: Direction, factor: number): Direction {
  if (!Number.isFinite(factor) || factor === 0) return 'unknown';
  return factor > 0 ? direction : reverse(direction);
}

export function directionOf(before: number, after: number): Direction {
  if (Object.is(before, after)) return 'same';
  // An infinity makes NaN of what was a number, and 0 and -0 are told apart by what divides by them.
  if (!Number.isFinite(before) || !Number.isFinite(after) || before === after) return 'unknown';
  return before < after ? 'up' : 'down';
}
