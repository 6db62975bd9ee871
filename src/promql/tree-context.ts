import type { SyntaxNode } from '@lezer/common';
import type { Feature, LabelRef, Range, Selector } from './ast.js';
import { unquote } from './literals.js';
import { type PromqlProblem, problem } from './problem.js';

/** What building a tree gathers on its way. */
export interface Context {
  readonly text: string;
  readonly problems: PromqlProblem[];
  readonly features: Feature[];
  readonly selectors: Selector[];
}

export function labelRefs(context: Context, node: SyntaxNode): LabelRef[] {
  const refs: LabelRef[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'LabelName') refs.push({ ...rangeOf(child), name: textOf(context, child) });
    else if (child.name === 'QuotedLabelName') refs.push({ ...rangeOf(child), name: quotedName(context, child) });
  }
  return refs;
}

export function quotedName(context: Context, node: SyntaxNode): string {
  feature(context, 'quoted name', rangeOf(node), '3.0');
  return stringValue(context, node);
}

export function stringValue(context: Context, node: SyntaxNode): string {
  const value = unquote(textOf(context, node));
  if (value !== null) return value;
  context.problems.push(
    problem(
      'promql/syntax',
      rangeOf(node),
      'The string holds an unknown escape',
      'double the backslash, or put the string in backticks',
    ),
  );
  return '';
}

export function feature(context: Context, name: string, range: Range, since: string): void {
  context.features.push({ name, start: range.start, end: range.end, since, until: null });
}

export function rangeOf(node: SyntaxNode): Range {
  return { start: node.from, end: node.to };
}

export function textOf(context: Context, node: SyntaxNode): string {
  return context.text.slice(node.from, node.to);
}
