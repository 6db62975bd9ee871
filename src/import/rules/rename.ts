import type { Labels } from '../../model/types.js';
import { childrenOf, type Expr, type LabelRef, stringArgument } from '../../promql/ast.js';
import { type ParsedExpr, parseExpr } from '../../promql/index.js';
import { inspectGoTemplate } from '../../template/index.js';
import { applyEdits, type Edit } from './edits.js';

/** New names of labels, by their old ones. */
export type Renames = ReadonlyMap<string, string>;

export type Renamed =
  | { readonly kind: 'renamed'; readonly text: string }
  /** The expression writes, or computes with, such a label in a way that cannot be followed. */
  | { readonly kind: 'unclear'; readonly why: string };

/** An expression over the new names. */
export function renameInExpr(expr: ParsedExpr, renames: Renames): Renamed {
  if (renames.size === 0) return { kind: 'renamed', text: expr.text };
  const edits: Edit[] = [];
  const unclear: string[] = [];
  visit(expr.root, (node) => collect(expr.text, node, renames, edits, unclear));
  const [why] = unclear;
  return why === undefined ? { kind: 'renamed', text: applyEdits(expr.text, edits) } : { kind: 'unclear', why };
}

export function visit(node: Expr, look: (node: Expr) => void): void {
  look(node);
  for (const child of childrenOf(node)) visit(child, look);
}

function collect(text: string, node: Expr, renames: Renames, edits: Edit[], unclear: string[]): void {
  switch (node.kind) {
    case 'selector':
      for (const { label, start, end } of node.matchers) {
        const name = renames.get(label);
        const written = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*)/.exec(text.slice(start, end));
        if (name !== undefined && written !== null) edits.push({ start, end: start + written[0].length, text: name });
      }
      return;
    case 'aggregation':
      renameRefs(node.grouping?.labels ?? [], renames, edits);
      if (node.op === 'count_values') refuse(stringArgument(node.param ?? undefined), renames, unclear);
      return;
    case 'binary':
      renameRefs([...(node.matching?.labels ?? []), ...(node.matching?.include ?? [])], renames, edits);
      return;
    case 'call':
      if (!/^(?:label_replace|label_join|sort_by_label|sort_by_label_desc)$/.test(node.name)) return;
      for (const [index, arg] of node.args.entries()) {
        const value = stringArgument(arg);
        if (index === 1 && node.name.startsWith('label_')) refuse(value, renames, unclear);
        else if (value !== null && isLabelArgument(node.name, index) && renames.has(value) && arg.kind === 'string')
          edits.push({ start: arg.start, end: arg.end, text: JSON.stringify(renames.get(value)) });
      }
  }
}

function isLabelArgument(name: string, index: number): boolean {
  return name === 'label_replace' ? index === 3 : name === 'label_join' ? index >= 3 : index >= 1;
}

function refuse(label: string | null, renames: Renames, unclear: string[]): void {
  if (label !== null && renames.has(label)) unclear.push(`it writes the label ${label}, which is also one of targets`);
}

function renameRefs(refs: readonly LabelRef[], renames: Renames, edits: Edit[]): void {
  for (const { name, start, end } of refs) {
    const renamed = renames.get(name);
    if (renamed !== undefined) edits.push({ start, end, text: renamed });
  }
}

/** Labels or annotations: Go templates that read labels by the new names. */
export function renameInTexts(texts: Labels, renames: Renames): Labels {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, renameInText(text, renames)]));
}

function renameInText(text: string, renames: Renames): string {
  const edits = inspectGoTemplate(text).labelsUsed.flatMap(({ name, start, end }) => {
    const renamed = renames.get(name);
    return renamed === undefined ? [] : [{ start, end, text: renamed }];
  });
  return applyEdits(text, edits);
}

/** Whether a text asks Prometheus something of its own, which is not looked into. */
export const asksQuery = (text: string): boolean => /\{\{[^}]*\bquery\b/.test(text);

/** The labels of targets that an expression speaks of, by their old names. */
export function labelsRead(expr: ParsedExpr, renames: Renames): string[] {
  const found = new Set<string>();
  const edits: Edit[] = [];
  for (const [label, name] of renames) {
    visit(expr.root, (node) => collect(expr.text, node, new Map([[label, name]]), edits, []));
    if (edits.length > 0) found.add(label);
    edits.length = 0;
  }
  return [...found];
}

/** Parses what was made of an expression; it is as well-formed as what it was made of. */
export function parsed(text: string): ParsedExpr {
  const { expr, problems } = parseExpr(text);
  if (expr === null) throw new Error(`${problems[0]?.message ?? 'no expression'}: ${text}`);
  return expr;
}
