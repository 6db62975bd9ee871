import { byCodeUnit } from '../diagnostics/order.js';
import type { Labels } from '../model/types.js';
import type { ResolvedRule } from '../resolve/types.js';
import { escapeGoTemplate } from '../template/index.js';
import { FLEET, groupOf } from './placeholders.js';

/**
 * The labels of a rule in the order in which they are printed. What is a name and not a template is escaped, because
 * Prometheus expands every label value as a template.
 */
export function ruleLabels(rule: ResolvedRule, rendered: Labels): Labels {
  const group = groupOf(rule.scope);
  const fixed: [string, string][] = [
    ['severity', rule.effective.severity],
    ['group', escapeGoTemplate(group?.name ?? FLEET)],
    ['group_id', group?.id ?? FLEET],
  ];
  const namespace = group?.namespace ?? null;
  if (namespace !== null) fixed.push(['namespace', escapeGoTemplate(namespace)]);
  const inherited = Object.entries(group?.labels ?? {}).map(
    ([name, value]) => [name, escapeGoTemplate(value)] as const,
  );
  const own = new Map([...inherited, ...Object.entries(rendered)]);
  const labels = [...fixed, ...[...own].sort(([a], [b]) => byCodeUnit(a, b))];
  if (rule.override !== null) labels.push(['override', escapeGoTemplate(rule.override)]);
  return Object.fromEntries(labels);
}

/** A summary first, then what explains it, then the rest by name. */
export function orderAnnotations(annotations: Labels): Labels {
  const rank = (name: string): number => {
    const place = ['summary', 'description'].indexOf(name);
    return place < 0 ? 2 : place;
  };
  return Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => rank(a) - rank(b) || byCodeUnit(a, b)));
}
