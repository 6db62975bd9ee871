import {
  caseVariants,
  escapedCharacter,
  type Flags,
  perlOrUnicodeClass,
  RegexProblem,
  type State,
} from './re2-characters.js';

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** `[…]`. */
export function characterClass(state: State, flags: Flags): string {
  const start = state.at;
  state.at += 1;
  const negated = state.chars[state.at] === '^';
  if (negated) state.at += 1;
  let members = '';
  // Classes that stand for what they leave out cannot be members of another in every JavaScript.
  const complements: string[] = [];
  let first = true;
  while (first || state.chars[state.at] !== ']') {
    if (state.at >= state.chars.length) {
      throw new RegexProblem(`\`${state.chars.slice(start, start + 10).join('')}\` has no closing \`]\``);
    }
    first = false;
    const posix = /^\[:(\^?)(\w+):\]/.exec(state.chars.slice(state.at, state.at + 14).join(''));
    if (posix !== null) {
      const named = POSIX_CLASSES[posix[2] ?? ''];
      if (named === undefined) throw new RegexProblem(`character class \`${posix[0]}\` does not exist`);
      state.at += posix[0].length;
      const folded = flags.ignoreCase && /^(lower|upper)$/.test(posix[2] ?? '') ? 'A-Za-z' : named;
      if (posix[1] === '^') complements.push(`[^${folded}]`);
      else members += folded;
      continue;
    }
    if (state.chars[state.at] === '\\') {
      const set = perlOrUnicodeClass(state);
      if (set !== null) {
        if (flags.ignoreCase && set.unicode)
          state.opaque = 'a Unicode class that ignores case is beyond what aami can evaluate';
        if (set.negated) complements.push(`[^${set.members}]`);
        else members += set.members;
        continue;
      }
    }
    members += classRange(state, flags);
  }
  state.at += 1;
  const parts = members === '' ? complements : [`[${members}]`, ...complements];
  if (!negated) return parts.length === 1 ? (parts[0] ?? '') : `(?:${parts.join('|')})`;
  return complements.length === 0 ? `[^${members}]` : `(?:(?!${parts.join('|')})[^])`;
}

function classRange(state: State, flags: Flags): string {
  const low = classCharacter(state);
  const isRange =
    state.chars[state.at] === '-' && state.chars[state.at + 1] !== ']' && state.at + 1 < state.chars.length;
  if (!isRange) return classMember(low, low, flags, state);
  state.at += 1;
  const high = classCharacter(state);
  if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0)) {
    throw new RegexProblem(`invalid character range \`${low}-${high}\``);
  }
  return classMember(low, high, flags, state);
}

function classMember(low: string, high: string, flags: Flags, state: State): string {
  if (!flags.ignoreCase) return low === high ? classEscape(low) : `${classEscape(low)}-${classEscape(high)}`;
  if (low === high) return caseVariants(low).map(classEscape).join('');
  const from = low.codePointAt(0) ?? 0;
  const to = high.codePointAt(0) ?? 0;
  if (to > 0x7f) {
    state.opaque = 'a range of non-ASCII letters that ignores case is beyond what aami can evaluate';
    return classEscape(low);
  }
  let out = `${classEscape(low)}-${classEscape(high)}`;
  for (let code = from; code <= to; code++) {
    const char = String.fromCharCode(code);
    out += caseVariants(char)
      .filter((variant) => variant !== char)
      .map(classEscape)
      .join('');
  }
  return out;
}

function classCharacter(state: State): string {
  const char = state.chars[state.at];
  if (char === undefined) throw new RegexProblem('a `[` is never closed');
  if (char === '\\') {
    if (state.chars[state.at + 1] === undefined) throw new RegexProblem('a trailing `\\`');
    return escapedCharacter(state);
  }
  state.at += 1;
  return char;
}

function classEscape(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
