import type { Staged } from '../diagnostics/finding.js';
import type { Labels } from '../model/types.js';
import type { ParsedExpr } from '../promql/index.js';
import { isComplete } from '../resolve/parameters.js';
import { makeReport, type Report } from '../resolve/report.js';
import type { ResolvedModel, ResolvedRule } from '../resolve/types.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { inspectGoTemplate, isDuration } from '../template/index.js';
import { canHaveLabel, inspectRule, parseRendered, reportSelectsNothing, scopeRule } from './expression.js';
import { reportDuplicates, ruleFiles } from './files.js';
import { inspectInhibits } from './inhibits.js';
import { orderAnnotations, ruleLabels } from './labels.js';
import { type Placeholders, placeholders, withFor } from './placeholders.js';
import { type RenderedText, renderText, reportInRendered } from './texts.js';
import type { ConcreteRule, RuleFile } from './types.js';
import { unboundRules } from './unbound.js';

/** Resolved rules as Prometheus takes them: rendered, scoped, inspected, and sorted into files. */
export function buildRules(model: ResolvedModel): Staged<RuleFile[]> {
  const report = makeReport();
  const build = ruleBuilder(model, report);
  const rules = model.rules.flatMap((rule) => build(rule) ?? []);
  reportDuplicates(rules, report);
  for (const rule of unboundRules(model.repo, new Set(model.rules.map((one) => one.template)))) build(rule);
  return { value: ruleFiles(rules), findings: report.findings };
}

function ruleBuilder(model: ResolvedModel, report: Report): (rule: ResolvedRule) => ConcreteRule | null {
  const { project } = model.repo;
  const alertNameOrigin = below(project.origin, 'rules', 'alert_name');
  const parsed = new Map<string, ParsedExpr | null>();
  const inspected = new Set<string>();

  const parse = (rendered: RenderedText): ParsedExpr | null => {
    const known = parsed.get(rendered.text);
    if (known !== undefined && known !== null) return known;
    const made = parseRendered(rendered, report);
    parsed.set(rendered.text, made);
    return made;
  };

  return (rule) => {
    if (!isComplete(rule.template.params, rule.effective.config)) return null;
    const base = placeholders(rule);
    const duration = renderDuration(rule, 'for', base, report);
    const keep = renderDuration(rule, 'keepFiringFor', base, report);
    const scope = withFor(base, rule.template, duration ?? '0s');
    const alert = renderText(project.alertName, alertNameOrigin, scope, report);
    const expr = renderText(rule.template.expr, below(rule.template.origin, 'expr'), scope, report);
    const labels = renderAll(rule, 'labels', scope, report);
    const annotations = renderAll(rule, 'annotations', scope, report);
    if (alert !== null && alert.text.trim() === '') reportEmptyName(alert, report);
    const root = expr === null ? null : parse(expr);
    const goTexts = [...(labels?.values() ?? []), ...(annotations?.values() ?? [])];
    for (const text of goTexts) inspectGoText(rule, text, root, inspected, report);
    if (alert === null || expr === null || root === null || labels === null || annotations === null) return null;
    const allLabels = ruleLabels(rule, texts(labels));
    const key = [
      rule.template.name,
      rule.scope.kind,
      rule.targets.length > 1,
      Object.keys(allLabels).join(','),
      expr.text,
    ].join('\u0000');
    if (!inspected.has(key)) {
      inspected.add(key);
      inspectRule(rule, root, expr, Object.keys(allLabels), report);
      inspectInhibits(rule, root, Object.keys(allLabels), project, report);
    }
    const scoped = scopeRule(rule, root, expr, report);
    if (scoped.kind === 'empty') reportSelectsNothing(rule, expr, report);
    if (scoped.kind !== 'scoped') return null;
    return {
      alert: alert.text,
      expr: scoped.text,
      unscoped: expr.text,
      for: duration,
      keepFiringFor: keep,
      labels: allLabels,
      annotations: orderAnnotations(texts(annotations)),
      resolved: rule,
    };
  };
}

function renderDuration(
  rule: ResolvedRule,
  field: 'for' | 'keepFiringFor',
  scope: Placeholders,
  report: Report,
): string | null {
  const written = rule.effective[field];
  if (written === null) return null;
  const rendered = renderText(written, originOf(rule, field), scope, report);
  if (rendered === null || isDuration(rendered.text)) return rendered?.text ?? null;
  const message = `"${rendered.text}" is not a duration`;
  reportInRendered(
    {
      code: 'schema/bad-duration',
      message,
      start: 0,
      end: rendered.text.length,
      hint: 'Write it like 30s, 5m or 1h30m.',
    },
    rendered,
    report,
  );
  return null;
}

type RenderedMap = ReadonlyMap<string, RenderedText>;

function renderAll(
  rule: ResolvedRule,
  field: 'labels' | 'annotations',
  scope: Placeholders,
  report: Report,
): RenderedMap | null {
  const rendered = new Map<string, RenderedText>();
  let complete = true;
  for (const [name, text] of Object.entries(rule.effective[field])) {
    const made = renderText(text, originOf(rule, `${field}/${name}`), scope, report);
    if (made === null) complete = false;
    else rendered.set(name, made);
  }
  return complete ? rendered : null;
}

const texts = (rendered: RenderedMap): Labels =>
  Object.fromEntries([...rendered].map(([name, { text }]) => [name, text]));

function reportEmptyName(alert: RenderedText, report: Report): void {
  const message = 'The name of the alert is empty';
  const hint = 'Keep `${alert}` in rules.alert_name.';
  reportInRendered({ code: 'template/evaluation', message, start: 0, end: alert.text.length, hint }, alert, report);
}

/** `{{ … }}` of a label or annotation: its syntax, and the labels that it expects on the result, if that is known. */
function inspectGoText(
  rule: ResolvedRule,
  rendered: RenderedText,
  expr: ParsedExpr | null,
  inspected: Set<string>,
  report: Report,
): void {
  if (!rendered.text.includes('{{')) return;
  const key = `go\u0000${rendered.text}\u0000${expr?.text}`;
  if (inspected.has(key)) return;
  inspected.add(key);
  const { labelsUsed, problems } = inspectGoTemplate(rendered.text);
  for (const problem of problems) reportInRendered(problem, rendered, report);
  for (const { name, start, end } of labelsUsed) {
    if (expr === null || canHaveLabel(expr, name, rule)) continue;
    const message = `The expression drops the label ${name}, so this is always empty`;
    const hint = 'Keep the label with by (…), or leave it out of the text.';
    reportInRendered({ code: 'template/dropped-label', message, start, end, hint }, rendered, report);
  }
}

const originOf = (rule: ResolvedRule, path: string): Origin =>
  rule.effective.provenance.get(path) ?? rule.template.origin;
