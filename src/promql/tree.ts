import type { SyntaxNode } from '@lezer/common';
import type { Aggregation, Call, Expr, Grouping, Matching, ParsedExpr } from './ast.js';
import { type FunctionSignature, signatureOf } from './functions.js';
import { arrange, type Item } from './precedence.js';
import { type PromqlProblem, problem } from './problem.js';
import { type Context, feature, labelRefs, rangeOf, stringValue, textOf } from './tree-context.js';
import { number, offsetDuration, positiveDuration, timestamp } from './tree-numbers.js';
import { selector } from './tree-selector.js';

export interface Built {
  readonly expr: ParsedExpr;
  readonly problems: readonly PromqlProblem[];
}

/** Makes our tree from lezer's, which must be free of error nodes. `text` is the author's text, at the same offsets. */
export function buildTree(text: string, top: SyntaxNode): Built {
  const context: Context = { text, problems: [], features: [], selectors: [] };
  const node = top.getChild('Expr');
  const root: Expr =
    node === null ? { kind: 'number', start: 0, end: text.length, value: Number.NaN } : toExpr(context, node);
  return {
    expr: { text, root, selectors: context.selectors, features: context.features },
    problems: context.problems,
  };
}

const POSTFIX: ReadonlySet<string> = new Set([
  'OffsetExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
  'MatrixSelector',
  'SubqueryExpr',
]);

const NOTHING: FunctionSignature = {
  params: [],
  required: 0,
  repeats: 0,
  returns: 'vector',
  since: null,
  until: null,
};

function toExpr(context: Context, node: SyntaxNode): Expr {
  const items: Item[] = [];
  flatten(context, node, items);
  return arrange(items);
}

/**
 * An expression as the sequence of its operands and operators. Lezer's grammar lets a trailing `offset`, `@` or
 * `[…]` bind to a whole binary expression, where Prometheus binds it to the last operand: so the operators are
 * taken out of its tree and put together again by Prometheus's precedence.
 */
function flatten(context: Context, node: SyntaxNode, items: Item[]): void {
  if (node.name === 'BinaryExpr') {
    const [left, right] = node.getChildren('Expr');
    if (left !== undefined) flatten(context, left, items);
    items.push(operator(context, node, left));
    if (right !== undefined) flatten(context, right, items);
  } else if (node.name === 'UnaryExpr') {
    items.push(sign(context, node));
    const operand = node.getChild('Expr');
    if (operand !== null) flatten(context, operand, items);
  } else if (node.name === 'NumberDurationLiteral' && /^[+-]/.test(textOf(context, node))) {
    items.push(sign(context, node));
    items.push({ kind: 'operand', expr: number(context, { start: node.from + 1, end: node.to }) });
  } else if (POSTFIX.has(node.name)) {
    const operand = node.getChild('Expr');
    if (operand !== null) flatten(context, operand, items);
    items.push(postfix(context, node));
  } else {
    items.push({ kind: 'operand', expr: atom(context, node) });
  }
}

function sign(context: Context, { from }: SyntaxNode): Item {
  return { kind: 'prefix', start: from, op: context.text.charAt(from) === '-' ? '-' : '+' };
}

function atom(context: Context, node: SyntaxNode): Expr {
  switch (node.name) {
    case 'VectorSelector':
      return selector(context, node);
    case 'FunctionCall':
      return call(context, node);
    case 'AggregateExpr':
      return aggregation(context, node);
    case 'ParenExpr': {
      const inner = node.getChild('Expr');
      return {
        kind: 'paren',
        ...rangeOf(node),
        expr: inner === null ? number(context, rangeOf(node)) : toExpr(context, inner),
      };
    }
    case 'StringLiteral':
      return { kind: 'string', ...rangeOf(node), value: stringValue(context, node) };
    default:
      return number(context, rangeOf(node));
  }
}

function operator(context: Context, node: SyntaxNode, left: SyntaxNode | undefined): Item {
  let symbol = left?.nextSibling ?? node;
  while (symbol.name === 'LineComment' && symbol.nextSibling !== null) symbol = symbol.nextSibling;
  const op = textOf(context, symbol).toLowerCase();
  if (op === '</' || op === '>/') feature(context, `${op} operator`, rangeOf(symbol), '3.11');
  const clause = node.getChild('MatchingModifierClause');
  const fill = node.getChild('FillModifier');
  if (fill !== null) feature(context, 'fill modifier', rangeOf(fill), '3.11');
  return {
    kind: 'operator',
    op,
    opRange: rangeOf(symbol),
    bool: node.getChild('BoolModifier') !== null,
    matching: clause === null ? null : matching(context, clause),
    fill: fill !== null,
  };
}

function matching(context: Context, clause: SyntaxNode): Matching {
  const [labels, include] = clause.getChildren('GroupingLabels');
  const group = clause.getChild('GroupLeft') ? 'left' : clause.getChild('GroupRight') ? 'right' : null;
  return {
    ...rangeOf(clause),
    kind: clause.getChild('On') === null ? 'ignoring' : 'on',
    labels: labels === undefined ? [] : labelRefs(context, labels),
    group,
    include: include === undefined ? [] : labelRefs(context, include),
  };
}

function postfix(context: Context, node: SyntaxNode): Item {
  const end = node.to;
  const durations = node.getChildren('DurationExpr');
  for (const duration of durations) positiveDuration(context, duration);
  switch (node.name) {
    case 'MatrixSelector':
      return { kind: 'postfix', end, wrap: (expr) => ({ kind: 'range', start: expr.start, end, expr }) };
    case 'SubqueryExpr':
      return { kind: 'postfix', end, wrap: (expr) => ({ kind: 'subquery', start: expr.start, end, expr }) };
    case 'OffsetExpr': {
      const duration = node.getChild('OffsetDurationExpr');
      if (duration !== null) offsetDuration(context, duration);
      return modifier('offset', end);
    }
    case 'StepInvariantExpr': {
      const time = node.getChild('NumberDurationLiteral');
      if (time !== null) timestamp(context, time);
      return modifier('at', end);
    }
    default: {
      const kind = node.name === 'AnchoredExpr' ? 'anchored' : 'smoothed';
      feature(context, kind, { start: end - kind.length, end }, '3.7');
      return modifier(kind, end);
    }
  }
}

function modifier(kind: 'offset' | 'at' | 'anchored' | 'smoothed', end: number): Item {
  return { kind: 'postfix', end, wrap: (expr) => ({ kind: 'modified', start: expr.start, end, modifier: kind, expr }) };
}

function call(context: Context, node: SyntaxNode): Call {
  const body = node.getChild('FunctionCallBody');
  // The name that lezer saw may stand in for one that it does not know.
  const match = /^[A-Za-z_:][A-Za-z0-9_:]*/.exec(context.text.slice(node.from));
  const name = match?.[0] ?? '';
  const nameRange = { start: node.from, end: node.from + name.length };
  const signature = signatureOf(name) ?? NOTHING;
  if (signature.since !== null || signature.until !== null) {
    context.features.push({ name: `${name}()`, ...nameRange, since: signature.since, until: signature.until });
  }
  const before = context.selectors.length;
  const args = (body?.getChildren('Expr') ?? []).map((arg) => toExpr(context, arg));
  // The second argument of info() says which labels to add; it selects no input.
  if (name === 'info' && args[1]?.kind === 'selector') {
    const labels = args[1];
    const kept = context.selectors.splice(before).filter((each) => each !== labels);
    context.selectors.push(...kept);
  }
  return { kind: 'call', ...rangeOf(node), name, nameRange, signature, args };
}

function aggregation(context: Context, node: SyntaxNode): Aggregation {
  const opNode = node.getChild('AggregateOp') ?? node;
  const op = textOf(context, opNode).toLowerCase();
  if (op === 'limitk' || op === 'limit_ratio') feature(context, op, rangeOf(opNode), '2.54');
  const modifierNode = node.getChild('AggregateModifier');
  const args = (node.getChild('FunctionCallBody')?.getChildren('Expr') ?? []).map((arg) => toExpr(context, arg));
  const takesParam = /^(?:topk|bottomk|limitk|limit_ratio|quantile|count_values)$/.test(op);
  const expected = takesParam ? 2 : 1;
  const last = args.at(-1);
  if (args.length !== expected || last === undefined) {
    const wanted = takesParam ? 'a parameter and an expression' : 'one expression';
    context.problems.push(
      problem('promql/syntax', rangeOf(node), `\`${op}\` takes ${wanted}, not ${countOf(args.length, 'argument')}`),
    );
  }
  return {
    kind: 'aggregation',
    ...rangeOf(node),
    op,
    opRange: rangeOf(opNode),
    grouping: modifierNode === null ? null : grouping(context, modifierNode),
    param: takesParam && args.length === 2 ? (args[0] ?? null) : null,
    expr: last ?? { kind: 'number', ...rangeOf(node), value: Number.NaN },
  };
}

export function countOf(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}

function grouping(context: Context, node: SyntaxNode): Grouping {
  const labels = node.getChild('GroupingLabels');
  return {
    ...rangeOf(node),
    kind: node.getChild('By') === null ? 'without' : 'by',
    labels: labels === null ? [] : labelRefs(context, labels),
  };
}
