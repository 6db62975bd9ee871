import {
  type Aggregation,
  type Binary,
  type Call,
  type Expr,
  isComparison,
  isSetOperator,
  matchesOn,
  typeOf,
} from '../../../src/promql/ast.js';
import { matcherAccepts } from '../../../src/promql/index.js';

/** PromQL as its documentation has it, without a thought for speed: for as much of it as tests need. */

export interface Element {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples at each minute. */
export type Data = readonly (readonly Element[])[];

/** What Prometheus calls an error of the query, e.g. many elements that match many. */
export class QueryError extends Error {}

export function evaluate(node: Expr, data: Data, minute: number): readonly Element[] {
  const inner = (each: Expr): readonly Element[] => evaluate(each, data, minute);
  switch (node.kind) {
    case 'paren':
    case 'modified':
      return inner(node.expr);
    case 'number':
      return [{ labels: {}, value: node.value }];
    case 'selector':
      return (data[minute] ?? []).filter(
        ({ labels }) =>
          node.matchers.every((matcher) => matcherAccepts(matcher, labels[matcher.label] ?? '')) &&
          (node.name === null || labels.__name__ === node.metric),
      );
    case 'unary':
      return node.op === '-' ? distinct(inner(node.expr).map((each) => nameless(each, -each.value))) : inner(node.expr);
    case 'aggregation':
      return aggregate(node, inner(node.expr));
    case 'call':
      return call(node, data, minute);
    case 'binary':
      return binary(node, inner(node.lhs), inner(node.rhs));
    default:
      throw new Error(`not supported: ${node.kind}`);
  }
}

/** What tells elements apart. */
export function keyOf(
  labels: Readonly<Record<string, string>>,
  wanted: (label: string) => boolean = () => true,
): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([label]) => wanted(label))
      .sort(),
  );
}

function pick(labels: Readonly<Record<string, string>>, wanted: (label: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([label]) => wanted(label)));
}

function nameless({ labels }: Element, value: number): Element {
  return { labels: pick(labels, (label) => label !== '__name__'), value };
}

function distinct(elements: readonly Element[]): readonly Element[] {
  if (new Set(elements.map(({ labels }) => keyOf(labels))).size < elements.length) throw new QueryError('duplicates');
  return elements;
}

function grouped(elements: readonly Element[], key: (each: Element) => string): Element[][] {
  const groups = new Map<string, Element[]>();
  for (const each of elements) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return [...groups.values()];
}

function aggregate({ op, grouping }: Aggregation, elements: readonly Element[]): readonly Element[] {
  const named = new Set(grouping?.labels.map(({ name }) => name));
  const kept = (label: string): boolean =>
    grouping?.kind === 'without' ? !named.has(label) && label !== '__name__' : named.has(label);
  return grouped(elements, ({ labels }) => keyOf(labels, kept)).map((group) => ({
    labels: pick(group[0]?.labels ?? {}, kept),
    value: summary(
      op,
      group.map(({ value }) => value),
    ),
  }));
}

function summary(op: string, values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  const sum = values.reduce((total, value) => total + value, 0);
  switch (op) {
    case 'count':
      return values.length;
    case 'group':
    case 'present':
      return 1;
    case 'sum':
      return sum;
    case 'avg':
      return sum / values.length;
    case 'min':
      return numbers.length === 0 ? Number.NaN : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? Number.NaN : Math.max(...numbers);
    case 'last':
      return values.at(-1) ?? Number.NaN;
    default:
      throw new Error(`not supported: ${op}`);
  }
}

function call({ name, args }: Call, data: Data, minute: number): readonly Element[] {
  const [first, second] = args;
  if (first === undefined) throw new Error(`not supported: ${name}()`);
  const range = first.kind === 'paren' ? first.expr : first;
  if (range.kind === 'subquery') {
    const minutes = [minute - 2, minute - 1, minute].filter((each) => each >= 0);
    const samples = minutes.flatMap((each) => evaluate(range.expr, data, each));
    if (name === 'absent_over_time') return samples.length === 0 ? [{ labels: {}, value: 1 }] : [];
    const op = name.replace('_over_time', '');
    const series = grouped(samples, ({ labels }) => keyOf(labels)).map((each) => ({
      labels: each[0]?.labels ?? {},
      value: summary(
        op,
        each.map(({ value }) => value),
      ),
    }));
    return op === 'last' ? series : distinct(series.map((each) => nameless(each, each.value)));
  }
  const elements = evaluate(first, data, minute);
  const limit = second === undefined ? Number.NaN : (evaluate(second, data, minute)[0]?.value ?? Number.NaN);
  switch (name) {
    case 'absent':
      return elements.length === 0 ? [{ labels: {}, value: 1 }] : [];
    case 'scalar':
      return [{ labels: {}, value: elements.length === 1 ? (elements[0]?.value ?? Number.NaN) : Number.NaN }];
    case 'vector':
      return elements;
  }
  const each: Readonly<Record<string, (value: number) => number>> = {
    abs: Math.abs,
    ceil: Math.ceil,
    floor: Math.floor,
    sgn: Math.sign,
    clamp_min: (value) => Math.max(value, limit),
    clamp_max: (value) => Math.min(value, limit),
  };
  const compute = each[name];
  if (compute === undefined) throw new Error(`not supported: ${name}()`);
  return distinct(elements.map((element) => nameless(element, compute(element.value))));
}

function compute(op: string, a: number, b: number): number {
  const truths: Readonly<Record<string, boolean>> = {
    '==': a === b,
    '!=': a !== b,
    '<': a < b,
    '<=': a <= b,
    '>': a > b,
    '>=': a >= b,
  };
  const values: Readonly<Record<string, number>> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': a / b,
    '%': a % b,
    '^': a ** b,
  };
  const value = op in truths ? Number(truths[op]) : values[op];
  if (value === undefined) throw new Error(`not supported: ${op}`);
  return value;
}

function binary(node: Binary, lhs: readonly Element[], rhs: readonly Element[]): readonly Element[] {
  const { op, bool } = node;
  const signature = ({ labels }: Element): string => keyOf(labels, (label) => matchesOn(node, label));
  const meets = (one: Element, others: readonly Element[]): boolean =>
    others.some((other) => signature(other) === signature(one));
  if (op === 'and') return lhs.filter((each) => meets(each, rhs));
  if (op === 'unless') return lhs.filter((each) => !meets(each, rhs));
  if (op === 'or') return [...lhs, ...rhs.filter((each) => !meets(each, lhs))];
  const [left, right] = [typeOf(node.lhs), typeOf(node.rhs)];
  if (isSetOperator(op)) throw new Error(`not supported: ${op}`);
  if (left === 'vector' && right === 'vector') return distinct(matched(node, lhs, rhs, signature));
  const scalar = (left === 'scalar' ? lhs : rhs)[0]?.value ?? Number.NaN;
  const results = (left === 'scalar' ? rhs : lhs).flatMap((each) => {
    const value = left === 'scalar' ? compute(op, scalar, each.value) : compute(op, each.value, scalar);
    if (!isComparison(op) || bool) return [nameless(each, value)];
    return value === 1 ? [each] : [];
  });
  return distinct(results);
}

function matched(
  node: Binary,
  lhs: readonly Element[],
  rhs: readonly Element[],
  signature: (each: Element) => string,
): readonly Element[] {
  const { op, bool, matching } = node;
  const [many, one] = matching?.group === 'right' ? [rhs, lhs] : [lhs, rhs];
  const filters = isComparison(op) && !bool;
  const seen = new Set<string>();
  return many.flatMap((each) => {
    const partners = one.filter((other) => signature(other) === signature(each));
    const partner = partners[0];
    if (partner === undefined) return [];
    if (partners.length > 1) throw new QueryError('many match one');
    const [a, b] = matching?.group === 'right' ? [partner, each] : [each, partner];
    const value = compute(op, a.value, b.value);
    if (filters && value !== 1) return [];
    const group = matching?.group ?? null;
    if (group === null && seen.has(signature(each))) throw new QueryError('many match one');
    seen.add(signature(each));
    const kept = (label: string): boolean => {
      if (label === '__name__') return filters && matching?.kind !== 'on';
      return group !== null || matching === null || matchesOn(node, label);
    };
    const included = matching?.include.map(({ name }) => [name, partner.labels[name] ?? ''] as const) ?? [];
    const labels = { ...pick(each.labels, kept), ...Object.fromEntries(included) };
    return [{ labels: pick(labels, (label) => labels[label] !== ''), value: filters ? a.value : value }];
  });
}
