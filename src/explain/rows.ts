import type { ResolvedRule } from '../resolve/types.js';
import { type ExplainContext, groupRef } from './context.js';
import { recipient } from './told.js';
import type { RuleRow } from './types.js';

/** Rules that are in the output, in its order. */
export function ruleRows(context: ExplainContext, rules: readonly ResolvedRule[]): RuleRow[] {
  return rules.flatMap((rule) => {
    const { template, scope, level, override, effective, targets } = rule;
    const written = context.emitted.get(rule);
    if (written === undefined) return [];
    return [
      {
        alert: template.name,
        scope: scope.kind,
        group: scope.kind === 'fleet' ? null : groupRef(scope.group),
        level,
        override,
        severity: effective.severity,
        for: written.for,
        keep_firing_for: written.keep_firing_for,
        config: effective.config,
        targets: targets.map(({ id }) => id),
        file: written.file,
        told: (context.teller?.(written, null) ?? []).map(recipient),
      },
    ];
  });
}
