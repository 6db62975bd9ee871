/**
 * RE2, the regex language of PromQL, in JavaScript's. RE2 has no lookaround and no backreferences and matches in
 * linear time; what it refuses is refused here, so that a broken matcher is found before Prometheus finds it.
 */
export type Regex =
  | { readonly kind: 'regex'; readonly regex: RegExp }
  /** RE2 refuses it. */
  | { readonly kind: 'invalid'; readonly message: string }
  /** RE2 may accept it, but it cannot be judged here. */
  | { readonly kind: 'opaque'; readonly message: string };

const compiled = new Map<string, Regex>();
const CACHE_SIZE = 2000;

/** The anchored regex of a matcher. */
export function compileRegex(source: string): Regex {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  const result = compile(source);
  compiled.set(source, result);
  return result;
}

/** Why a regex cannot be used where aami must evaluate it, or null. */
export function checkRegex(source: string): string | null {
  const result = compileRegex(source);
  return result.kind === 'regex' ? null : result.message;
}

function compile(source: string): Regex {
  try {
    const state: State = { chars: Array.from(source), at: 0, depth: 0, opaque: null };
    const body = alternation(state, { ignoreCase: false, multiLine: false, dotAll: true });
    if (state.at < state.chars.length) throw new RegexProblem('unexpected `)`');
    if (state.opaque !== null) return { kind: 'opaque', message: state.opaque };
    return { kind: 'regex', regex: new RegExp(`^(?:${body})$`, 'u') };
  } catch (error) {
    if (error instanceof RegexProblem) return { kind: 'invalid', message: error.message };
    return { kind: 'opaque', message: 'the regex is beyond what aami can evaluate' };
  }
}

class RegexProblem extends Error {}

interface State {
  readonly chars: readonly string[];
  at: number;
  depth: number;
  opaque: string | null;
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

const MAX_DEPTH = 1000;
const MAX_REPEAT = 1000;

function alternation(state: State, outer: Flags): string {
  // A flag group such as (?i) holds up to the end of the group that it stands in.
  let flags = outer;
  let out = '';
  // What a repetition would repeat; null at the start of a branch.
  let repeatable = false;
  let repeated = false;
  while (state.at < state.chars.length) {
    const char = state.chars[state.at] ?? '';
    if (char === ')') break;
    if (char === '|') {
      state.at += 1;
      out += '|';
      repeatable = false;
      repeated = false;
      continue;
    }
    const quantifier = readQuantifier(state);
    if (quantifier !== null) {
      if (!repeatable) throw new RegexProblem(`\`${quantifier}\` has nothing to repeat`);
      if (repeated) throw new RegexProblem(`\`${quantifier}\` repeats a repetition`);
      out += quantifier;
      repeated = true;
      continue;
    }
    repeated = false;
    repeatable = true;
    if (char === '(') {
      const group = openGroup(state, flags);
      if (group.flags !== null) {
        flags = group.flags;
        repeatable = false;
        continue;
      }
      out += group.text;
    } else if (char === '[') {
      out += characterClass(state, flags);
    } else if (char === '\\') {
      out += escapeSequence(state, flags);
    } else {
      state.at += 1;
      out += plain(char, flags);
    }
  }
  return out;
}

function plain(char: string, flags: Flags): string {
  switch (char) {
    case '.':
      return flags.dotAll ? '[^]' : '[^\\n]';
    case '^':
      return flags.multiLine ? '(?:(?<=\\n)|^)' : '^';
    case '$':
      return flags.multiLine ? '(?:(?=\\n)|$)' : '$';
    default:
      return literal(char, flags);
  }
}

function literal(char: string, flags: Flags): string {
  const cases = flags.ignoreCase ? caseVariants(char) : [char];
  const escaped = cases.map(escapeLiteral);
  return escaped.length === 1 ? (escaped[0] ?? '') : `[${escaped.join('')}]`;
}

function caseVariants(char: string): string[] {
  // Characters whose case has several letters (ß) stay as they are, as in Unicode's simple folding.
  const variants = [char, char.toLowerCase(), char.toUpperCase()].filter((each) => Array.from(each).length === 1);
  // RE2 folds these ASCII letters with the Kelvin sign and the long s.
  const lower = char.toLowerCase();
  if (lower === 'k') variants.push('\u212a');
  if (lower === 's' || char === 'ſ') variants.push('ſ', 's', 'S');
  return [...new Set(variants)];
}

function escapeLiteral(char: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? (char === '-' ? '\\u002d' : `\\${char}`) : char;
}

/** `*`, `+?`, `{2,5}` …; null where there is none (`{` may be a literal). */
function readQuantifier(state: State): string | null {
  const char = state.chars[state.at];
  let text: string;
  if (char === '*' || char === '+' || char === '?') {
    text = char;
  } else if (char === '{') {
    const match = /^\{(\d+)(,(\d*))?\}/.exec(state.chars.slice(state.at, state.at + 24).join(''));
    if (match === null) return null;
    const min = Number(match[1]);
    const max = match[3] === undefined || match[3] === '' ? min : Number(match[3]);
    text = match[0];
    if (min > MAX_REPEAT || max > MAX_REPEAT || min > max) throw new RegexProblem(`invalid repeat count \`${text}\``);
  } else {
    return null;
  }
  state.at += text.length;
  if (state.chars[state.at] === '?') {
    state.at += 1;
    return `${text}?`;
  }
  return text;
}

function openGroup(state: State, flags: Flags): { readonly text: string; readonly flags: Flags | null } {
  const rest = state.chars.slice(state.at, state.at + 200).join('');
  let inner = flags;
  if (rest.startsWith('(?')) {
    const named = /^\(\?P?<([^>]*)>/.exec(rest);
    const flagged = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (named !== null && !/^\(\?<[=!]/.test(rest)) {
      const name = named[1] ?? '';
      if (!/^\w+$/.test(name)) throw new RegexProblem(`invalid group name \`${name}\``);
      state.at += named[0].length;
    } else if (flagged !== null && (flagged[1] !== '' || flagged[2] !== undefined || flagged[3] === ':')) {
      inner = withFlags(flags, flagged[1] ?? '', flagged[2] ?? '');
      state.at += Array.from(flagged[0]).length;
      if (flagged[3] === ')') return { text: '', flags: inner };
    } else if (/^\(\?<?[=!]/.test(rest)) {
      throw new RegexProblem('Prometheus’s regexes (RE2) have no lookahead and no lookbehind');
    } else {
      throw new RegexProblem(`\`${rest.slice(0, 3)}\` is not known in Prometheus’s regexes (RE2)`);
    }
  } else {
    state.at += 1;
  }
  state.depth += 1;
  if (state.depth > MAX_DEPTH) throw new RegexProblem('groups are nested too deeply');
  const body = alternation(state, inner);
  if (state.chars[state.at] !== ')') throw new RegexProblem('a `(` is never closed');
  state.at += 1;
  state.depth -= 1;
  return { text: `(?:${body})`, flags: null };
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  // U swaps greedy and lazy, which does not matter for whether a whole value matches.
  const value = (letter: string, before: boolean) => (off.includes(letter) ? false : on.includes(letter) || before);
  return {
    ignoreCase: value('i', flags.ignoreCase),
    multiLine: value('m', flags.multiLine),
    dotAll: value('s', flags.dotAll),
  };
}

const PERL_CLASSES: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' };
const CONTROL_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const WORD = '[0-9A-Za-z_]';

function escapeSequence(state: State, flags: Flags): string {
  const next = state.chars[state.at + 1];
  if (next === undefined) throw new RegexProblem('a trailing `\\`');
  switch (next) {
    case 'A':
      state.at += 2;
      return '^';
    case 'z':
      state.at += 2;
      return '$';
    case 'b':
      state.at += 2;
      return `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
    case 'B':
      state.at += 2;
      return `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;
    case 'C':
      throw new RegexProblem('`\\C` matches half a character, which Prometheus refuses');
    case 'Q':
      return quoted(state, flags);
  }
  const set = perlOrUnicodeClass(state);
  if (set !== null) {
    if (flags.ignoreCase && set.unicode)
      state.opaque = 'a Unicode class that ignores case is beyond what aami can evaluate';
    return set.negated ? `[^${set.members}]` : `[${set.members}]`;
  }
  return literal(escapedCharacter(state), flags);
}

function quoted(state: State, flags: Flags): string {
  state.at += 2;
  let out = '';
  while (state.at < state.chars.length) {
    if (state.chars[state.at] === '\\' && state.chars[state.at + 1] === 'E') {
      state.at += 2;
      return out === '' ? '(?:)' : `${out}`;
    }
    out += literal(state.chars[state.at] ?? '', flags);
    state.at += 1;
  }
  return out;
}

interface ClassEscape {
  readonly members: string;
  readonly negated: boolean;
  readonly unicode: boolean;
}

function perlOrUnicodeClass(state: State): ClassEscape | null {
  const next = state.chars[state.at + 1] ?? '';
  const perl = PERL_CLASSES[next.toLowerCase()];
  if (perl !== undefined) {
    state.at += 2;
    return { members: perl, negated: next !== next.toLowerCase(), unicode: false };
  }
  if (next !== 'p' && next !== 'P') return null;
  const match = /^\\[pP](?:\{(\^?)([A-Za-z_]+)\}|([A-Za-z]))/.exec(state.chars.slice(state.at, state.at + 60).join(''));
  if (match === null) throw new RegexProblem('`\\p` without the name of a Unicode class');
  const name = match[2] ?? match[3] ?? '';
  state.at += match[0].length;
  const members = unicodeProperty(name);
  if (members === null) throw new RegexProblem(`Unicode class \`${name}\` does not exist`);
  return { members, negated: (next === 'P') !== (match[1] === '^'), unicode: true };
}

function unicodeProperty(name: string): string | null {
  if (name === 'Any') return '\\u{0}-\\u{10ffff}';
  for (const property of [`\\p{${name}}`, `\\p{Script=${name}}`]) {
    try {
      new RegExp(property, 'u');
      // RE2 knows general categories by their short names and scripts by their long ones.
      if (property.includes('=') || name.length <= 2) return property;
    } catch {
      // Not of this kind.
    }
  }
  return null;
}

/** The one character that an escape stands for. */
function escapedCharacter(state: State): string {
  const next = state.chars[state.at + 1] ?? '';
  const rest = state.chars.slice(state.at + 1, state.at + 14).join('');
  const control = CONTROL_ESCAPES[next];
  if (control !== undefined) {
    state.at += 2;
    return control;
  }
  if (next === 'x') {
    const match = /^x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest);
    const code = match === null ? Number.NaN : Number.parseInt(match[1] ?? match[2] ?? '', 16);
    if (match === null || !(code <= 0x10ffff)) throw new RegexProblem('`\\x` without the number of a character');
    state.at += 1 + match[0].length;
    return String.fromCodePoint(code);
  }
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal !== null) {
    state.at += 1 + octal[0].length;
    return String.fromCodePoint(Number.parseInt(octal[0], 8));
  }
  if (/[1-9]/.test(next)) throw new RegexProblem('Prometheus’s regexes (RE2) have no backreferences');
  if (/[A-Za-z0-9]/.test(next) || next > '\x7f') throw new RegexProblem(`invalid escape \`\\${next}\``);
  state.at += 2;
  return next;
}

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

function characterClass(state: State, flags: Flags): string {
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
