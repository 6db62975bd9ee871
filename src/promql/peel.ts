import type { Expr, Paren } from './ast.js';
import { compact } from './tokens.js';

/**
 * A node without the parentheses around it, and a number with its sign, which the tree leaves in the text. Parentheses
 * mean nothing once the tree is made. For nodes of the tree only: what was peeled is not peeled again.
 */
export function peel(node: Expr, text: string): Exclude<Expr, Paren> {
  if (node.kind === 'paren') return peel(node.expr, text);
  if (node.kind === 'number') {
    const signs = /^[+-]*/.exec(compact(text.slice(node.start, node.end)))?.[0] ?? '';
    const negative = signs.replaceAll('+', '').length % 2 === 1;
    return negative ? { ...node, value: -node.value } : node;
  }
  if (node.kind !== 'unary') return node;
  const inner = peel(node.expr, text);
  if (inner.kind !== 'number') return node;
  return isNegation(node.start, text) ? { ...inner, value: -inner.value } : inner;
}

/** Whether the sign that stands here is a minus. A plus before a vector is kept: timestamp() sees it. */
export function isNegation(at: number, text: string): boolean {
  return text.charAt(at) === '-';
}
