import { finding } from '../diagnostics/codes.js';
import type { Project } from '../model/types.js';
import type { ParsedExpr } from '../promql/index.js';
import type { Report } from '../resolve/report.js';
import type { ResolvedRule } from '../resolve/types.js';
import { below, spanOf } from '../source/positions.js';
import { canHaveLabel } from './expression.js';

/** What tells the fleets apart that share an Alertmanager: Prometheus puts these labels on whatever it sends. */
export function clusterLabels({ global }: Project): readonly string[] {
  const external = global.external_labels;
  const names = typeof external === 'object' && external !== null ? Object.keys(external) : [];
  return [...new Set(['cluster', ...names])];
}

/** An alert that never has a label of its `inhibits` would never inhibit anything. */
export function inspectInhibits(
  rule: ResolvedRule,
  expr: ParsedExpr,
  ruleLabels: readonly string[],
  project: Project,
  report: Report,
): void {
  const { inhibits, name } = rule.template;
  if (inhibits === null) return;
  const given = ['alertname', ...ruleLabels, ...clusterLabels(project)];
  const lacks = (label: string): boolean => !given.includes(label) && !canHaveLabel(expr, label, rule);
  const reportLack = (label: string, origin: typeof inhibits.origin): void =>
    report.add(`inhibits ${name} ${label}`, () =>
      finding(
        'template/dropped-label',
        `The expression drops the label ${label}, so this alert never inhibits another`,
        spanOf(origin),
        { hint: 'Keep the label with by (…), or leave it out here.' },
      ),
    );
  for (const [index, label] of inhibits.equal.entries())
    if (lacks(label)) reportLack(label, below(inhibits.origin, 'equal', index));
  for (const { label, op, value } of inhibits.when) {
    const asksForNone = op === '!=' || op === '!~' || value === '';
    if (!asksForNone && lacks(label)) reportLack(label, below(inhibits.origin, 'when'));
  }
}
