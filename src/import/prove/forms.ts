import type { Matcher } from '../../model/types.js';
import { canonicalExpr, formatMatcher, type ParsedExpr, type Selector } from '../../promql/index.js';
import { relate } from '../../promql/matchers.js';
import { applyEdits } from '../rules/edits.js';
import { parsed } from '../rules/rename.js';
import { isTargetLabel, type World } from '../rules/world.js';

/** An expression with what it asks of targets told as the targets that are let through. */
export interface Form {
  /** The canonical expression without matchers on labels of targets. */
  readonly text: string;
  /** The targets that each selector lets through, in the order of the text. */
  readonly reach: readonly ReadonlySet<number>[];
  /** The same as one text: equal texts have equal results on the declared targets. */
  readonly whole: string;
}

/** Stands for the targets that a selector lets through. No series has a label of this name. */
const REACH = '__targets__';

export function formOf(expr: ParsedExpr, world: World): Form {
  const reach = expr.selectors.map(({ matchers }) => world.select(matchers));
  const rest = expr.selectors.map(({ matchers }) =>
    withoutImplied(matchers.filter(({ label }) => !isTargetLabel(label))),
  );
  const text = canonicalExpr(rewritten(expr, (_, i) => rest[i] ?? []));
  const whole = canonicalExpr(
    rewritten(expr, (_, i) => [
      ...(rest[i] ?? []),
      { label: REACH, op: '=', value: [...(reach[i] ?? [])].sort((a, b) => a - b).join() },
    ]),
  );
  return { text, reach, whole };
}

/** `a="x",a!="y"` asks no more than `a="x"`. */
function withoutImplied(matchers: readonly Matcher[]): Matcher[] {
  const kept = [...matchers];
  for (const matcher of matchers) {
    const others = kept.filter((other) => other !== matcher);
    if (others.length < kept.length && relate(others, matcher) === 'implied') kept.splice(kept.indexOf(matcher), 1);
  }
  return kept;
}

function rewritten(
  expr: ParsedExpr,
  matchersOf: (selector: Selector, index: number) => readonly Matcher[],
): ParsedExpr {
  const edits = expr.selectors.map((selector, index) => {
    const matchers = matchersOf(selector, index).map(formatMatcher);
    const { braces, metric, name } = selector;
    // A metric that is named in the braces is a matcher, or stands there in quotes.
    const named = matchersOf(selector, index).some(({ label }) => label === '__name__');
    if (name === null && metric !== null && !named)
      matchers.unshift(formatMatcher({ label: '__name__', op: '=', value: metric }));
    const at = braces ?? { start: selector.end, end: selector.end };
    return { start: at.start, end: at.end, text: matchers.length === 0 ? '' : `{${matchers.join(',')}}` };
  });
  return parsed(applyEdits(expr.text, edits));
}
