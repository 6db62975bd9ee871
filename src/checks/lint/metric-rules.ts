import { finding } from '../../diagnostics/codes.js';
import type { Finding } from '../../diagnostics/finding.js';
import { below, spanOf as placeOf } from '../../source/positions.js';
import type { LintedScript } from './script.js';

/** Without a declaration the agent cannot tell a metric from junk, and nobody knows what it measures. */
export function undescribedMetrics({ template, text }: LintedScript): Finding[] {
  if (template.metrics !== null || text.includes('# HELP ')) return [];
  return [
    finding(
      'lint/undescribed-metrics',
      `Nobody says what ${template.name} measures`,
      placeOf(below(template.origin, 'name')),
      { hint: 'Declare its metrics under `metrics`, each with type, labels and help: the agent prints HELP and TYPE.' },
    ),
  ];
}

/** An alert on a metric that is declared and never printed is blind. */
export function unprintedMetrics({ template, text }: LintedScript): Finding[] {
  return [...(template.metrics?.keys() ?? [])]
    .filter((name) => !mayPrint(text, name))
    .map((name) =>
      finding(
        'lint/unprinted-metric',
        `${template.name} declares ${name} and does not print it`,
        placeOf(below(template.origin, 'metrics', name), 'key'),
        { hint: 'Print it, or leave it out of `metrics`.' },
      ),
    );
}

/** Also where the name is put together: `aami_${kind}_total`. */
function mayPrint(text: string, name: string): boolean {
  if (text.includes(name)) return true;
  const parts = name.split('_');
  return parts.slice(1).some((_, index) => {
    const beginning = `${parts.slice(0, index + 1).join('_')}_`;
    return ['$', '{', '\\(', '%'].some((hole) => text.includes(beginning + hole));
  });
}
