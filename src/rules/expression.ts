import { finding } from '../diagnostics/codes.js';
import {
  checkAlertResult,
  collidingLabels,
  hasSelector,
  type ParsedExpr,
  parseExpr,
  resultLabels,
  scopeExpr,
  traceLabel,
  traceTargets,
} from '../promql/index.js';
import type { Report } from '../resolve/report.js';
import type { Narrowing, ResolvedRule } from '../resolve/types.js';
import { below, spanInScalar, spanOf } from '../source/positions.js';
import { templateRange } from '../template/index.js';
import { type RenderedText, reportInRendered } from './texts.js';

/** The expression of a rule, parsed; null, with findings, where Prometheus would refuse it. */
export function parseRendered(rendered: RenderedText, report: Report): ParsedExpr | null {
  const { expr, problems } = parseExpr(rendered.text);
  const wrongType = problems.length > 0 || expr === null ? null : checkAlertResult(expr.root);
  for (const problem of wrongType === null ? problems : [wrongType]) reportInRendered(problem, rendered, report);
  return problems.length > 0 || wrongType !== null ? null : expr;
}

export type ScopedRule =
  | { readonly kind: 'scoped'; readonly text: string }
  /** No piece can select anything: the template's own matchers exclude the cell. */
  | { readonly kind: 'empty' }
  /** A narrowing cannot be carried out, or a matcher contradicts the scope; reported. */
  | { readonly kind: 'refused' };

/** Puts the matchers of a rule's pieces into its expression; pieces become one expression with `or`. */
export function scopeRule(rule: ResolvedRule, expr: ParsedExpr, rendered: RenderedText, report: Report): ScopedRule {
  if (!narrowingsReach(rule, expr, rendered, report)) return { kind: 'refused' };
  const texts: string[] = [];
  for (const piece of rule.pieces) {
    const matchers = { target: [...rule.scopeMatchers, ...piece.target], series: piece.series };
    const scoped = scopeExpr(expr, matchers, { unscoped: rule.template.unscoped });
    for (const problem of scoped.problems) reportInRendered({ ...problem, hint: null }, rendered, report);
    if (scoped.problems.length > 0) return { kind: 'refused' };
    if (!scoped.selectsNothing) texts.push(scoped.text.trimEnd());
  }
  const [only] = texts;
  if (only === undefined) return { kind: 'empty' };
  return { kind: 'scoped', text: texts.length === 1 ? only : texts.map((text) => `(\n${text}\n)`).join('\nor\n') };
}

/** Every cut of a rule must survive the expression: a matcher below an aggregation would change what is summed. */
function narrowingsReach(rule: ResolvedRule, expr: ParsedExpr, rendered: RenderedText, report: Report): boolean {
  const cutBy = new Set(
    rule.pieces.flatMap((piece) => [...piece.target, ...piece.series].map((matcher) => matcher.label)),
  );
  let reach = true;
  for (const narrowing of rule.narrowings) {
    const label = narrowing.kind === 'targets' ? `target_label_${narrowing.label}` : narrowing.label;
    if (!cutBy.has(label)) continue;
    // A target's labels follow from its instance.
    const trace =
      narrowing.kind === 'series'
        ? traceLabel(expr, label)
        : traceTargets(expr, [label, 'instance', 'target_id'], rule.template);
    if (trace.kind === 'reaches') continue;
    reach = false;
    reportLost(rule, narrowing, trace, rendered, report);
  }
  return reach;
}

function reportLost(
  rule: ResolvedRule,
  narrowing: Narrowing,
  trace: { readonly by: { readonly start: number; readonly end: number }; readonly message: string },
  rendered: RenderedText,
  report: Report,
): void {
  const place = narrowingPlace(narrowing);
  report.add(`lost ${rule.template.name} ${place.file}:${place.start}`, () => {
    const { start, end } = templateRange(rendered.map, trace.by.start, trace.by.end);
    return finding(
      'policy/narrowing-lost',
      `${rule.template.name} cannot be narrowed by ${narrowing.text}: ${trace.message}`,
      place,
      {
        related: [{ span: spanInScalar(rendered.origin, start, end), message: 'here the expression loses it' }],
        hint:
          narrowing.kind === 'series'
            ? `Keep \`${narrowing.label}\` in the aggregation, or write a second template.`
            : 'Keep `instance` in the aggregation, or give these targets a group of their own.',
      },
    );
  });
}

function narrowingPlace(narrowing: Narrowing): ReturnType<typeof spanOf> {
  const key = { targets: 'targets', series: 'series', group: 'scope' }[narrowing.kind];
  const origin = below(narrowing.origin, key);
  return key === 'scope' ? spanOf(narrowing.origin) : spanOf(origin);
}

/** A narrowed cell none of whose pieces can meet the matchers that the template itself has. */
export function reportSelectsNothing(rule: ResolvedRule, rendered: RenderedText, report: Report): void {
  const narrowing = rule.narrowings.find((one) => one.kind === 'series' && (rule.override ?? '').includes(one.text));
  if (narrowing === undefined) return;
  const place = narrowingPlace(narrowing);
  report.add(`nothing ${rule.template.name} ${place.file}:${place.start}`, () =>
    finding(
      'policy/narrowing-selects-nothing',
      `No series of ${rule.template.name} can have ${narrowing.text}`,
      place,
      {
        related: [{ span: spanOf(rendered.origin), message: 'its selectors ask for something else' }],
        hint: 'Compare the value with the matchers in the template’s expression.',
      },
    ),
  );
}

/** What would fail, or stay blind, in a running Prometheus although the syntax is right. */
export function inspectRule(
  rule: ResolvedRule,
  expr: ParsedExpr,
  rendered: RenderedText,
  labelNames: readonly string[],
  report: Report,
): void {
  const pinned = rule.scope.kind === 'group' ? ['group', 'group_id', 'groups'] : [];
  // Prometheus itself adds the name of the alert.
  const colliding = collidingLabels(expr, [...labelNames, 'alertname'], pinned);
  for (const problem of colliding) reportInRendered(problem, rendered, report);
  if (colliding.length === 0) reportReplacedTargets(rule, expr, rendered, labelNames, report);
  const unscoped = new Set(rule.template.unscoped);
  const scoped = expr.selectors.some((selector) => selector.metric === null || !unscoped.has(selector.metric));
  if (rule.scope.kind !== 'fleet' && !(hasSelector(expr) && scoped)) {
    const message = 'The expression selects no series of the group, so it fires for every group alike';
    const hint = 'Give it a selector, or make it an `aggregate: true` alert that is bound globally.';
    reportInRendered(
      { code: 'promql/no-selector', message, start: 0, end: rendered.text.trimEnd().length, hint },
      rendered,
      report,
    );
  }
}

/** Whether a label can be on the result of an expression. What scopes an `absent()` by equality is on its result. */
export function canHaveLabel(expr: ParsedExpr, name: string, { scopeMatchers }: ResolvedRule): boolean {
  const labels = resultLabels(expr);
  if (labels.kind === 'all-but') return !labels.dropped.has(name);
  const scoped = scopeMatchers.some((matcher) => matcher.label === name && matcher.op === '=');
  return labels.labels.has(name) || (scoped && /\babsent(_over_time)?\b/.test(expr.text));
}

/** Labels that tell the targets of a rule apart wherever its result keeps them. */
const IDENTIFYING = ['instance', 'target_id'];

/** A rule's own label in the place of one that tells its targets apart makes all its results equal. */
function reportReplacedTargets(
  rule: ResolvedRule,
  expr: ParsedExpr,
  rendered: RenderedText,
  labelNames: readonly string[],
  report: Report,
): void {
  if (rule.targets.length < 2) return;
  for (const label of IDENTIFYING.filter((name) => labelNames.includes(name) && canHaveLabel(expr, name, rule))) {
    const message = `The rule's own label \`${label}\` replaces the one that tells its targets apart, so that results become equal`;
    const hint = 'Give the label of the group, template or policy another name.';
    const range = { start: 0, end: rendered.text.trimEnd().length };
    reportInRendered({ code: 'promql/label-collision', message, ...range, hint }, rendered, report);
  }
}
