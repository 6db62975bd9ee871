import { type Expr, isVectorMatch, matchesOn, type ParsedExpr, type Range, typeOf, vectorArgument } from './ast.js';
import { droppedBy, labelsOf, resultLabels } from './labels.js';
import { type PromqlProblem, problem } from './problem.js';
import { dropsInputLabels, writtenByCountValues, writtenLabel } from './trace.js';

export interface LabelCollision extends PromqlProblem {
  readonly label: string;
}

/**
 * Labels that the expression keeps apart on purpose and that the rule's own labels would replace, which makes results
 * equal: Prometheus then fails the whole rule. A label that merely may differ is left alone, or every rule with a
 * `severity` would be suspect. `pinned` names labels that have one value anyhow, such as the group of a scoped rule.
 */
export function collidingLabels(
  expr: ParsedExpr,
  ruleLabels: readonly string[],
  pinned: readonly string[],
): LabelCollision[] {
  const labels = resultLabels(expr);
  return ruleLabels.flatMap((label) => {
    if (pinned.includes(label) || labels.pinned.has(label) || droppedBy(labels, label) !== null) return [];
    const place = keptApart(expr.root, label);
    if (place === null) return [];
    const message = `The expression keeps \`${label}\` apart, but the rule's own label \`${label}\` replaces it, so that results become equal`;
    const hint = `Aggregate \`${label}\` away, or give it another name with label_replace().`;
    return [{ ...problem('promql/label-collision', place, message, hint), label }];
  });
}

/** The place that makes results differ by a label; null where nothing says so, or where it is one value. */
function keptApart(node: Expr, label: string): Range | null {
  const labels = labelsOf(node);
  if (droppedBy(labels, label) !== null || labels.pinned.has(label)) return null;
  switch (node.kind) {
    case 'number':
    case 'string':
      return null;
    case 'selector':
      // `label!=""` and `label=~"a|b"` say that there are several.
      return node.matchers.find((each) => each.label === label && each.op !== '=' && severalValues(each)) ?? null;
    case 'call': {
      if (dropsInputLabels(node)) return null;
      if (writtenLabel(node) === label) return node.args[1] ?? null;
      const argument = vectorArgument(node);
      return argument === null ? null : keptApart(argument, label);
    }
    case 'aggregation': {
      if (writtenByCountValues(node) === label) return node.param;
      const named = node.grouping?.kind === 'by' ? node.grouping.labels.find((ref) => ref.name === label) : undefined;
      return named ?? keptApart(node.expr, label);
    }
    case 'binary':
      return keptApartByMatch(node, label);
    default:
      return keptApart(node.expr, label);
  }
}

function keptApartByMatch(node: Expr & { kind: 'binary' }, label: string): Range | null {
  if (!isVectorMatch(node)) {
    return typeOf(node.lhs) === 'vector' ? keptApart(node.lhs, label) : keptApart(node.rhs, label);
  }
  const { matching } = node;
  const included = matching?.include.find((ref) => ref.name === label);
  if (included !== undefined) return included;
  const named = matching?.kind === 'on' ? matching.labels.find((ref) => ref.name === label) : undefined;
  if (named !== undefined) return named;
  if (node.op === 'or') return keptApart(node.lhs, label) ?? keptApart(node.rhs, label);
  if (node.op === 'and' || node.op === 'unless') return keptApart(node.lhs, label);
  if (matching?.group === 'right') return keptApart(node.rhs, label);
  if (matching?.group === 'left' || !matchesOn(node, label)) return keptApart(node.lhs, label);
  return keptApart(node.lhs, label) ?? keptApart(node.rhs, label);
}

/** A regex without any special character is an equality in disguise. */
function severalValues(matcher: { readonly op: string; readonly value: string }): boolean {
  return matcher.op !== '=~' || /[.*+?|[(\\]/.test(matcher.value);
}
