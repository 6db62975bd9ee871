import { DFA, JS, NFA, Words } from 'refa';
import { regexInJavaScript } from '../promql/index.js';

/**
 * The ways in which strings other than `values` can meet the anchored `patterns`: one vector of signs for each
 * combination that some string has, or null where there are too many. Loaded only where a policy narrows series by a
 * regex.
 */
export type RegexRegions = (values: readonly string[], patterns: readonly string[]) => boolean[][] | null;

interface Region {
  readonly signs: boolean[];
  /** null: too large or too strange to know; taken for possible. */
  readonly strings: DFA | null;
}

const MAX_REGIONS = 200;
const LIMIT = { maxNodes: 10_000 };
const MAX_CHARACTER = 0x10ffff;

export const regexRegions: RegexRegions = (values, patterns) => {
  const others = DFA.fromWords(values.map(Words.fromStringToUnicode), { maxCharacter: MAX_CHARACTER });
  others.complement();
  let regions: Region[] = [{ signs: [], strings: others }];
  for (const pattern of patterns) {
    const matching = automaton(pattern);
    const missing = matching?.copy() ?? null;
    missing?.complement();
    regions = regions
      .flatMap((region) => [
        { signs: [...region.signs, true], strings: intersection(region.strings, matching) },
        { signs: [...region.signs, false], strings: intersection(region.strings, missing) },
      ])
      .filter((region) => region.strings === null || !region.strings.isEmpty);
    if (regions.length > MAX_REGIONS) return null;
  }
  return regions.map((region) => region.signs);
};

function automaton(pattern: string): DFA | null {
  const source = regexInJavaScript(withoutAnchors(pattern));
  if (source === null) return null;
  try {
    const { expression } = JS.Parser.fromLiteral({ source, flags: 'u' }).parse(LIMIT);
    return DFA.fromFA(
      NFA.fromRegex(expression, { maxCharacter: MAX_CHARACTER }),
      new DFA.LimitedNodeFactory(LIMIT.maxNodes),
    );
  } catch {
    // An assertion such as \b, or an automaton that grows too large.
    return null;
  }
}

/** The regex of a matcher is anchored anyway. */
function withoutAnchors(pattern: string): string {
  const start = pattern.replace(/^\^+/, '');
  const [, backslashes = ''] = /(\\*)\$$/.exec(start) ?? [];
  return start.endsWith('$') && backslashes.length % 2 === 0 ? start.slice(0, -1) : start;
}

function intersection(left: DFA | null, right: DFA | null): DFA | null {
  if (left === null || right === null) return null;
  try {
    const both = DFA.fromIntersection(left, right, new DFA.LimitedNodeFactory(LIMIT.maxNodes));
    both.minimize();
    return both;
  } catch {
    return null;
  }
}
