import fc from 'fast-check';
import { childrenOf, type Expr, typeOf } from '../../../src/promql/ast.js';
import type { ParsedExpr } from '../../../src/promql/index.js';
import { tokenize } from '../../../src/promql/tokens.js';

/** Where an expression may have a pair of parentheses more: around each operand that is no part of a selector. */
function operands(node: Expr): Expr[] {
  const inner = node.kind === 'modified' || node.kind === 'range' ? below(node) : childrenOf(node).flatMap(operands);
  const free = node.kind !== 'call' || node.name !== 'info' ? inner : inner.filter((each) => each !== node.args[1]);
  return typeOf(node) === 'string' ? free : [node, ...free];
}

/** A modifier or a range stands behind a selector itself, or behind a subquery, which holds an expression. */
function below(node: Expr): Expr[] {
  if (node.kind === 'modified' || node.kind === 'range') return below(node.expr);
  return childrenOf(node).flatMap(operands);
}

const GAPS = [' ', '\n', '\t ', ' # sum(x) > "\n', ' #\r\n'];

/** The same expression in other clothes: with layout and comments between its tokens, and with more parentheses. */
export function relaid({ text, root }: ParsedExpr): fc.Arbitrary<string> {
  // Behind a bare group_left, parentheses would be its list of labels; the tree leaves the point of `5.` out.
  const wrappable = operands(root).filter(
    ({ start, end }) => !/group_(?:left|right)\s*$/i.test(text.slice(0, start)) && text.charAt(end) !== '.',
  );
  return fc
    .tuple(fc.subarray(wrappable, { minLength: 0 }), fc.infiniteStream(fc.constantFrom('', ...GAPS)))
    .map(([wrapped, gaps]) => {
      let layout = '';
      for (const token of tokenize(parenthesised(text, wrapped))) {
        const gap = gaps.next().value;
        // Two words or numbers must stay two, and a number with an exponent one.
        const tight = /[0-9][eE]$/.test(layout) || (/[eE][+-]$/.test(layout) && /[0-9][eE][+-]$/.test(layout));
        const apart = /[\w.:]$/.test(layout) && /^[\w.:]/.test(token.text);
        layout += `${tight ? '' : apart && gap === '' ? ' ' : gap}${token.text}`;
      }
      return layout;
    });
}

function parenthesised(text: string, nodes: readonly Expr[]): string {
  let result = '';
  for (let at = 0; at <= text.length; at++) {
    for (const { end } of nodes) if (end === at) result += ')';
    for (const { start } of nodes) if (start === at) result += '(';
    result += text.charAt(at);
  }
  return result;
}
