import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { Repo } from '../model/types.js';
import { resultLabels } from '../promql/index.js';
import { below, spanOf } from '../source/positions.js';
import { staticAlerts } from './static-alerts.js';

/** Names below `alertmanager.namespaces` that neither a group nor an alert has, so that nobody is told by them. */
export function unknownNamespaces({ project, groups, staticRules }: Repo): Finding[] {
  const { namespaces, origin } = project.alertmanager;
  if (namespaces.size === 0) return [];
  const ofGroups = [...groups.values()].flatMap(({ namespace }) => namespace ?? []);
  const ofAlerts = staticAlerts(staticRules).flatMap(
    ({ labels, expr }) => labels.namespace ?? resultLabels(expr).pinned.get('namespace') ?? [],
  );
  // What an alert is given by a template may be any of them.
  if (ofAlerts.some((name) => name.includes('{{'))) return [];
  const known = new Set([...ofGroups, ...ofAlerts]);
  return [...namespaces.keys()]
    .filter((name) => !known.has(name))
    .map((name) =>
      finding(
        'lint/unknown-namespace',
        `No group has the namespace \`${name}\`, so nobody is told by it`,
        spanOf(below(origin, 'namespaces', name), 'key'),
        { hint: didYouMean(name, known) ?? 'Give it to a group as `namespace`, or take it away here.' },
      ),
    );
}
