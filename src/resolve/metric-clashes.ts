import { finding } from '../diagnostics/codes.js';
import type { Metric, ScriptTemplate, Target } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import type { Report } from './report.js';
import type { ResolvedCheck } from './types.js';

/**
 * Two checks on one target may print series of one metric, but only with the same type and help: of two that differ,
 * node_exporter leaves one out and says nothing.
 */
export function reportMetricClashes(checks: readonly ResolvedCheck[], example: Target, report: Report): void {
  const first = new Map<string, { readonly template: ScriptTemplate; readonly metric: Metric }>();
  for (const { template } of checks) {
    for (const [name, metric] of template.metrics ?? []) {
      const other = first.get(name);
      if (other === undefined) first.set(name, { template, metric });
      else if (differ(other.metric, metric)) reportClash(name, other.template, template, example, report);
    }
  }
}

/** A help that is not declared is what the script prints. */
function differ(one: Metric, other: Metric): boolean {
  return one.type !== other.type || (one.help !== null && other.help !== null && one.help !== other.help);
}

function reportClash(
  name: string,
  first: ScriptTemplate,
  second: ScriptTemplate,
  example: Target,
  report: Report,
): void {
  report.add(`metric ${name} ${first.name} ${second.name}`, () =>
    finding(
      'policy/metric-clash',
      `${first.name} and ${second.name} run on ${example.id} and declare \`${name}\` with different type or help`,
      spanOf(below(second.origin, 'metrics', name), 'key'),
      {
        related: [{ span: spanOf(below(first.origin, 'metrics', name), 'key'), message: 'the other declaration' }],
        hint: 'Give both the same type and help, to the letter, or name the metrics differently.',
      },
    ),
  );
}
