/** Tokens inside `{{ }}`, as Go's text/template has them. */
export type GoTokenKind =
  | 'space'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'dot'
  | 'string'
  | 'char'
  | 'number'
  | 'declare'
  | 'assign'
  | 'comma'
  | 'pipe'
  | 'open'
  | 'close';

export interface GoToken {
  readonly kind: GoTokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One `{{ … }}` that is not a comment. */
export interface GoAction {
  /** Of the whole action, with its braces. */
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly GoToken[];
}

export interface GoFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = ' \t\r\n';
const OPENED = '{{';
const CLOSED = '}}';
const PUNCTUATION: Readonly<Record<string, GoTokenKind>> = {
  ':=': 'declare',
  '=': 'assign',
  ',': 'comma',
  '|': 'pipe',
  '(': 'open',
  ')': 'close',
};
const STRING = /"(?:[^"\\\n]|\\.)*"/uy;
const RAW_STRING = /`[^`]*`/uy;
const CHARACTER = /'(?:[^'\\\n]|\\.)+'/uy;
const NAME = /[\p{L}\p{Nd}_]+/uy;
const NUMBER = /[+-]?[\p{L}\p{Nd}_.]+(?:(?<=[eEpP])[+-][\p{L}\p{Nd}_]+)?i?/uy;
const GO_NUMBER =
  /^[+-]?(?:0[xX][\da-fA-F_]+(?:\.[\da-fA-F_]*)?(?:[pP][+-]?\d+)?|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?i?)$/;
const ESCAPES = /\\(?:[abfnrtv\\]|[0-7]{3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})/g;

/** Splits a text into its actions; stops at the first fault, as Go does. */
export function lexGoTemplate(text: string): { actions: readonly GoAction[]; fault: GoFault | null } {
  const actions: GoAction[] = [];
  let at = text.indexOf(OPENED);
  while (at >= 0) {
    const start = at;
    let inside = start + 2;
    if (text[inside] === '-' && isSpace(text[inside + 1])) inside += 2;
    if (text.startsWith('/*', inside)) {
      const end = commentEnd(text, inside);
      if (end < 0)
        return { actions, fault: { message: 'The comment does not end with "*/}}"', start, end: start + 2 } };
      at = text.indexOf(OPENED, end);
      continue;
    }
    const action = lexAction(text, start, inside);
    if ('message' in action) return { actions, fault: action };
    actions.push(action);
    at = text.indexOf(OPENED, action.end);
  }
  return { actions, fault: null };
}

function commentEnd(text: string, start: number): number {
  const star = text.indexOf('*/', start + 2);
  if (star < 0) return -1;
  const rest = text.slice(star + 2, star + 6);
  const closing = /^(?:[ \t\r\n]-)?\}\}/.exec(rest);
  return closing === null ? -1 : star + 2 + closing[0].length;
}

function lexAction(text: string, start: number, from: number): GoAction | GoFault {
  const tokens: GoToken[] = [];
  let depth = 0;
  let at = from;
  for (;;) {
    const closing = closingAt(text, at);
    if (closing > at) {
      if (depth > 0) return fault('A "(" is not closed', at, at + 1);
      return { start, end: closing, tokens };
    }
    if (at >= text.length) return fault('This "{{" has no closing "}}"', start, start + 2);
    const token = lexToken(text, at);
    if ('message' in token) return token;
    if (token.kind === 'open') depth++;
    if (token.kind === 'close' && --depth < 0) return fault('There is no "(" to this ")"', at, at + 1);
    tokens.push(token);
    at = token.end;
  }
}

/** The offset behind `}}` or ` -}}` at `at`, or `at` when there is none. */
function closingAt(text: string, at: number): number {
  if (text.startsWith(CLOSED, at)) return at + 2;
  return isSpace(text[at]) && text.startsWith('-}}', at + 1) ? at + 4 : at;
}

function lexToken(text: string, at: number): GoToken | GoFault {
  const char = text[at] ?? '';
  const token = (kind: GoTokenKind, end: number): GoToken => ({ kind, text: text.slice(at, end), start: at, end });
  if (isSpace(char)) {
    let end = at + 1;
    while (isSpace(text[end]) && closingAt(text, end) === end) end++;
    return token('space', end);
  }
  if (char === '"') return literal(text, at, STRING, 'string', token);
  if (char === '`') return literal(text, at, RAW_STRING, 'string', token);
  if (char === "'") return literal(text, at, CHARACTER, 'char', token);
  const two = text.slice(at, at + 2);
  if (two === ':=') return token('declare', at + 2);
  const punctuation = PUNCTUATION[char];
  if (punctuation !== undefined) return token(punctuation, at + 1);
  if (char === '$') return word(text, at + 1, 'variable', token);
  const next = text[at + 1] ?? '';
  if (char === '.' && !/\d/.test(next)) {
    NAME.lastIndex = at + 1;
    return NAME.test(text) ? word(text, at + 1, 'field', token) : terminated(text, token('dot', at + 1));
  }
  if (/[+\-.\d]/.test(char)) return number(text, at, token);
  if (/[\p{L}_]/u.test(char)) return word(text, at, 'identifier', token);
  return fault(`"${char}" is not expected in "{{ }}"`, at, at + 1);
}

function literal(
  text: string,
  at: number,
  pattern: RegExp,
  kind: 'string' | 'char',
  token: (kind: GoTokenKind, end: number) => GoToken,
): GoToken | GoFault {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return fault(`The ${kind === 'char' ? 'character' : 'string'} does not end`, at, at + 1);
  const quote = text[at] ?? '';
  const end = at + match[0].length;
  if (quote === '`') return token(kind, end);
  const body = match[0].slice(1, -1).replaceAll(`\\${quote}`, quote === '"' ? '' : '_');
  // Each known escape stands for one character; a backslash that is left belongs to none.
  const plain = body.replace(/\\\\/g, '_').replace(ESCAPES, '_');
  if (plain.includes('\\')) return fault(`${match[0]} holds an unknown escape`, at, end);
  if (kind === 'char' && [...plain].length !== 1) return fault(`${match[0]} is not one character`, at, end);
  return token(kind, end);
}

function number(text: string, at: number, token: (kind: GoTokenKind, end: number) => GoToken): GoToken | GoFault {
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(text);
  const end = at + (match?.[0].length ?? 1);
  const digits = text.slice(at, end);
  return GO_NUMBER.test(digits) ? token('number', end) : fault(`"${digits}" is not a number`, at, end);
}

function word(
  text: string,
  from: number,
  kind: GoTokenKind,
  token: (kind: GoTokenKind, end: number) => GoToken,
): GoToken | GoFault {
  NAME.lastIndex = from;
  const match = NAME.exec(text);
  return terminated(text, token(kind, from + (match?.[0].length ?? 0)));
}

/** Go wants a separator behind a word: `a"b"` is refused. */
function terminated(text: string, token: GoToken): GoToken | GoFault {
  const next = text[token.end];
  if (next === undefined || SPACE.includes(next) || '.,|:()'.includes(next) || text.startsWith(CLOSED, token.end)) {
    return token;
  }
  return fault(`"${next}" is not expected here`, token.end, token.end + 1);
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && char !== '' && SPACE.includes(char);
}

function fault(message: string, start: number, end: number): GoFault {
  return { message, start, end };
}
