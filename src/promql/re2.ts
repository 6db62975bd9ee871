import { compilePattern } from '../template/pattern.js';
import { escapeSequence, type Flags, plain, RegexProblem, type State } from './re2-characters.js';
import { characterClass } from './re2-classes.js';

/**
 * RE2, the regex language of PromQL, in JavaScript's. RE2 has no lookaround and no backreferences and matches in
 * linear time; what it refuses is refused here, so that a broken matcher is found before Prometheus finds it.
 */
export type Regex =
  | { readonly kind: 'regex'; readonly regex: { readonly test: (value: string) => boolean } }
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

/** A regex in JavaScript's language with the flag `u`, unanchored; null where it cannot be said there. */
export function regexInJavaScript(source: string): string | null {
  try {
    const { body, opaque } = translate(source);
    return opaque === null ? body : null;
  } catch {
    return null;
  }
}

function translate(source: string): { readonly body: string; readonly opaque: string | null } {
  const state: State = { chars: Array.from(source), at: 0, depth: 0, opaque: null, repeats: 1 };
  const body = alternation(state, { ignoreCase: false, multiLine: false, dotAll: true });
  if (state.at < state.chars.length) throw new RegexProblem('unexpected `)`');
  return { body, opaque: state.opaque };
}

function compile(source: string): Regex {
  try {
    const { body, opaque } = translate(source);
    if (opaque !== null) return { kind: 'opaque', message: opaque };
    return anchored(`^(?:${body})$`);
  } catch (error) {
    if (error instanceof RegexProblem) return { kind: 'invalid', message: error.message };
    return { kind: 'opaque', message: 'the regex is beyond what aami can evaluate' };
  }
}

/** A repeated group such as `(a+)+` could make JavaScript backtrack for ever; what has none is matched natively. */
function anchored(source: string): Regex {
  if (!/\)[*+{]/.test(source)) return { kind: 'regex', regex: new RegExp(source, 'u') };
  const { pattern, ...refusal } = compilePattern(source);
  if (pattern !== null) return { kind: 'regex', regex: { test: pattern.matches } };
  return { kind: 'opaque', message: `the regex ${'message' in refusal ? refusal.message : 'cannot be evaluated'}` };
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
  // How often the last part repeats its innermost one, and the most of all parts.
  let repeats = 1;
  let most = 1;
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
      repeats *= repeatCount(quantifier);
      if (repeats > MAX_REPEAT)
        throw new RegexProblem(`\`${quantifier}\` repeats something more than ${MAX_REPEAT} times in all`);
      most = Math.max(most, repeats);
      out += quantifier;
      repeated = true;
      continue;
    }
    repeated = false;
    repeatable = true;
    repeats = 1;
    if (char === '(') {
      const group = openGroup(state, flags);
      if (group.flags !== null) {
        flags = group.flags;
        repeatable = false;
        continue;
      }
      out += group.text;
      repeats = state.repeats;
      most = Math.max(most, repeats);
    } else if (char === '[') {
      out += characterClass(state, flags);
    } else if (char === '\\') {
      out += escapeSequence(state, flags);
    } else {
      state.at += 1;
      out += plain(char, flags);
    }
  }
  state.repeats = most;
  return out;
}

/** What RE2 counts: the larger number in braces. */
function repeatCount(quantifier: string): number {
  const numbers = (quantifier.match(/\d+/g) ?? []).map(Number);
  return Math.max(1, ...numbers);
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
