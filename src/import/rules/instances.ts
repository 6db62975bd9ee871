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
          .map(({ instance }) => ({ old: instance, now: target.hostname })),
      );
      if (endpoints.every(({ old, now }) => matcherAccepts(matcher, old) === matcherAccepts(matcher, now))) continue;
      const named = endpoints.filter(({ old }) => old === matcher.value);
      const alone = named.length === 1 && endpoints.filter(({ now }) => now === named[0]?.now).length === 1;
      const [only] = named;
      if ((matcher.op === '=' || matcher.op === '!=') && alone && only !== undefined)
        edits.push({ ...matcher, text: formatMatcher({ ...matcher, value: only.now }) });
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
