import { DFA, JS, NFA, Words } from 'refa';

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
const MAX_CHARACTER = 0xffff;

export const regexRegions: RegexRegions = (values, patterns) => {
  const others = DFA.fromWords(values.map(Words.fromStringToUTF16), { maxCharacter: MAX_CHARACTER });
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
  try {
    const { expression } = JS.Parser.fromLiteral({ source: pattern, flags: 's' }).parse(LIMIT);
    return DFA.fromFA(
      NFA.fromRegex(expression, { maxCharacter: MAX_CHARACTER }),
      new DFA.LimitedNodeFactory(LIMIT.maxNodes),
    );
  } catch {
    // RE2 syntax that JavaScript does not have, or an automaton that grows too large.
    return null;
  }
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
