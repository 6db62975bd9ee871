import {
  type Aggregation,
  type Binary,
  type Call,
  type Expr,
  isVectorMatch,
  matchesOn,
  type ParsedExpr,
  type Range,
  type Selector,
  typeOf,
  vectorArgument,
} from './ast.js';
import { picksSeries } from './functions.js';
import { consumesBuckets, dropsName, infoAdds, keepsName, writtenByCountValues, writtenLabel } from './trace.js';

interface Pinned {
  /** Labels that have one and the same value on all results, from equality matchers. */
  readonly pinned: ReadonlyMap<string, string>;
}

/** The labels that the results of an expression can have. */
export type ResultLabels =
  /** These and no others. Each with the place that names it; `by` is what shut out the rest. */
  | ({ readonly kind: 'only'; readonly labels: ReadonlyMap<string, Range>; readonly by: Range } & Pinned)
  /** Any that the series have, but these; each with the place that drops it. */
  | ({ readonly kind: 'all-but'; readonly dropped: ReadonlyMap<string, Range> } & Pinned);

const remembered = new WeakMap<ParsedExpr, ResultLabels>();

/** What labels an annotation may hope for. Of the expression as it is given: scope it first to see its scope labels on absent(). */
export function resultLabels(expr: ParsedExpr): ResultLabels {
  let labels = remembered.get(expr);
  if (labels === undefined) {
    labels = labelsOf(expr.root);
    remembered.set(expr, labels);
  }
  return labels;
}

/** The place that takes a label away, or null where the result can have it. */
export function droppedBy(labels: ResultLabels, label: string): Range | null {
  if (labels.kind === 'only') return labels.labels.has(label) ? null : labels.by;
  return labels.dropped.get(label) ?? null;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** The labels of one part of an expression; not remembered. */
export function labelsOf(node: Expr): ResultLabels {
  switch (node.kind) {
    case 'number':
    case 'string':
      return only(new Map(), node);
    case 'selector':
      return ofSelector(node);
    case 'call':
      return ofCall(node);
    case 'aggregation':
      return ofAggregation(node);
    case 'binary':
      return ofBinary(node);
    case 'unary':
      return drop(labelsOf(node.expr), '__name__', node);
    default:
      return labelsOf(node.expr);
  }
}

function only(labels: ReadonlyMap<string, Range>, by: Range, pinned = NONE): ResultLabels {
  return { kind: 'only', labels, by: { start: by.start, end: by.end }, pinned };
}

function ofSelector(node: Selector): ResultLabels {
  const pinned = new Map<string, string>();
  const dropped = new Map<string, Range>();
  for (const matcher of node.matchers) {
    if (matcher.op !== '=') continue;
    if (matcher.value === '') dropped.set(matcher.label, { start: matcher.start, end: matcher.end });
    else pinned.set(matcher.label, matcher.value);
  }
  return { kind: 'all-but', dropped, pinned };
}

/** `{label="value"}` of absent()'s argument is what its result has; a label with two matchers or another kind is not. */
function ofAbsent(node: Call): ResultLabels {
  const labels = new Map<string, Range>();
  const pinned = new Map<string, string>();
  const selector = innerSelector(node.args[0]);
  for (const matcher of selector?.matchers ?? []) {
    if (matcher.label === '__name__' || matcher.op !== '=' || matcher.value === '') continue;
    if (selector?.matchers.some((other) => other !== matcher && other.label === matcher.label)) continue;
    labels.set(matcher.label, { start: matcher.start, end: matcher.end });
    pinned.set(matcher.label, matcher.value);
  }
  return only(labels, node.nameRange, pinned);
}

function innerSelector(node: Expr | undefined): Selector | null {
  if (node?.kind === 'selector') return node;
  return node?.kind === 'paren' || node?.kind === 'range' || node?.kind === 'modified'
    ? innerSelector(node.expr)
    : null;
}

function ofCall(node: Call): ResultLabels {
  if (node.name === 'absent' || node.name === 'absent_over_time') return ofAbsent(node);
  const argument = vectorArgument(node);
  if (argument === null || node.signature.returns === 'scalar') return only(new Map(), node.nameRange);
  let labels = labelsOf(argument);
  if (!keepsName(node)) labels = drop(labels, '__name__', node.nameRange);
  if (consumesBuckets(node)) labels = drop(labels, 'le', node.nameRange);
  const written = writtenLabel(node);
  const writtenAt = node.args[1];
  if (written !== null && writtenAt !== undefined) labels = write(labels, written, writtenAt);
  return node.name === 'info' ? withInfo(node, labels) : labels;
}

function withInfo(node: Call, labels: ResultLabels): ResultLabels {
  const wanted = node.args[1]?.kind === 'selector' ? node.args[1].matchers.filter((m) => m.label !== '__name__') : [];
  if (wanted.length > 0) return wanted.reduce((all, matcher) => write(all, matcher.label, matcher), labels);
  if (labels.kind === 'only') return { kind: 'all-but', dropped: new Map(), pinned: labels.pinned };
  const dropped = new Map([...labels.dropped].filter(([label]) => !infoAdds(node, label)));
  return { ...labels, dropped };
}

function ofAggregation(node: Aggregation): ResultLabels {
  let labels = labelsOf(node.expr);
  if (!picksSeries(node.op)) {
    const { grouping } = node;
    if (grouping === null) labels = only(new Map(), node.opRange);
    else if (grouping.kind === 'by') labels = keepNamed(labels, grouping.labels, grouping);
    else {
      for (const ref of grouping.labels) labels = drop(labels, ref.name, ref);
      labels = drop(labels, '__name__', node.opRange);
    }
  }
  const written = writtenByCountValues(node);
  return written === null || node.param === null ? labels : write(labels, written, node.param);
}

function ofBinary(node: Binary): ResultLabels {
  if (!isVectorMatch(node)) {
    const side = typeOf(node.lhs) === 'vector' ? node.lhs : typeOf(node.rhs) === 'vector' ? node.rhs : null;
    if (side === null) return only(new Map(), node);
    return dropsName(node) ? drop(labelsOf(side), '__name__', node.opRange) : labelsOf(side);
  }
  const left = labelsOf(node.lhs);
  const right = labelsOf(node.rhs);
  const { matching } = node;
  if (node.op === 'or') return union(left, right);
  if (node.op === 'unless') return left;
  if (node.op === 'and') return pinMatched(left, right, node);
  if (matching !== null && matching.group !== null) {
    const [many, one] = matching.group === 'left' ? [left, right] : [right, left];
    let labels = dropsName(node) ? drop(many, '__name__', node.opRange) : many;
    for (const ref of matching.include) {
      const gone = droppedBy(one, ref.name);
      labels = gone === null ? write(labels, ref.name, ref, one.pinned.get(ref.name)) : drop(labels, ref.name, gone);
    }
    return pinMatched(labels, one, node);
  }
  // Matched labels are equal on both sides, so what one side lacks the other must lack.
  let labels = intersect(left, right);
  if (matching?.kind === 'on') labels = keepNamed(labels, matching.labels, matching);
  for (const ref of matching?.kind === 'ignoring' ? matching.labels : []) labels = drop(labels, ref.name, ref);
  if (dropsName(node)) labels = drop(labels, '__name__', node.opRange);
  return pinMatched(labels, right, node);
}

/** Partners have equal values of the matched labels, so a value that one side pins holds for the result. */
function pinMatched(labels: ResultLabels, other: ResultLabels, node: Binary): ResultLabels {
  const pinned = new Map(labels.pinned);
  for (const [label, value] of other.pinned) {
    if (matchesOn(node, label) && droppedBy(labels, label) === null) pinned.set(label, value);
  }
  return { ...labels, pinned };
}

function drop(labels: ResultLabels, label: string, by: Range): ResultLabels {
  const pinned = without(labels.pinned, label);
  if (labels.kind === 'only') return { ...labels, labels: without(labels.labels, label), pinned };
  if (labels.dropped.has(label)) return { ...labels, pinned };
  return { ...labels, dropped: new Map(labels.dropped).set(label, { start: by.start, end: by.end }), pinned };
}

function write(labels: ResultLabels, label: string, at: Range, value?: string): ResultLabels {
  const pinned = new Map(labels.pinned);
  if (value === undefined) pinned.delete(label);
  else pinned.set(label, value);
  if (labels.kind === 'all-but') return { ...labels, dropped: without(labels.dropped, label), pinned };
  return { ...labels, labels: new Map(labels.labels).set(label, { start: at.start, end: at.end }), pinned };
}

function keepNamed(
  labels: ResultLabels,
  refs: readonly { readonly name: string; readonly start: number; readonly end: number }[],
  by: Range,
): ResultLabels {
  const kept = refs.filter((ref) => droppedBy(labels, ref.name) === null);
  const named = new Map(kept.map((ref) => [ref.name, { start: ref.start, end: ref.end }]));
  return only(named, by, new Map([...labels.pinned].filter(([label]) => named.has(label))));
}

function union(left: ResultLabels, right: ResultLabels): ResultLabels {
  const pinned = new Map([...left.pinned].filter(([label, value]) => right.pinned.get(label) === value));
  if (left.kind === 'only' && right.kind === 'only') {
    return { ...left, labels: new Map([...right.labels, ...left.labels]), pinned };
  }
  const [open, other] = left.kind === 'all-but' ? [left, right] : [right, left];
  const dropped = open.kind === 'all-but' ? open.dropped : new Map<string, Range>();
  return {
    kind: 'all-but',
    dropped: new Map([...dropped].filter(([label]) => droppedBy(other, label) !== null)),
    pinned,
  };
}

function intersect(left: ResultLabels, right: ResultLabels): ResultLabels {
  if (left.kind === 'all-but' && right.kind === 'all-but') {
    let labels: ResultLabels = left;
    for (const [label, range] of right.dropped) labels = drop(labels, label, range);
    return labels;
  }
  const [closed, other] = left.kind === 'only' ? [left, right] : [right, left];
  if (closed.kind !== 'only') return left;
  const kept = new Map([...closed.labels].filter(([label]) => droppedBy(other, label) === null));
  return { ...closed, labels: kept, pinned: new Map([...left.pinned].filter(([label]) => kept.has(label))) };
}

function without<V>(map: ReadonlyMap<string, V>, label: string): ReadonlyMap<string, V> {
  if (!map.has(label)) return map;
  const copy = new Map(map);
  copy.delete(label);
  return copy;
}
