import { byCodeUnit } from '../diagnostics/order.js';
import type { Matcher } from '../model/types.js';
import {
  type Aggregation,
  type Binary,
  type Call,
  type Expr,
  isVectorMatch,
  type LabelRef,
  type Modified,
  type ParsedExpr,
  type Subquery,
} from './ast.js';
import { type Role, type SelectorWriter, writeSelector } from './canonical-selector.js';
import { formatLabel } from './matchers.js';
import { peel } from './peel.js';
import { POWER, precedence, UNARY } from './precedence.js';
import { respellDuration, respellNumber, spellNumber, spellString } from './spelling.js';
import { compact } from './tokens.js';

export interface CanonicalOptions {
  /** Matchers to leave out. A selector that keeps none is written `{}`, which is for comparing only. */
  readonly dropMatcher?: (matcher: Matcher) => boolean;
}

/**
 * An expression by its meaning: without comments and redundant parentheses, in one layout, with one spelling of
 * numbers, durations and strings, and in one order of matchers and labels. Equal texts have equal results; operands
 * keep their order, and nothing is computed.
 */
export function canonicalExpr(parsed: ParsedExpr, { dropMatcher = () => false }: CanonicalOptions = {}): string {
  return write(parsed.root, { text: parsed.text, number: spellNumber, drops: dropMatcher, role: 'series' });
}

/** What stands for a number in a shape; no expression holds it outside of strings. */
const HOLE = '#';

/** The canonical text with holes for its number literals, and their values from left to right. */
export function shapeOf(parsed: ParsedExpr): { readonly text: string; readonly numbers: readonly number[] } {
  const numbers: number[] = [];
  const number = (value: number): string => {
    numbers.push(value);
    return HOLE;
  };
  return { text: write(parsed.root, { text: parsed.text, number, drops: () => false, role: 'series' }), numbers };
}

interface Writer extends SelectorWriter {
  readonly number: (value: number) => string;
}

function write(node: Expr, writer: Writer): string {
  return operand(node, writer, 0);
}

/** An operand, in parentheses if it binds more loosely than this. */
function operand(node: Expr, writer: Writer, loosest: number): string {
  const inner = peel(node);
  const text = writePeeled(inner, writer);
  return tightness(inner, text) < loosest ? `(${text})` : text;
}

function tightness(node: Expr, text: string): number {
  if (node.kind === 'binary') return precedence(node.op);
  return isSigned(node, text) ? UNARY : POWER + 1;
}

function isSigned(node: Expr, text: string): boolean {
  return node.kind === 'unary' || (node.kind === 'number' && text.startsWith('-'));
}

function writePeeled(node: Expr, writer: Writer): string {
  switch (node.kind) {
    case 'number':
      return writer.number(node.value);
    case 'string':
      return spellString(node.value, writer.text.slice(node.start, node.end));
    case 'selector':
      return writeSelector(node, writer);
    case 'range':
      return `${write(node.expr, writer)}[${respellDuration(behind(node, writer).slice(1, -1))}]`;
    case 'subquery':
      return writeSubquery(node, writer);
    case 'modified':
      return writeModified(node, writer);
    case 'call':
      return writeCall(node, writer);
    case 'aggregation':
      return writeAggregation(node, writer);
    case 'binary':
      return writeBinary(node, writer);
    case 'unary':
      return `${node.op}${operand(node.expr, writer, POWER)}`;
    case 'paren':
      return write(node, writer);
  }
}

/** What the author put behind the operand. */
function behind(node: Expr & { readonly expr: Expr }, { text }: Writer): string {
  return compact(text.slice(node.expr.end, node.end));
}

function writeSubquery(node: Subquery, writer: Writer): string {
  const [range = '', step = ''] = behind(node, writer).slice(1, -1).split(':');
  const inner = peel(node.expr);
  const text = inner.kind === 'modified' ? `(${writePeeled(inner, writer)})` : operand(node.expr, writer, POWER + 1);
  return `${text}[${respellDuration(range)}:${step === '' ? '' : respellDuration(step)}]`;
}

function writeModified(node: Modified, writer: Writer): string {
  const modifiers: string[] = [];
  let inner: Expr = node;
  let commute = true;
  while (inner.kind === 'modified') {
    modifiers.unshift(writeModifier(inner, writer));
    commute &&= inner.modifier === 'at' || inner.modifier === 'offset';
    inner = inner.expr;
  }
  // `@` is applied before `offset`, wherever they stand.
  if (commute) modifiers.sort(byCodeUnit);
  return [write(inner, writer), ...modifiers].join(' ');
}

function writeModifier(node: Modified, writer: Writer): string {
  const text = behind(node, writer);
  if (node.modifier === 'offset') return `offset ${respellDuration(text.slice('offset'.length))}`;
  if (node.modifier !== 'at') return text.toLowerCase();
  return `@ ${/[()]/.test(text) ? text.slice(1).toLowerCase() : respellNumber(text.slice(1))}`;
}

function writeCall(node: Call, writer: Writer): string {
  const args = node.args.map((arg, i) => write(arg, { ...writer, role: roleOf(node.name, i, arg) }));
  return `${node.name}(${args.join(', ')})`;
}

/** What a selector is to the function whose argument it is. */
function roleOf(name: string, position: number, arg: Expr): Role {
  let inner: Expr = peel(arg);
  while (inner.kind === 'modified' || inner.kind === 'range') inner = peel(inner.expr);
  if (inner.kind !== 'selector') return 'series';
  if (name === 'info' && position === 1) return 'list';
  return name === 'absent' || name === 'absent_over_time' ? 'told' : 'series';
}

function writeAggregation(node: Aggregation, writer: Writer): string {
  const { grouping, op } = node;
  const args = [node.param, node.expr].flatMap((arg) => (arg === null ? [] : [write(arg, writer)])).join(', ');
  // Without a clause all series are one group, as with an empty `by`.
  if (grouping === null || (grouping.kind === 'by' && grouping.labels.length === 0)) return `${op}(${args})`;
  return `${op} ${grouping.kind} (${labelList(grouping.labels)}) (${args})`;
}

function writeBinary(node: Binary, writer: Writer): string {
  const level = precedence(node.op);
  const left = operand(node.lhs, writer, level === POWER ? level + 1 : level);
  const inner = peel(node.rhs);
  const text = writePeeled(inner, writer);
  // `^` binds to the right, all others to the left. A sign behind an operator cannot be mistaken.
  const loosest = level === POWER ? level : level + 1;
  const right = tightness(inner, text) < loosest && !isSigned(inner, text) ? `(${text})` : text;
  return [left, node.op, ...(node.bool ? ['bool'] : []), ...matching(node), ...fill(node, writer), right].join(' ');
}

function matching(node: Binary): string[] {
  const { matching: clause } = node;
  // With a scalar nothing is matched, and an empty `ignoring` is what is meant where there is no clause.
  if (clause === null || !isVectorMatch(node)) return [];
  if (clause.kind === 'ignoring' && clause.labels.length === 0 && clause.group === null) return [];
  const group = clause.group === null ? [] : [`group_${clause.group}`, `(${labelList(clause.include)})`];
  return [clause.kind, `(${labelList(clause.labels)})`, ...group];
}

function fill(node: Binary, { text }: Writer): string[] {
  if (!node.fill) return [];
  const clauses = compact(text.slice(node.matching?.end ?? node.opRange.end, node.rhs.start));
  return [...clauses.matchAll(/(fill|fill_left|fill_right)\(([^)]*)\)/gi)]
    .map(([, name = '', value = '']) => `${name.toLowerCase()} (${respellNumber(value)})`)
    .sort(byCodeUnit);
}

function labelList(labels: readonly LabelRef[]): string {
  return [...new Set(labels.map(({ name }) => formatLabel(name)))].sort(byCodeUnit).join(', ');
}
