import type { Expr, Paren } from './ast.js';

/** A node without parentheses, which mean nothing once the tree is made; `-(5)` is the number that it gives. */
export function peel(node: Expr): Exclude<Expr, Paren> {
  if (node.kind === 'paren') return peel(node.expr);
  if (node.kind !== 'unary') return node;
  const inner = peel(node.expr);
  if (inner.kind !== 'number') return node;
  return node.op === '-' ? { ...inner, value: -inner.value } : inner;
}
