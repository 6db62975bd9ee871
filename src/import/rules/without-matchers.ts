import type { Matcher } from '../../model/types.js';
import type { ParsedExpr, Selector } from '../../promql/index.js';
import type { Edit } from './edits.js';

/** The changes that take matchers out of the selectors of an expression; null where one would be left with nothing. */
export function withoutMatchers(
  expr: ParsedExpr,
  drops: (matcher: Matcher, selector: Selector) => boolean,
): Edit[] | null {
  const edits: Edit[] = [];
  for (const selector of expr.selectors) {
    const { braces, matchers } = selector;
    const kept = matchers.filter((matcher) => !drops(matcher, selector));
    if (braces === null || kept.length === matchers.length) continue;
    const [first] = matchers;
    const before = expr.text.slice(braces.start + 1, first?.start ?? braces.end).trim();
    if (kept.length === 0 && before === '') {
      if (selector.name === null) return null;
      edits.push({ start: braces.start, end: braces.end, text: '' });
    } else {
      // The usual way to write lists, `, ` or `,`, is kept.
      const comma = /,\s/.test(expr.text.slice(braces.start, braces.end)) ? ', ' : ',';
      const parts = [
        ...(before === '' ? [] : [before.replace(/,$/, '').trim()]),
        ...kept.map(({ start, end }) => expr.text.slice(start, end)),
      ];
      edits.push({ start: braces.start, end: braces.end, text: `{${parts.join(comma)}}` });
    }
  }
  return edits;
}
