import type { FindingCode } from '../diagnostics/codes.js';
import type { Matcher } from '../model/types.js';
import { type Expr, type ParsedExpr, type Range, type Selector, typeOf, vectorArgument } from './ast.js';
import { formatMatcher, relate } from './matchers.js';
import { traceLabel } from './trace.js';

/** The matchers of one piece of a rule, as resolve gives them. */
export interface ScopePiece {
  /** For every selector. */
  readonly target: readonly Matcher[];
  /** For the selectors whose labels reach the result. */
  readonly series: readonly Matcher[];
}

export interface ScopeOptions {
  /** Metrics that have no target labels. */
  readonly unscoped: readonly string[];
}

export interface ScopeProblem extends Range {
  readonly code: FindingCode;
  readonly message: string;
  readonly matcher: Matcher;
}

export interface ScopedExpr {
  readonly text: string;
  /** The author's own matchers leave nothing that this piece could select: the rule would never fire. */
  readonly selectsNothing: boolean;
  readonly problems: readonly ScopeProblem[];
}

/**
 * Narrows an expression to a piece: target matchers go into every selector, series matchers into those that the
 * label trace names. The text is patched in place; comments and layout stay.
 */
export function scopeExpr(expr: ParsedExpr, piece: ScopePiece, options: ScopeOptions): ScopedExpr {
  const problems: ScopeProblem[] = [];
  const seriesOf = seriesMatchers(expr, piece.series, problems);
  const empty = new Set<Selector>();
  let text = '';
  let copied = 0;
  for (const selector of expr.selectors) {
    const scoped = selector.metric === null || !options.unscoped.includes(selector.metric);
    const added: string[] = [];
    for (const matcher of scoped ? piece.target : []) {
      const relation = relate(selector.matchers, matcher);
      if (relation === 'narrows') added.push(formatMatcher(matcher));
      else if (relation === 'contradicted') problems.push(contradiction(selector, matcher));
    }
    for (const matcher of seriesOf.get(selector) ?? []) {
      const relation = relate(selector.matchers, matcher);
      // A contradicted selector gets the matcher too: beside an `or` it must select nothing rather than everything.
      if (relation !== 'implied') added.push(formatMatcher(matcher));
      if (relation === 'contradicted') empty.add(selector);
    }
    if (added.length === 0) continue;
    const list = [...new Set(added)].join(',');
    const at = selector.braces === null ? selector.end : selector.braces.start + 1;
    text += expr.text.slice(copied, at);
    text += selector.braces === null ? `{${list}}` : selector.bracesEmpty ? list : `${list},`;
    copied = at;
  }
  text += expr.text.slice(copied);
  return { text, selectsNothing: empty.size > 0 && isEmpty(expr.root, empty), problems };
}

function seriesMatchers(
  expr: ParsedExpr,
  series: readonly Matcher[],
  problems: ScopeProblem[],
): ReadonlyMap<Selector, readonly Matcher[]> {
  const found = new Map<Selector, Matcher[]>();
  for (const matcher of series) {
    const trace = traceLabel(expr, matcher.label);
    if (trace.kind === 'lost') {
      problems.push({
        code: 'policy/narrowing-lost',
        message: trace.message,
        start: trace.by.start,
        end: trace.by.end,
        matcher,
      });
      continue;
    }
    for (const selector of trace.selectors) {
      const matchers = found.get(selector);
      if (matchers === undefined) found.set(selector, [matcher]);
      else matchers.push(matcher);
    }
  }
  return found;
}

function contradiction(selector: Selector, matcher: Matcher): ScopeProblem {
  const own = selector.matchers.find(
    (each) => each.label === matcher.label && relate([each], matcher) === 'contradicted',
  );
  const place = own ?? selector;
  const said = own === undefined ? '' : ` \`${formatMatcher(own)}\``;
  return {
    code: 'promql/contradicting-matcher',
    message: `The matcher${said} contradicts \`${formatMatcher(matcher)}\`, to which the rule is scoped`,
    start: place.start,
    end: place.end,
    matcher,
  };
}

/** Whether an expression has no result if these selectors select nothing. */
function isEmpty(node: Expr, empty: ReadonlySet<Selector>): boolean {
  switch (node.kind) {
    case 'selector':
      return empty.has(node);
    case 'number':
    case 'string':
      return false;
    case 'call': {
      // These have a result also where the input has none.
      if (/^(?:absent|absent_over_time|scalar|vector)$/.test(node.name)) return false;
      const argument = vectorArgument(node);
      return argument !== null && isEmpty(argument, empty);
    }
    case 'binary': {
      const left = typeOf(node.lhs) === 'vector' && isEmpty(node.lhs, empty);
      const right = typeOf(node.rhs) === 'vector' && isEmpty(node.rhs, empty);
      if (node.op === 'unless') return left;
      return node.op === 'or' || node.fill ? left && right : left || right;
    }
    default:
      return isEmpty(node.expr, empty);
  }
}
