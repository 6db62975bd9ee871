import { childrenOf, type Expr, isComparison, type NumberLiteral } from '../../promql/ast.js';
import type { ParsedExpr } from '../../promql/index.js';

/** A number literal of an expression. */
export interface WrittenNumber {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly text: string;
  /** Whether something is held against it with `<` or the like: a threshold. `==` and `!=` ask for a state. */
  readonly isThreshold: boolean;
}

/** The number literals of an expression, from left to right. */
export function numbersOf(expr: ParsedExpr): WrittenNumber[] {
  const found: WrittenNumber[] = [];
  const walk = (node: Expr, compared: boolean): void => {
    if (node.kind === 'number') found.push(written(node, expr.text, compared));
    const transparent = node.kind === 'paren' || node.kind === 'unary';
    const compares = node.kind === 'binary' && isComparison(node.op) && node.op !== '==' && node.op !== '!=';
    for (const child of childrenOf(node)) walk(child, transparent ? compared : compares);
  };
  walk(expr.root, false);
  return found.sort((a, b) => a.start - b.start);
}

function written({ start, end, value }: NumberLiteral, whole: string, isThreshold: boolean): WrittenNumber {
  return { start, end, value, text: whole.slice(start, end), isThreshold };
}

/** Whether a number can stand in YAML and be written out again as it is meant. */
export function isPlainNumber({ value, text }: WrittenNumber): boolean {
  return (
    Number.isFinite(value) && /^[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && !/e/i.test(String(value))
  );
}

/** Names of parameters by the index of their number: `threshold` for what is held against, `number` for others. */
export function paramNames(numbers: readonly WrittenNumber[], differs: ReadonlySet<number>): Map<number, string> {
  const counts = { threshold: 0, number: 0 };
  const names = new Map<number, string>();
  numbers.forEach((number, index) => {
    if (!isPlainNumber(number) || !(number.isThreshold || differs.has(index))) return;
    const word = number.isThreshold ? 'threshold' : 'number';
    counts[word] += 1;
    names.set(index, counts[word] === 1 ? word : `${word}_${counts[word]}`);
  });
  return names;
}
