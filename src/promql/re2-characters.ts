/** RE2 refuses the regex; caught where it is compiled. */
export class RegexProblem extends Error {}

/** Where the translation stands. */
export interface State {
  readonly chars: readonly string[];
  at: number;
  depth: number;
  opaque: string | null;
  /** How often the group that was read last repeats its innermost part. */
  repeats: number;
}

/** What (?ims) has switched on. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

/** A character outside of brackets. */
export function plain(char: string, flags: Flags): string {
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

export function literal(char: string, flags: Flags): string {
  const cases = flags.ignoreCase ? caseVariants(char) : [char];
  const escaped = cases.map(escapeLiteral);
  return escaped.length === 1 ? (escaped[0] ?? '') : `[${escaped.join('')}]`;
}

export function caseVariants(char: string): string[] {
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

/** What follows a backslash, outside of brackets. */
export function escapeSequence(state: State, flags: Flags): string {
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

export function perlOrUnicodeClass(state: State): ClassEscape | null {
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
export function escapedCharacter(state: State): string {
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
