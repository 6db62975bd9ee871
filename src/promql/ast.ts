import type { Matcher } from '../model/types.js';
import type { FunctionSignature } from './functions.js';

/** Offsets into the text of the expression, `end` exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What an expression evaluates to. `range` is a range vector: samples over time for each series. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'range';

/** A label as a clause names it; `name` is unquoted. */
export interface LabelRef extends Range {
  readonly name: string;
}

export interface SelectorMatcher extends Matcher, Range {}

export interface NumberLiteral extends Range {
  readonly kind: 'number';
  /** With the sign before it. */
  readonly value: number;
}

export interface StringLiteral extends Range {
  readonly kind: 'string';
  readonly value: string;
}

/** A vector selector, without its range, offset or @, which are nodes around it. */
export interface Selector extends Range {
  readonly kind: 'selector';
  /** The metric if it is known: a bare or quoted name, or an equality matcher on `__name__`. */
  readonly metric: string | null;
  /** Where a bare name stands. */
  readonly name: Range | null;
  /** From `{` to behind `}`. */
  readonly braces: Range | null;
  /** Whether the braces hold neither matcher nor quoted name. */
  readonly bracesEmpty: boolean;
  /** As written, `__name__` among them if it is written as a matcher. */
  readonly matchers: readonly SelectorMatcher[];
}

export interface RangeSelector extends Range {
  readonly kind: 'range';
  readonly expr: Expr;
}

export interface Subquery extends Range {
  readonly kind: 'subquery';
  readonly expr: Expr;
}

/** `offset`, `@`, `anchored` or `smoothed` behind a selector or subquery. */
export interface Modified extends Range {
  readonly kind: 'modified';
  readonly modifier: 'offset' | 'at' | 'anchored' | 'smoothed';
  readonly expr: Expr;
}

export interface Call extends Range {
  readonly kind: 'call';
  readonly name: string;
  readonly nameRange: Range;
  readonly signature: FunctionSignature;
  readonly args: readonly Expr[];
}

export interface Grouping extends Range {
  readonly kind: 'by' | 'without';
  readonly labels: readonly LabelRef[];
}

export interface Aggregation extends Range {
  readonly kind: 'aggregation';
  /** In lower case. */
  readonly op: string;
  readonly opRange: Range;
  readonly grouping: Grouping | null;
  /** Of topk, bottomk, limitk, limit_ratio, quantile and count_values. */
  readonly param: Expr | null;
  readonly expr: Expr;
}

/** `on (…)` or `ignoring (…)` with what follows it. */
export interface Matching extends Range {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly LabelRef[];
  /** `left`: the left side is the many side. */
  readonly group: 'left' | 'right' | null;
  readonly include: readonly LabelRef[];
}

export interface Binary extends Range {
  readonly kind: 'binary';
  /** In lower case. */
  readonly op: string;
  readonly opRange: Range;
  readonly bool: boolean;
  readonly matching: Matching | null;
  /** `fill(…)` and its kin: elements without a partner take part. */
  readonly fill: boolean;
  readonly lhs: Expr;
  readonly rhs: Expr;
}

export interface Unary extends Range {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly expr: Expr;
}

export interface Paren extends Range {
  readonly kind: 'paren';
  readonly expr: Expr;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | Selector
  | RangeSelector
  | Subquery
  | Modified
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren;

/** Syntax or a function that not every Prometheus knows. Versions are `major.minor`. */
export interface Feature extends Range {
  readonly name: string;
  /** The version that brought it, or null where it is older than 2.42. */
  readonly since: string | null;
  /** The version that took it away. */
  readonly until: string | null;
}

/** A parsed and type-checked expression. Immutable: what is derived from it may be remembered by identity. */
export interface ParsedExpr {
  readonly text: string;
  readonly root: Expr;
  /** Every vector selector in the order of the text, except the second argument of `info`, which selects no input. */
  readonly selectors: readonly Selector[];
  readonly features: readonly Feature[];
}

const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

export function isSetOperator(op: string): boolean {
  return SET_OPERATORS.has(op);
}

export function isComparison(op: string): boolean {
  return COMPARISONS.has(op);
}

export function typeOf(node: Expr): ValueType {
  switch (node.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
    case 'aggregation':
      return 'vector';
    case 'range':
    case 'subquery':
      return 'range';
    case 'call':
      return node.signature.returns;
    case 'binary':
      return typeOf(node.lhs) === 'scalar' && typeOf(node.rhs) === 'scalar' ? 'scalar' : 'vector';
    case 'modified':
    case 'unary':
    case 'paren':
      return typeOf(node.expr);
  }
}

/** The operands, in the order of the text as far as it matters to anyone. */
export function childrenOf(node: Expr): readonly Expr[] {
  switch (node.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'call':
      return node.args;
    case 'aggregation':
      return node.param === null ? [node.expr] : [node.param, node.expr];
    case 'binary':
      return [node.lhs, node.rhs];
    default:
      return [node.expr];
  }
}

/** Whether two vectors meet in this operation, so that labels are matched. */
export function isVectorMatch(node: Binary): boolean {
  return typeOf(node.lhs) === 'vector' && typeOf(node.rhs) === 'vector';
}

/** Whether the sides are matched on this label. */
export function matchesOn(node: Binary, label: string): boolean {
  if (node.matching === null) return label !== '__name__';
  const named = node.matching.labels.some((ref) => ref.name === label);
  return node.matching.kind === 'on' ? named : !named && label !== '__name__';
}

/** The vector or range vector whose labels a function passes on, or null. */
export function vectorArgument(node: Call): Expr | null {
  return node.args.find((arg) => typeOf(arg) === 'vector' || typeOf(arg) === 'range') ?? null;
}

/** The value of a string argument, in however many parentheses. */
export function stringArgument(node: Expr | undefined): string | null {
  if (node?.kind === 'paren') return stringArgument(node.expr);
  return node?.kind === 'string' ? node.value : null;
}
