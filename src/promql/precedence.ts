import type { Expr, Matching, Range } from './ast.js';

/** What an expression consists of, in the order of the text. */
export type Item =
  | { readonly kind: 'operand'; readonly expr: Expr }
  | { readonly kind: 'prefix'; readonly start: number; readonly op: '+' | '-' }
  | { readonly kind: 'postfix'; readonly end: number; readonly wrap: (expr: Expr) => Expr }
  | {
      readonly kind: 'operator';
      readonly op: string;
      readonly opRange: Range;
      readonly bool: boolean;
      readonly matching: Matching | null;
      readonly fill: boolean;
    };

const LOOSEST = 1;
/** Of a sign; `^` alone binds more tightly. */
export const UNARY = 5;
export const POWER = 6;

/** How tightly an operator binds. */
export function precedence(op: string): number {
  switch (op) {
    case 'or':
      return LOOSEST;
    case 'and':
    case 'unless':
      return 2;
    case '+':
    case '-':
      return 4;
    case '*':
    case '/':
    case '%':
    case 'atan2':
      return UNARY;
    case '^':
      return POWER;
    default:
      return 3;
  }
}

/** Puts operands and operators together by Prometheus's precedence: `^` binds to the right, all others to the left. */
export function arrange(items: readonly Item[]): Expr {
  let at = 0;

  const operand = (): Expr => {
    const item = items[at];
    at += 1;
    if (item?.kind === 'prefix') {
      const expr = binary(UNARY + 1);
      // A sign before a number is part of the number.
      if (expr.kind === 'number') {
        return { ...expr, start: item.start, value: item.op === '-' ? -expr.value : expr.value };
      }
      return { kind: 'unary', start: item.start, end: expr.end, op: item.op, expr };
    }
    let expr: Expr = item?.kind === 'operand' ? item.expr : { kind: 'number', start: 0, end: 0, value: Number.NaN };
    for (let next = items[at]; next?.kind === 'postfix'; next = items[at]) {
      expr = next.wrap(expr);
      at += 1;
    }
    return expr;
  };

  const binary = (loosest: number): Expr => {
    let lhs = operand();
    for (let item = items[at]; item?.kind === 'operator'; item = items[at]) {
      const level = precedence(item.op);
      if (level < loosest) break;
      at += 1;
      const rhs = binary(level === POWER ? level : level + 1);
      const { op, opRange, bool, matching, fill } = item;
      lhs = { kind: 'binary', start: lhs.start, end: rhs.end, op, opRange, bool, matching, fill, lhs, rhs };
    }
    return lhs;
  };

  return binary(LOOSEST);
}
