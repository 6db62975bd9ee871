import type { NunjucksNode } from 'nunjucks/src/parser.js';
import { didYouMean } from '../diagnostics/nearest.js';
import {
  accept,
  type Compilation,
  type Evaluate,
  type Fields,
  fail,
  NOTHING,
  nodes,
  refuse,
  type TemplateName,
} from './compilation.js';
import { FILTERS } from './filters.js';
import { compileLookup, pathOf } from './lookup.js';
import { arithmetic, compare, contains, logical, MULTIPLICATIVE, negate, type Operator } from './operators.js';
import { isNode, parseExpression, type Range } from './parse-expression.js';
import type { TemplateProblem } from './problem.js';
import { isRefusal } from './refusal.js';
import { kindOf, MAX_VALUE_LENGTH, scalarText } from './values.js';

export interface Expression {
  readonly evaluate: Evaluate;
  readonly names: readonly TemplateName[];
  readonly problems: readonly TemplateProblem[];
}

type Compile = (node: NunjucksNode, fields: Fields, c: Compilation) => Evaluate;

const MAX_DEPTH = 100;

/**
 * The whole language, by kind of nunjucks node. nunjucks is not a sandbox: it compiles templates to
 * JavaScript, where a lookup walks prototypes and a call calls. So only its parser is used, and this one
 * table both decides what is allowed and says what it means. A kind that is not in it is refused, so nothing
 * can be allowed without being understood; and what is allowed is interpreted over plain data, so no code of
 * a template's author is ever executed.
 */
const KINDS: Readonly<Record<string, Compile>> = {
  Literal: (node, { value }, c) =>
    value === null || ['string', 'number', 'boolean'].includes(typeof value)
      ? () => value
      : refuse(c, node, 'A regular expression is not allowed in a placeholder', 'Write spaces around `/` to divide.'),
  Symbol: (node, _fields, c) => compileLookup(node, c),
  LookupVal: (node, _fields, c) => compileLookup(node, c),
  Array: (_node, { children }, c) => {
    const items = nodes(children).map((child) => c.value(child));
    return (scope) => items.map((item) => item(scope));
  },
  Group: (node, { children }, c) => {
    const [inner, ...others] = nodes(children);
    return inner === undefined || others.length > 0
      ? refuse(c, node, 'Parentheses must hold one expression')
      : c.compile(inner);
  },
  Filter: (node, fields, c) => compileFilter(node, fields, c),
  InlineIf: (_node, fields, c) => {
    const condition = c.value(fields.cond);
    const body = c.value(fields.body);
    const otherwise: Evaluate = isNode(fields.else_) ? c.value(fields.else_) : () => '';
    return (scope) => (condition(scope) ? body(scope) : otherwise(scope));
  },
  Compare: (node, { expr, ops }, c) => {
    const [operand, ...others] = nodes(ops);
    if (operand === undefined || others.length > 0) {
      return refuse(c, node, 'A comparison compares two values', 'Join comparisons with `and`.', 'template/syntax');
    }
    const { expr: right, type } = operand as unknown as Fields;
    return binary(compare(String(type)), node, expr, right, c);
  },
  In: (node, { left, right }, c) => binary(contains, node, left, right, c),
  And: (_node, { left, right }, c) => logical(c.value(left), c.value(right), true),
  Or: (_node, { left, right }, c) => logical(c.value(left), c.value(right), false),
  Not: (_node, { target }, c) => {
    const inner = c.value(target);
    return (scope) => !inner(scope);
  },
  Neg: (node, { target }, c) => {
    const inner = c.value(target);
    return (scope) => accept(negate(inner(scope)), node, c);
  },
  Pos: (node, { target }, c) => {
    const inner = c.value(target);
    return (scope) => accept(arithmetic('-')(inner(scope), 0), node, c);
  },
  Concat: (node, { left, right }, c) => {
    const [before, after] = [c.value(left), c.value(right)];
    return (scope) => {
      const [a, b] = [before(scope), after(scope)];
      const [left_, right_] = [scalarText(a), scalarText(b)];
      if (left_ === null || right_ === null) {
        return fail(node, c, `\`~\` cannot join ${kindOf(left_ === null ? a : b)} to a text`);
      }
      if (left_.length + right_.length > MAX_VALUE_LENGTH) return fail(node, c, 'The text becomes too long');
      return left_ + right_;
    };
  },
  Add: (node, _fields, c) => compileChain(node, ADDITIVE, c),
  Sub: (node, _fields, c) => compileChain(node, ADDITIVE, c),
  Mul: (node, _fields, c) => compileChain(node, MULTIPLICATIVE, c),
  Div: (node, _fields, c) => compileChain(node, MULTIPLICATIVE, c),
  FloorDiv: (node, _fields, c) => compileChain(node, MULTIPLICATIVE, c),
  Mod: (node, _fields, c) => compileChain(node, MULTIPLICATIVE, c),
  Pow: (node, { left, right }, c) => binary(arithmetic('**'), node, left, right, c),
};

const ADDITIVE: Readonly<Record<string, string>> = { Add: '+', Sub: '-' };

const REFUSED_KINDS: Readonly<Record<string, string>> = {
  FunCall: 'A call',
  Dict: 'A mapping',
  KeywordArgs: 'A named argument',
  Is: 'A test with `is`',
};

/** Parses and checks one expression; `offset` is its place in the template's text. */
export function compileExpression(source: string, offset: number): Expression {
  const parsed = parseExpression(source);
  const problems: TemplateProblem[] = [];
  const names: TemplateName[] = [];
  if (parsed.node === null) {
    const { message, start, end } = parsed.fault;
    problems.push({ code: 'template/syntax', message, start: start + offset, end: end + offset, hint: null });
    return { evaluate: NOTHING, names, problems };
  }
  const ranges = new Map<NunjucksNode, Range>();
  const rangeOf = (node: NunjucksNode): Range => {
    let range = ranges.get(node);
    if (range === undefined) {
      const { start, end } = parsed.rangeOf(node);
      range = { start: start + offset, end: end + offset };
      ranges.set(node, range);
    }
    return range;
  };
  const c: Compilation = {
    rangeOf,
    names,
    problems,
    depth: 0,
    compile: (node) => compileNode(node, c),
    value: (node) => compileValue(node, c),
  };
  return { evaluate: c.value(parsed.node), names, problems };
}

function compileNode(node: NunjucksNode, c: Compilation): Evaluate {
  const kind = Object.hasOwn(KINDS, node.typename) ? KINDS[node.typename] : undefined;
  if (kind === undefined) {
    const what = REFUSED_KINDS[node.typename] ?? `\`${node.typename}\``;
    const hint = node.typename === 'FunCall' ? "Only filters are there to use, such as `| join(',')`." : null;
    return refuse(c, node, `${what} is not allowed in a placeholder`, hint);
  }
  if (++c.depth > MAX_DEPTH) return refuse(c, node, 'The expression is nested too deeply');
  const evaluate = kind(node, node as unknown as Fields, c);
  c.depth--;
  return evaluate;
}

/** A node whose value must exist. */
function compileValue(node: unknown, c: Compilation): Evaluate {
  if (!isNode(node)) return NOTHING;
  const evaluate = c.compile(node);
  const path = pathOf(node);
  if (path === null && node.typename !== 'LookupVal' && node.typename !== 'Group') return evaluate;
  return (scope) => {
    const found = evaluate(scope);
    if (found !== undefined) return found;
    return fail(node, c, `${path?.path.join('.') ?? 'This'} has no value`, 'Set it, or add `| default(…)`.');
  };
}

function binary(operator: Operator, node: NunjucksNode, left: unknown, right: unknown, c: Compilation): Evaluate {
  const [before, after] = [c.value(left), c.value(right)];
  return (scope) => accept(operator(before(scope), after(scope)), node, c);
}

/**
 * `a * b % c`: nunjucks' tree groups by operator, its generated code from left to right. We go from left to
 * right as its users see it, and as everyone expects.
 */
function compileChain(node: NunjucksNode, symbols: Readonly<Record<string, string>>, c: Compilation): Evaluate {
  const operands: NunjucksNode[] = [];
  const operators: string[] = [];
  const flatten = (part: unknown): void => {
    if (!isNode(part)) return;
    const symbol = symbols[part.typename];
    if (symbol === undefined) {
      operands.push(part);
      return;
    }
    const { left, right } = part as unknown as Fields;
    flatten(left);
    operators.push(symbol);
    flatten(right);
  };
  flatten(node);
  const [first, ...rest] = operands.map((operand) => c.value(operand));
  const steps = rest.map((operand, index) => ({ operand, operator: arithmetic(operators[index] ?? '') }));
  return (scope) =>
    steps.reduce((sum, { operand, operator }) => accept(operator(sum, operand(scope)), node, c), first?.(scope));
}

function compileFilter(node: NunjucksNode, fields: Fields, c: Compilation): Evaluate {
  const name = isNode(fields.name) ? String((fields.name as unknown as Fields).value) : '';
  const filter = FILTERS.get(name);
  const [input, ...args] = isNode(fields.args) ? nodes((fields.args as unknown as Fields).children) : [];
  if (filter === undefined && isNode(fields.name)) {
    const hint = didYouMean(name, FILTERS.keys()) ?? `There are ${[...FILTERS.keys()].join(', ')}.`;
    return refuse(c, fields.name, `There is no filter "${name}"`, hint, 'template/unknown-filter');
  }
  if (filter === undefined || input === undefined) return refuse(c, node, 'A filter needs a name and a value');
  const named = args.find((arg) => arg.typename === 'KeywordArgs');
  if (named !== undefined) return c.compile(named);
  if (args.length < filter.minArgs || args.length > filter.maxArgs) {
    const wanted = filter.minArgs === filter.maxArgs ? filter.maxArgs : `${filter.minArgs} to ${filter.maxArgs}`;
    return refuse(c, node, `The filter ${name} takes ${wanted} arguments, not ${args.length}`, null, 'template/syntax');
  }
  const subject = filter.takesNothing ? c.compile(input) : c.value(input);
  const given = args.map((arg) => c.value(arg));
  return (scope) => {
    const argument = subject(scope);
    const result = filter.run(
      argument,
      given.map((arg) => arg(scope)),
    );
    if (isRefusal(result)) return fail(node, c, `The filter ${name} ${result.refused}`);
    return accept(result, node, c);
  };
}
