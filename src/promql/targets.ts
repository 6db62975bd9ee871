import {
  type Aggregation,
  type Binary,
  type Call,
  type Expr,
  isVectorMatch,
  matchesOn,
  type ParsedExpr,
  type Range,
  typeOf,
  vectorArgument,
} from './ast.js';
import {
  aggregationLoss,
  consumesBuckets,
  dropsInputLabels,
  groupsApart,
  type Loss,
  matchingLoss,
  writtenByCountValues,
  writtenLabel,
} from './trace.js';

export type TargetTrace =
  /** Each result belongs to one target, so targets can be left out without changing the results of the others. */
  | { readonly kind: 'reaches' }
  /** Here targets are computed together, or the result forgets which one it is about. */
  | { readonly kind: 'lost'; readonly by: Loss; readonly message: string };

const remembered = new WeakMap<ParsedExpr, Map<string, TargetTrace>>();

/**
 * Whether an expression treats each target apart, told by any of these labels. Narrowing by targets puts matchers
 * into every selector, so every aggregate counts, also one that is a parameter or inside scalar().
 *
 * Each part of an expression carries those of the labels that still tell its series' target. An aggregation must
 * group by one that its input carries, a match of two vectors must match on one that both carry. A part without
 * scoped selectors (`hour()`, `vector(1)`, an unscoped metric) is the same for all targets and may be matched freely.
 */
export function traceTargets(
  expr: ParsedExpr,
  labels: readonly string[],
  options: { readonly unscoped: readonly string[] } = { unscoped: [] },
): TargetTrace {
  const key = JSON.stringify([labels, options.unscoped]);
  let traces = remembered.get(expr);
  if (traces === undefined) {
    traces = new Map();
    remembered.set(expr, traces);
  }
  let trace = traces.get(key);
  if (trace === undefined) {
    trace = traceRoot({ text: expr.text, labels, unscoped: options.unscoped }, expr.root);
    traces.set(key, trace);
  }
  return trace;
}

interface Context {
  readonly text: string;
  readonly labels: readonly string[];
  readonly unscoped: readonly string[];
}

type Carried =
  | { readonly kind: 'per-target'; readonly labels: ReadonlySet<string> }
  /** No scoped selector: the same for all targets. */
  | { readonly kind: 'constant' }
  | { readonly kind: 'lost'; readonly by: Loss; readonly message: string };

const CONSTANT: Carried = { kind: 'constant' };

function traceRoot(context: Context, root: Expr): TargetTrace {
  const carried = carry(context, root);
  if (carried.kind === 'per-target') return { kind: 'reaches' };
  if (carried.kind === 'constant') return lost(context, root, 'selects no series of a target');
  return carried;
}

function carry(context: Context, node: Expr): Carried {
  switch (node.kind) {
    case 'number':
    case 'string':
      return CONSTANT;
    case 'selector':
      return node.metric !== null && context.unscoped.includes(node.metric)
        ? CONSTANT
        : { kind: 'per-target', labels: new Set(context.labels) };
    case 'call':
      return carryCall(context, node);
    case 'aggregation':
      return carryAggregation(context, node);
    case 'binary':
      return carryBinary(context, node);
    default:
      return carry(context, node.expr);
  }
}

function carryCall(context: Context, node: Call): Carried {
  const argument = vectorArgument(node);
  for (const arg of node.args) {
    if (arg === argument || typeOf(arg) === 'string') continue;
    // info()'s second argument selects labels, not series of targets.
    if (node.name === 'info') continue;
    const parameter = carry(context, arg);
    if (parameter.kind === 'lost') return parameter;
  }
  if (argument === null) return CONSTANT;
  const inner = carry(context, argument);
  if (inner.kind !== 'per-target') return inner;
  if (dropsInputLabels(node)) return lost(context, node.nameRange, 'looks at all targets together');
  const written = writtenLabel(node);
  const left = keep(inner.labels, (label) => label !== written && !(label === 'le' && consumesBuckets(node)));
  return left.size > 0
    ? { kind: 'per-target', labels: left }
    : lost(context, node.nameRange, 'writes the label that tells targets apart');
}

function carryAggregation(context: Context, node: Aggregation): Carried {
  if (node.param !== null) {
    const parameter = carry(context, node.param);
    if (parameter.kind === 'lost') return parameter;
  }
  const inner = carry(context, node.expr);
  if (inner.kind !== 'per-target') return inner;
  const apart = keep(inner.labels, (label) => groupsApart(node, label));
  if (apart.size === 0) {
    const by = aggregationLoss(context.text, node);
    return { kind: 'lost', by, message: `\`${by.text}\` takes several targets together` };
  }
  // topk keeps the labels that it does not group by, too.
  const picks = /^(?:topk|bottomk|limitk|limit_ratio)$/.test(node.op);
  const written = writtenByCountValues(node);
  return { kind: 'per-target', labels: picks ? inner.labels : keep(apart, (label) => label !== written) };
}

function carryBinary(context: Context, node: Binary): Carried {
  const left = carry(context, node.lhs);
  if (left.kind === 'lost') return left;
  const right = carry(context, node.rhs);
  if (right.kind === 'lost') return right;
  if (left.kind === 'constant' && right.kind === 'constant') return CONSTANT;
  if (!isVectorMatch(node)) return left.kind === 'per-target' ? left : right;
  const by = matchingLoss(context.text, node);
  if (left.kind === 'per-target' && right.kind === 'per-target') {
    const shared = keep(left.labels, (label) => right.labels.has(label) && matchesOn(node, label));
    if (shared.size === 0) return { kind: 'lost', by, message: `\`${by.text}\` matches series of different targets` };
  }
  const labels = carriedByMatch(node, left, right);
  return labels.size > 0
    ? { kind: 'per-target', labels }
    : { kind: 'lost', by, message: `The result of \`${by.text}\` does not tell targets apart` };
}

/** The labels of the result that tell the target, where partners are of one target or one side is a constant. */
function carriedByMatch(node: Binary, left: Carried, right: Carried): ReadonlySet<string> {
  const leftLabels = labelsOf(left);
  const rightLabels = labelsOf(right);
  switch (node.op) {
    case 'and':
    case 'unless':
      return leftLabels;
    case 'or':
      return keep(leftLabels, (label) => rightLabels.has(label));
  }
  const group = node.matching?.group ?? null;
  if (group === null) {
    const either = new Set([...leftLabels, ...rightLabels]);
    return keep(either, (label) => matchesOn(node, label));
  }
  const [many, one] = group === 'left' ? [leftLabels, rightLabels] : [rightLabels, leftLabels];
  const included = new Set(node.matching?.include.map((ref) => ref.name));
  const labels = new Set(keep(many, (label) => !included.has(label)));
  for (const label of one) {
    if (included.has(label) || matchesOn(node, label)) labels.add(label);
  }
  return labels;
}

function labelsOf(carried: Carried): ReadonlySet<string> {
  return carried.kind === 'per-target' ? carried.labels : new Set();
}

function keep(labels: ReadonlySet<string>, wanted: (label: string) => boolean): ReadonlySet<string> {
  return new Set([...labels].filter(wanted));
}

function lost(context: Context, range: Range, why: string): { kind: 'lost'; by: Loss; message: string } {
  const text = context.text.slice(range.start, range.end).replace(/\s+/g, ' ').trim();
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return { kind: 'lost', by: { start: range.start, end: range.end, text: shown }, message: `\`${shown}\` ${why}` };
}
