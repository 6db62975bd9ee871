import { childrenOf, type Expr, type ParsedExpr } from './ast.js';
import { writtenByCountValues, writtenLabel } from './trace.js';

/** The labels that an expression speaks of: in matchers, in the clauses of its operators, or written by its functions. */
export function namedLabels({ root }: ParsedExpr): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (node: Expr): void => {
    for (const name of namesAt(node)) names.add(name);
    for (const child of childrenOf(node)) walk(child);
  };
  walk(root);
  names.delete('__name__');
  return names;
}

function namesAt(node: Expr): readonly string[] {
  switch (node.kind) {
    case 'selector':
      return node.matchers.map(({ label }) => label);
    case 'aggregation':
      return [...(node.grouping?.labels ?? []).map(({ name }) => name), ...written(writtenByCountValues(node))];
    case 'binary':
      return [...(node.matching?.labels ?? []), ...(node.matching?.include ?? [])].map(({ name }) => name);
    case 'call':
      return written(writtenLabel(node));
    default:
      return [];
  }
}

const written = (label: string | null): readonly string[] => (label === null ? [] : [label]);
