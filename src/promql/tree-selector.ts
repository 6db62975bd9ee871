import type { SyntaxNode } from '@lezer/common';
import type { MatchOp } from '../model/types.js';
import type { Selector, SelectorMatcher } from './ast.js';
import { problem } from './problem.js';
import { type Context, quotedName, rangeOf, stringValue, textOf } from './tree-context.js';

export function selector(context: Context, node: SyntaxNode): Selector {
  const nameNode = node.getChild('Identifier');
  const bracesNode = node.getChild('LabelMatchers');
  const matchers: SelectorMatcher[] = [];
  let quotedMetric: string | null = null;
  let empty = true;
  for (let child = bracesNode?.firstChild ?? null; child !== null; child = child.nextSibling) {
    if (child.name === 'UnquotedLabelMatcher' || child.name === 'QuotedLabelMatcher') {
      matchers.push(matcher(context, child));
      empty = false;
    } else if (child.name === 'QuotedLabelName') {
      const name = quotedName(context, child);
      if (nameNode !== null || quotedMetric !== null) {
        context.problems.push(problem('promql/syntax', rangeOf(child), 'The selector has a metric name already'));
      }
      quotedMetric = name;
      empty = false;
    }
  }
  const written = nameNode === null ? quotedMetric : textOf(context, nameNode);
  const byMatcher = matchers.find((each) => each.label === '__name__' && each.op === '=');
  const nameMatcher = matchers.find((each) => each.label === '__name__');
  if (written !== null && nameMatcher !== undefined) {
    context.problems.push(
      problem('promql/syntax', nameMatcher, `The metric name is set twice: \`${written}\` and a matcher on __name__`),
    );
  }
  if (nameNode !== null && /^atan2$/i.test(written ?? '')) {
    context.problems.push(problem('promql/syntax', rangeOf(nameNode), `\`${written}\` is an operator, not a metric`));
  }
  const made: Selector = {
    kind: 'selector',
    ...rangeOf(node),
    metric: written ?? byMatcher?.value ?? null,
    name: nameNode === null ? null : rangeOf(nameNode),
    braces: bracesNode === null ? null : rangeOf(bracesNode),
    bracesEmpty: empty,
    matchers,
  };
  context.selectors.push(made);
  return made;
}

function matcher(context: Context, node: SyntaxNode): SelectorMatcher {
  const bare = node.getChild('LabelName');
  const quoted = node.getChild('QuotedLabelName');
  const op = node.getChild('MatchOp');
  const value = node.getChild('StringLiteral');
  return {
    ...rangeOf(node),
    label: bare === null ? (quoted === null ? '' : quotedName(context, quoted)) : textOf(context, bare),
    op: (op === null ? '=' : textOf(context, op)) as MatchOp,
    value: value === null ? '' : stringValue(context, value),
  };
}
