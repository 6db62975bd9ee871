import { type Binary, type Expr, isVectorMatch, vectorArgument } from '../../promql/ast.js';
import type { ParsedExpr } from '../../promql/index.js';
import type { Edit } from './edits.js';
import { visit } from './rename.js';

/** Labels that series of targets have now and had not before. Each follows from `instance`. */
export const ADDED_LABELS = ['group', 'group_id', 'groups', 'target_id'] as const;

/** Whether series of a metric have them. */
export type HasAdded = (metric: string | null) => boolean;

/**
 * The changes that keep the added labels from telling apart what was together: where `instance` is taken away, they
 * go with it, and two sides of which one has them and the other has not are matched without them.
 */
export function withoutAdded(expr: ParsedExpr, has: HasAdded): Edit[] {
  const edits: Edit[] = [];
  visit(expr.root, (node) => {
    if (node.kind === 'aggregation' && node.grouping?.kind === 'without' && names(node.grouping.labels, 'instance'))
      edits.push(append(expr.text, node.grouping));
    if (node.kind !== 'binary' || !isVectorMatch(node) || node.matching?.kind === 'on') return;
    if (names(node.matching?.labels ?? [], 'instance') || carries(node.lhs, has) !== carries(node.rhs, has))
      edits.push(node.matching === null ? insertIgnoring(expr.text, node) : append(expr.text, node.matching));
  });
  return edits;
}

/** What the result of an expression has of the added labels; `mixed`: some results have them. */
export type Carries = 'all' | 'none' | 'mixed';

export function carries(node: Expr, has: HasAdded): Carries {
  switch (node.kind) {
    case 'number':
    case 'string':
      return 'none';
    case 'selector':
      return has(node.metric) ? 'all' : 'none';
    case 'call': {
      const argument = vectorArgument(node);
      return argument === null || /^(?:absent|absent_over_time|scalar|vector)$/.test(node.name)
        ? 'none'
        : carries(argument, has);
    }
    case 'aggregation': {
      const { grouping, op } = node;
      if (/^(?:topk|bottomk|limitk|limit_ratio)$/.test(op)) return carries(node.expr, has);
      return grouping?.kind === 'without' && !names(grouping.labels, 'instance') ? carries(node.expr, has) : 'none';
    }
    case 'binary':
      return carriedByMatch(node, has);
    default:
      return carries(node.expr, has);
  }
}

function carriedByMatch(node: Binary, has: HasAdded): Carries {
  const [left, right] = [carries(node.lhs, has), carries(node.rhs, has)];
  if (!isVectorMatch(node)) return left === 'none' ? right : left;
  if (node.op === 'and' || node.op === 'unless') return left;
  if (node.op === 'or') return left === right ? left : 'mixed';
  if (node.matching?.group === 'left') return left;
  if (node.matching?.group === 'right') return right;
  const taken = node.matching?.kind === 'on' || names(node.matching?.labels ?? [], 'instance') || left !== right;
  return taken ? 'none' : left;
}

const names = (labels: readonly { readonly name: string }[], label: string): boolean =>
  labels.some(({ name }) => name === label);

/** Adds them to a list of labels in parentheses. */
function append(
  text: string,
  {
    start,
    end,
    labels,
  }: { start: number; end: number; labels: readonly { readonly name: string; readonly end: number }[] },
): Edit {
  const added = ADDED_LABELS.filter((label) => !names(labels, label)).join(', ');
  const last = labels.at(-1);
  const at = last?.end ?? start + text.slice(start, end).indexOf('(') + 1;
  return { start: at, end: at, text: last === undefined ? added : `, ${added}` };
}

function insertIgnoring(text: string, { opRange, rhs }: Binary): Edit {
  const bool = /^\s*bool\b/i.exec(text.slice(opRange.end, rhs.start))?.[0] ?? '';
  const at = opRange.end + bool.length;
  return { start: at, end: at, text: ` ignoring (${ADDED_LABELS.join(', ')})` };
}
