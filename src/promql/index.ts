import { type ParsedExpr, type Selector, typeOf, type ValueType } from './ast.js';

export type {
  Aggregation,
  Binary,
  Call,
  Expr,
  Feature,
  ParsedExpr,
  Range,
  Selector,
  SelectorMatcher,
  ValueType,
} from './ast.js';
export { type CanonicalOptions, canonicalExpr } from './canonical.js';
export { type ChangedNumber, changedNumbers } from './changed-numbers.js';
export { checkAlertResult } from './check.js';
export { collidingLabels, type LabelCollision } from './collisions.js';
export { droppedBy, type ResultLabels, resultLabels } from './labels.js';
export { durationMs, quoteLabelValue, quoteRegex } from './literals.js';
export { compareLoudness, type Loudness } from './loudness.js';
export { type MatcherList, parseMatcherList } from './matcher-list.js';
export { formatMatcher, matcherAccepts } from './matchers.js';
export { namedLabels } from './named-labels.js';
export { type ParseResult, parseExpr } from './parse.js';
export type { PromqlProblem } from './problem.js';
export { checkRegex, compileRegex, regexInJavaScript } from './re2.js';
export { type ScopedExpr, type ScopeOptions, type ScopePiece, type ScopeProblem, scopeExpr } from './scope.js';
export { type TargetTrace, traceTargets } from './targets.js';
export { type LabelTrace, type Loss, traceLabel } from './trace.js';

export function resultType(expr: ParsedExpr): ValueType {
  return typeOf(expr.root);
}

/** Whether an expression reads any series at all. */
export function hasSelector(expr: ParsedExpr): boolean {
  return expr.selectors.length > 0;
}

export function selectors(expr: ParsedExpr): readonly Selector[] {
  return expr.selectors;
}
