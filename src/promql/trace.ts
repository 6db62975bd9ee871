import {
  type Aggregation,
  type Binary,
  type Call,
  type Expr,
  isComparison,
  isVectorMatch,
  matchesOn,
  type ParsedExpr,
  type Range,
  type Selector,
  stringArgument,
  typeOf,
  vectorArgument,
} from './ast.js';

/** The part of an expression behind which a label is gone, as one may quote it: `sum by (device)`, `absent`. */
export interface Loss extends Range {
  readonly text: string;
}

export type LabelTrace =
  /** Filtering the result by a matcher on the label is the same as putting the matcher into these selectors. */
  | { readonly kind: 'reaches'; readonly selectors: readonly Selector[] }
  /** No selector can be given the matcher without changing values that the result keeps. */
  | { readonly kind: 'lost'; readonly by: Loss; readonly message: string };

const remembered = new WeakMap<ParsedExpr, Map<string, LabelTrace>>();

/** Where a label of the result comes from. */
export function traceLabel(expr: ParsedExpr, label: string): LabelTrace {
  let traces = remembered.get(expr);
  if (traces === undefined) {
    traces = new Map();
    remembered.set(expr, traces);
  }
  let trace = traces.get(label);
  if (trace === undefined) {
    trace = traceNode(expr.text, expr.root, label);
    traces.set(label, trace);
  }
  return trace;
}

function traceNode(text: string, node: Expr, label: string): LabelTrace {
  switch (node.kind) {
    case 'selector':
      return { kind: 'reaches', selectors: [node] };
    case 'range':
    case 'subquery':
    case 'modified':
    case 'paren':
      return traceNode(text, node.expr, label);
    case 'unary':
      return label === '__name__' ? lost(text, node, label) : traceNode(text, node.expr, label);
    case 'number':
    case 'string':
      return lost(text, node, label, 'has no labels');
    case 'call':
      return traceCall(text, node, label);
    case 'aggregation':
      return traceAggregation(text, node, label);
    case 'binary':
      return traceBinary(text, node, label);
  }
}

/** Functions that look at all series at once, or make a series of nothing: their result has labels of its own. */
const WITHOUT_INPUT_LABELS: ReadonlySet<string> = new Set(['absent', 'absent_over_time', 'scalar', 'vector']);
/** Functions that keep the metric name; all others drop it. */
const KEEPS_NAME: ReadonlySet<string> = new Set([
  'first_over_time',
  'info',
  'label_join',
  'label_replace',
  'last_over_time',
  'sort',
  'sort_by_label',
  'sort_by_label_desc',
  'sort_desc',
]);

/** Whether a function keeps the metric name of its input. */
export function keepsName(call: Call): boolean {
  return KEEPS_NAME.has(call.name);
}

/** Whether the result of a function has none of the labels of its input. */
export function dropsInputLabels(call: Call): boolean {
  return WITHOUT_INPUT_LABELS.has(call.name) || vectorArgument(call) === null;
}

/** The label that a function writes, whatever the input had there. */
export function writtenLabel(call: Call): string | null {
  switch (call.name) {
    case 'label_replace':
    case 'label_join':
    case 'histogram_quantiles':
      return stringArgument(call.args[1]);
    default:
      return null;
  }
}

/** Whether a function takes `le` away, because it looks at all buckets of a histogram together. */
export function consumesBuckets(call: Call): boolean {
  return /^histogram_(?:quantiles?|fraction)$/.test(call.name);
}

/**
 * The labels that info() adds where the input lacks them: those that its second argument matches, or any.
 * `instance` and `job` identify the input and are never added.
 */
export function infoAdds(call: Call, label: string): boolean {
  if (call.name !== 'info' || label === 'instance' || label === 'job' || label === '__name__') return false;
  const wanted = call.args[1]?.kind === 'selector' ? call.args[1].matchers.filter((m) => m.label !== '__name__') : [];
  return wanted.length === 0 || wanted.some((matcher) => matcher.label === label);
}

function traceCall(text: string, node: Call, label: string): LabelTrace {
  const argument = vectorArgument(node);
  if (argument === null || WITHOUT_INPUT_LABELS.has(node.name)) return lost(text, node.nameRange, label);
  if (writtenLabel(node) === label) return lost(text, node.nameRange, label, `writes label \`${label}\` itself`);
  if (label === '__name__' && !KEEPS_NAME.has(node.name)) return lost(text, node.nameRange, label);
  if (label === 'le' && consumesBuckets(node)) return lost(text, node.nameRange, label);
  if (infoAdds(node, label)) return lost(text, node.nameRange, label, `may add label \`${label}\` itself`);
  return traceNode(text, argument, label);
}

/** Whether an aggregation computes each value of the label apart. For topk and its kin: compares within it. */
export function groupsApart(node: Aggregation, label: string): boolean {
  if (writtenByCountValues(node) === label) return false;
  if (node.grouping === null) return false;
  const named = node.grouping.labels.some((ref) => ref.name === label);
  return node.grouping.kind === 'by' ? named : !named && label !== '__name__';
}

export function writtenByCountValues(node: Aggregation): string | null {
  return node.op === 'count_values' && node.param !== null ? stringArgument(node.param) : null;
}

function traceAggregation(text: string, node: Aggregation, label: string): LabelTrace {
  // topk keeps labels in its result even where it does not group by them, but which series it picks depends on the
  // others that it sees. The parameter is a scalar or a string and has no labels.
  return groupsApart(node, label) ? traceNode(text, node.expr, label) : lostInAggregation(text, node, label);
}

export function aggregationLoss(text: string, node: Aggregation): Loss {
  const { grouping, opRange } = node;
  const op = text.slice(opRange.start, opRange.end);
  if (grouping === null) return { ...opRange, text: op };
  const clause = oneLine(text.slice(grouping.start, grouping.end));
  const prefix = grouping.start < node.expr.start;
  return prefix
    ? { start: opRange.start, end: grouping.end, text: `${op} ${clause}` }
    : { start: grouping.start, end: grouping.end, text: `${op} ${clause}` };
}

function lostInAggregation(text: string, node: Aggregation, label: string): LabelTrace {
  const by = aggregationLoss(text, node);
  const why =
    writtenByCountValues(node) === label
      ? `writes label \`${label}\` itself`
      : node.op === 'topk' || node.op === 'bottomk' || node.op === 'limitk' || node.op === 'limit_ratio'
        ? `picks among series whatever their \`${label}\``
        : `drops label \`${label}\``;
  return { kind: 'lost', by, message: `\`${by.text}\` ${why}` };
}

/**
 * Two vectors: where the label is matched on, partners have the same value, so either side may be narrowed; where it
 * is not, only the side that the result takes it from.
 */
function traceBinary(text: string, node: Binary, label: string): LabelTrace {
  if (!isVectorMatch(node)) {
    const vector = typeOf(node.lhs) === 'vector' ? node.lhs : typeOf(node.rhs) === 'vector' ? node.rhs : null;
    if (vector === null) return lost(text, node, label, 'has no labels');
    if (label === '__name__' && dropsName(node)) return lost(text, node.opRange, label);
    return traceNode(text, vector, label);
  }
  const matched = matchesOn(node, label);
  const left = traceNode(text, node.lhs, label);
  const right = traceNode(text, node.rhs, label);
  switch (node.op) {
    case 'or':
      // A left element takes away every right element with the same matched labels. If the label is not among them,
      // leaving out left elements would let right ones through that the whole expression does not have.
      if (!matched) return lost(text, matchingLoss(text, node), label, `matches whatever the \`${label}\``);
      return left.kind === 'lost' ? left : right.kind === 'lost' ? right : both(left, right);
    case 'and':
      if (left.kind === 'lost') return matched && right.kind === 'reaches' ? right : left;
      return matched && right.kind === 'reaches' ? both(left, right) : left;
    case 'unless':
      // The right side alone cannot narrow: fewer elements there mean more in the result.
      if (left.kind === 'lost') return left;
      return matched && right.kind === 'reaches' ? both(left, right) : left;
  }
  return traceMatch(text, node, label, left, right, matched);
}

function traceMatch(
  text: string,
  node: Binary,
  label: string,
  left: LabelTrace,
  right: LabelTrace,
  matched: boolean,
): LabelTrace {
  if (label === '__name__' && (dropsName(node) || node.matching !== null)) return lost(text, node.opRange, label);
  const group = node.matching?.group ?? null;
  if (group === null) {
    if (!matched && label !== '__name__') return lost(text, matchingLoss(text, node), label);
  } else {
    const [many, one] = group === 'left' ? [left, right] : [right, left];
    // Labels in group_left(…) are the one side's, also where it lacks them.
    if (node.matching?.include.some((ref) => ref.name === label)) return node.fill ? notFilled(text, node, label) : one;
    if (!node.fill) return many.kind === 'lost' && matched ? one : many;
    if (!matched) return notFilled(text, node, label);
  }
  // fill() puts a value where a partner is missing: leaving a partner out would bring the fill value in.
  if (node.fill) return left.kind === 'lost' ? left : right.kind === 'lost' ? right : both(left, right);
  if (label === '__name__') return left;
  if (left.kind === 'lost') return right.kind === 'lost' ? left : right;
  return right.kind === 'lost' ? left : both(left, right);
}

function notFilled(text: string, node: Binary, label: string): LabelTrace {
  return lost(text, matchingLoss(text, node), label, `fills in partners whatever their \`${label}\``);
}

function both(left: LabelTrace & { kind: 'reaches' }, right: LabelTrace & { kind: 'reaches' }): LabelTrace {
  return { kind: 'reaches', selectors: [...left.selectors, ...right.selectors] };
}

/** Whether an operation drops the metric name: arithmetic does, and a comparison that gives 0 or 1. */
export function dropsName(node: Binary): boolean {
  return isComparison(node.op) ? node.bool : node.op !== 'and' && node.op !== 'or' && node.op !== 'unless';
}

/** The matching clause of an operation, or its operator where it has none. */
export function matchingLoss(text: string, node: Binary): Loss {
  const range = node.matching ?? node.opRange;
  return { start: range.start, end: range.end, text: oneLine(text.slice(range.start, range.end)) };
}

function lost(text: string, range: Range, label: string, why = `drops label \`${label}\``): LabelTrace {
  const by = { start: range.start, end: range.end, text: oneLine(text.slice(range.start, range.end)) };
  return { kind: 'lost', by, message: `\`${by.text}\` ${why}` };
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
