import { canonicalExpr } from '../promql/canonical.js';
import { type ParsedExpr, parseExpr } from '../promql/index.js';
import { compareLoudness } from '../promql/loudness.js';
import { makeReport } from '../resolve/report.js';
import { placeholders, withFor } from '../rules/placeholders.js';
import { renderText } from '../rules/texts.js';
import type { ConcreteRule } from '../rules/types.js';
import { below } from '../source/positions.js';
import type { SnapshotRule } from './snapshot.js';
import type { Effect } from './types.js';

/** Compares expressions by what they mean. The rules of a fleet share few texts: each is parsed once. */
export interface Expressions {
  /** Whether two rendered expressions say the same. */
  readonly same: (before: string, after: string) => boolean;
  /** Whether the author has written another expression, the parameters aside. */
  readonly rewritten: (before: SnapshotRule, after: SnapshotRule) => boolean;
  /** What a change does to how often an alert fires. */
  readonly effect: (before: string, after: string) => Effect;
  /** What one parameter alone does to it, where others change with it. */
  readonly effectOf: (parameter: string, before: ConcreteRule, after: ConcreteRule) => Effect;
}

export function expressions(): Expressions {
  const parsed = memoised((text) => parseExpr(text).expr);
  const canonical = memoised((text) => {
    const expr = parsed(text);
    return expr === null ? text : canonicalExpr(expr);
  });
  const effects = memoised((pair) => {
    const [before = '', after = ''] = JSON.parse(pair) as string[];
    return effectOf(parsed(before), parsed(after));
  });
  const rendered = new WeakMap<object, Map<string, string | null>>();
  const same: Expressions['same'] = (before, after) => before === after || canonical(before) === canonical(after);
  const effect: Expressions['effect'] = (before, after) =>
    same(before, after) ? 'neutral' : effects(JSON.stringify([before, after]));
  return {
    same,
    effect,
    effectOf: (parameter, before, after) => {
      const text = renderedLike(before.resolved.template.expr, withParameter(parameter, before, after));
      return text === null ? 'unclear' : effect(before.unscoped, text);
    },
    rewritten: (before, after) => {
      if (before.concrete === null || after.concrete === null) return !same(before.expr, after.expr);
      const { expr } = before.concrete.resolved.template;
      if (withoutLayout(expr) === withoutLayout(after.concrete.resolved.template.expr)) return false;
      const { effective } = after.concrete.resolved;
      const known = rendered.get(effective) ?? new Map<string, string | null>();
      rendered.set(effective, known);
      const key = expr.includes('group') ? `${after.group} ${expr}` : expr;
      const text = known.get(key) ?? renderedLike(expr, after.concrete);
      known.set(key, text);
      return text === null || !same(text, after.expr);
    },
  };
}

function effectOf(before: ParsedExpr | null, after: ParsedExpr | null): Effect {
  if (before === null || after === null) return 'unclear';
  const loudness = compareLoudness(before, after);
  return loudness === 'quieter' ? 'weaker' : loudness === 'louder' ? 'stronger' : 'unclear';
}

/** The expression of one template with the parameters of another's rule; null where they do not fit. */
function renderedLike(expr: string, { resolved, for: duration }: ConcreteRule): string | null {
  const scope = withFor(placeholders(resolved), resolved.template, duration ?? '0s');
  return renderText(expr, below(resolved.template.origin, 'expr'), scope, makeReport())?.text ?? null;
}

/** A rule as it would be if only one parameter had changed. */
function withParameter(name: string, rule: ConcreteRule, after: ConcreteRule): ConcreteRule {
  const { [name]: _, ...others } = rule.resolved.effective.config;
  const value = after.resolved.effective.config[name];
  const config = value === undefined ? others : { ...others, [name]: value };
  return { ...rule, resolved: { ...rule.resolved, effective: { ...rule.resolved.effective, config } } };
}

const withoutLayout = (expr: string): string => expr.replaceAll(/\s+/g, ' ').trim();

function memoised<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const made = make(text);
    known.set(text, made);
    return made;
  };
}
