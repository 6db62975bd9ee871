import type { ParsedExpr } from './ast.js';
import { shapeOf } from './canonical.js';
import { spellNumber } from './spelling.js';

export interface ChangedNumber {
  readonly before: string;
  readonly after: string;
}

/** The number literals that differ, from left to right; null where the expressions differ in more than their numbers. */
export function changedNumbers(before: ParsedExpr, after: ParsedExpr): ChangedNumber[] | null {
  const [one, other] = [shapeOf(before), shapeOf(after)];
  if (one.text !== other.text) return null;
  return one.numbers.flatMap((value, i) => {
    const changed = other.numbers[i] ?? value;
    return Object.is(value, changed) ? [] : [{ before: spellNumber(value), after: spellNumber(changed) }];
  });
}
