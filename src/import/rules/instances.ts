import type { SelectorMatcher } from '../../promql/ast.js';
import { formatMatcher, matcherAccepts, type ParsedExpr } from '../../promql/index.js';
import { applyEdits, type Edit } from './edits.js';
import { visit } from './rename.js';
import type { World } from './world.js';

export type Readdressed =
  | { readonly kind: 'same'; readonly text: string }
  | { readonly kind: 'differs'; readonly why: string };

/**
 * The label `instance` was an address with a port, and is the name of the host. A matcher that lets the same targets
 * through stays; one that names a single address names the host.
 */
export function readdress(expr: ParsedExpr, world: World): Readdressed {
  const edits: Edit[] = [];
  const unclear: SelectorMatcher[] = [];
  visit(expr.root, (node) => {
    if (node.kind !== 'selector') return;
    const job = node.matchers.find(({ label, op }) => label === 'job' && op === '=')?.value ?? null;
    for (const matcher of node.matchers.filter(({ label }) => label === 'instance')) {
      const endpoints = world.targets.flatMap((target) =>
        target.exporters
          .filter(({ exporter }) => job === null || exporter.job === job)
          .map(({ exporter, instance }) => ({ old: instance, now: target.hostname, job: exporter.job })),
      );
      if (endpoints.every(({ old, now }) => matcherAccepts(matcher, old) === matcherAccepts(matcher, now))) continue;
      const [only, another] = endpoints.filter(({ old }) => old === matcher.value);
      const alone = only !== undefined && endpoints.filter(({ now }) => now === only.now).length === 1;
      if (matcher.op === '=' && only !== undefined && another === undefined) {
        // The other exporters of the host have the same name now.
        const own = alone || job !== null ? [] : [formatMatcher({ label: 'job', op: '=', value: only.job })];
        const text = [formatMatcher({ ...matcher, value: only.now }), ...own].join(',');
        edits.push({ start: matcher.start, end: matcher.end, text });
      } else if (matcher.op === '!=' && only !== undefined && another === undefined && alone)
        edits.push({ start: matcher.start, end: matcher.end, text: formatMatcher({ ...matcher, value: only.now }) });
      else unclear.push(matcher);
    }
  });
  const [first] = unclear;
  if (first !== undefined)
    return {
      kind: 'differs',
      why: `\`${formatMatcher(first)}\` asks for addresses with ports, but \`instance\` is now the name of the host`,
    };
  return { kind: 'same', text: applyEdits(expr.text, edits) };
}
