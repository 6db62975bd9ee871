import type { NunjucksNode } from 'nunjucks/src/parser.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { FILTERS } from './filters.js';
import { arithmetic, compare, contains, logical, MULTIPLICATIVE, negate, type Operator } from './operators.js';
import { isNode, parseExpression, type Range } from './parse-expression.js';
import type { TemplateProblem } from './problem.js';
import { isRefusal } from './refusal.js';
import { FORBIDDEN_KEYS, isPlainObject, kindOf, MAX_VALUE_LENGTH, scalarText } from './values.js';

export type Scope = Readonly<Record<string, unknown>>;
export type Evaluate = (scope: Scope) => unknown;

/** A name that a template uses, with the keys that follow it as written: `group.id`. */
export interface TemplateName extends Range {
  readonly path: readonly string[];
  /** A computed key follows the path. */
  readonly open: boolean;
}

export interface Expression {
  readonly evaluate: Evaluate;
  readonly names: readonly TemplateName[];
  readonly problems: readonly TemplateProblem[];
}

/** A placeholder that cannot be evaluated with the values at hand; caught where it is rendered. */
export class EvaluationFault extends Error {
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

interface Compilation {
  readonly rangeOf: (node: NunjucksNode) => Range;
  readonly names: TemplateName[];
  readonly problems: TemplateProblem[];
  depth: number;
}

/** A node with the properties of its kind, which are checked where they are used. */
type Fields = Readonly<Record<string, unknown>>;
type Compile = (node: NunjucksNode, fields: Fields, c: Compilation) => Evaluate;

const MAX_DEPTH = 100;
const NAME = /^[A-Za-z_]\w*$/;
const NOTHING: Evaluate = () => undefined;

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
    const items = nodes(children).map((child) => value(child, c));
    return (scope) => items.map((item) => item(scope));
  },
  Group: (node, { children }, c) => {
    const [inner, ...others] = nodes(children);
    return inner === undefined || others.length > 0
      ? refuse(c, node, 'Parentheses must hold one expression')
      : compile(inner, c);
  },
  Filter: (node, fields, c) => compileFilter(node, fields, c),
  InlineIf: (_node, fields, c) => {
    const condition = value(fields.cond, c);
    const body = value(fields.body, c);
    const otherwise: Evaluate = isNode(fields.else_) ? value(fields.else_, c) : () => '';
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
  And: (_node, { left, right }, c) => logical(value(left, c), value(right, c), true),
  Or: (_node, { left, right }, c) => logical(value(left, c), value(right, c), false),
  Not: (_node, { target }, c) => {
    const inner = value(target, c);
    return (scope) => !inner(scope);
  },
  Neg: (node, { target }, c) => {
    const inner = value(target, c);
    return (scope) => accept(negate(inner(scope)), node, c);
  },
  Pos: (node, { target }, c) => binary(arithmetic('-'), node, target, 0, c),
  Concat: (node, { left, right }, c) => {
    const [before, after] = [value(left, c), value(right, c)];
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
  const evaluate = value(parsed.node, { rangeOf, names, problems, depth: 0 });
  return { evaluate, names, problems };
}

function compile(node: NunjucksNode, c: Compilation): Evaluate {
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
function value(node: unknown, c: Compilation): Evaluate {
  if (!isNode(node)) return NOTHING;
  const evaluate = compile(node, c);
  const path = pathOf(node);
  if (path === null && node.typename !== 'LookupVal' && node.typename !== 'Group') return evaluate;
  return (scope) => {
    const found = evaluate(scope);
    if (found !== undefined) return found;
    return fail(node, c, `${path?.path.join('.') ?? 'This'} has no value`, 'Set it, or add `| default(…)`.');
  };
}

function binary(operator: Operator, node: NunjucksNode, left: unknown, right: unknown, c: Compilation): Evaluate {
  const before = value(left, c);
  const after: Evaluate = typeof right === 'number' ? () => right : value(right, c);
  return typeof right === 'number'
    ? (scope) => accept(operator(before(scope), right), node, c)
    : (scope) => accept(operator(before(scope), after(scope)), node, c);
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
  const [first, ...rest] = operands.map((operand) => value(operand, c));
  const steps = rest.map((operand, index) => ({ operand, operator: arithmetic(operators[index] ?? '') }));
  return (scope) =>
    steps.reduce((sum, { operand, operator }) => accept(operator(sum, operand(scope)), node, c), first?.(scope));
}

/** The name and the literal keys of `group.id`, `paths[0]`; null when another thing is looked into. */
function pathOf(node: NunjucksNode): { path: readonly string[]; open: boolean; key: NunjucksNode | null } | null {
  const fields = node as unknown as Fields;
  if (node.typename === 'Symbol') return { path: [String(fields.value)], open: false, key: null };
  if (node.typename !== 'LookupVal' || !isNode(fields.target) || !isNode(fields.val)) return null;
  const target = pathOf(fields.target);
  if (target === null || target.open) return null;
  const key = fields.val as unknown as Fields;
  const literal = fields.val.typename === 'Literal' ? scalarText(key.value) : null;
  return literal === null
    ? { path: target.path, open: true, key: fields.val }
    : { path: [...target.path, literal], open: false, key: null };
}

function compileLookup(node: NunjucksNode, c: Compilation): Evaluate {
  const found = pathOf(node);
  const { target, val } = node as unknown as Fields;
  if (found !== null && !found.open) {
    const refused = refusedKey(found.path, node, c);
    if (refused !== null) return refused;
    c.names.push({ path: found.path, open: false, ...c.rangeOf(node) });
    return walk(found.path, node, c);
  }
  if (!isNode(target) || !isNode(val)) return refuse(c, node, 'A key is missing', null, 'template/syntax');
  const inner = compile(target, c);
  if (found !== null) {
    const name = c.names.pop();
    if (name !== undefined) c.names.push({ ...name, open: true });
  }
  const before = c.names.length;
  const key = value(val, c);
  // A key made of literals alone is known now: 'con' ~ 'structor' is refused before anything is rendered.
  if (c.names.length === before && c.problems.length === 0) {
    const refused = refusedKey([String(constant(key))], node, c);
    if (refused !== null) return refused;
  }
  return (scope) => {
    const object = inner(scope);
    return object === undefined ? undefined : lookUp(object, key(scope), node, c);
  };
}

function constant(evaluate: Evaluate): unknown {
  try {
    return evaluate({});
  } catch (error) {
    if (error instanceof EvaluationFault) return undefined;
    throw error;
  }
}

function refusedKey(path: readonly string[], node: NunjucksNode, c: Compilation): Evaluate | null {
  const forbidden = path.find((key) => FORBIDDEN_KEYS.has(key));
  if (forbidden !== undefined) return refuse(c, node, `"${forbidden}" is not allowed in a placeholder`);
  const name = path[0] ?? '';
  if (NAME.test(name)) return null;
  const hint = /^\d/.test(name) ? 'Write numbers without exponent.' : null;
  return refuse(c, node, `"${name}" is neither a name nor a number`, hint, 'template/syntax');
}

function walk(path: readonly string[], node: NunjucksNode, c: Compilation): Evaluate {
  const [name = '', ...keys] = path;
  if (keys.length === 0) return (scope) => (Object.hasOwn(scope, name) ? scope[name] : undefined);
  return (scope) => {
    let current = Object.hasOwn(scope, name) ? scope[name] : undefined;
    for (const key of keys) {
      if (current === undefined) return undefined;
      current = lookUp(current, key, node, c);
    }
    return current;
  };
}

/** An own property of plain data, and nothing else. */
function lookUp(object: unknown, key: unknown, node: NunjucksNode, c: Compilation): unknown {
  const name = scalarText(key);
  if (name === null) return fail(node, c, `${sentence(kindOf(key))} is not a key`);
  if (FORBIDDEN_KEYS.has(name)) {
    return fail(node, c, `"${name}" is not allowed in a placeholder`, null, 'template/forbidden');
  }
  if (Array.isArray(object)) {
    if (/^\d{1,9}$/.test(name)) return object[Number(name)];
    return fail(
      node,
      c,
      `A list has no key "${name}"`,
      name === 'length' ? 'Write `| length`.' : 'Its keys are 0, 1, 2, …',
    );
  }
  if (!isPlainObject(object)) return fail(node, c, `${sentence(kindOf(object))} has no keys`);
  return Object.hasOwn(object, name) ? object[name] : undefined;
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
  if (named !== undefined) return compile(named, c);
  if (args.length < filter.minArgs || args.length > filter.maxArgs) {
    const wanted = filter.minArgs === filter.maxArgs ? filter.maxArgs : `${filter.minArgs} to ${filter.maxArgs}`;
    return refuse(c, node, `The filter ${name} takes ${wanted} arguments, not ${args.length}`, null, 'template/syntax');
  }
  const subject = filter.takesNothing ? compile(input, c) : value(input, c);
  const given = args.map((arg) => value(arg, c));
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

/** The result of an operator or filter, unless it is a refusal, too long, or no number that can be written. */
function accept(result: unknown, node: NunjucksNode, c: Compilation): unknown {
  if (isRefusal(result)) return fail(node, c, result.refused);
  if (typeof result === 'number' && !Number.isFinite(result)) {
    return fail(node, c, 'The result is not a finite number', 'Is something divided by zero?');
  }
  if (typeof result === 'string' && result.length > MAX_VALUE_LENGTH) return fail(node, c, 'The text becomes too long');
  return result;
}

function fail(
  node: NunjucksNode,
  c: Compilation,
  message: string,
  hint: string | null = null,
  code: TemplateProblem['code'] = 'template/evaluation',
): never {
  throw new EvaluationFault({ code, message, ...c.rangeOf(node), hint });
}

function refuse(
  c: Compilation,
  node: NunjucksNode,
  message: string,
  hint: string | null = null,
  code: TemplateProblem['code'] = 'template/forbidden',
): Evaluate {
  c.problems.push({ code, message, ...c.rangeOf(node), hint });
  return NOTHING;
}

function nodes(value: unknown): readonly NunjucksNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
