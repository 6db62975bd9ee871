import type { Range } from './ast.js';

export type TokenKind = 'word' | 'number' | 'string' | 'open' | 'close' | 'symbol';

export interface Token extends Range {
  readonly kind: TokenKind;
  readonly text: string;
  /** A string whose closing quote is missing. */
  readonly unterminated: boolean;
}

const TOKEN =
  /[ \t\r\n]+|#[^\n]*|(?<string>"(?:[^"\\\n]|\\[^\n])*"?|'(?:[^'\\\n]|\\[^\n])*'?|`[^`]*`?)|(?<word>[A-Za-z_:][A-Za-z0-9_:]*)|(?<number>[0-9.][A-Za-z0-9_.]*)|(?<open>[([{])|(?<close>[)\]}])|(?<symbol>=~|!~|==|!=|<=|>=|&&|\|\||[\s\S])/gu;

/** A rough look at the text, to say what is wrong with it in better words than a table-driven parser can. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0];
    if (kind === undefined) continue;
    const value = match[0];
    tokens.push({
      kind: kind as TokenKind,
      text: value,
      start: match.index,
      end: match.index + value.length,
      unterminated: kind === 'string' && !isClosed(value),
    });
  }
  return tokens;
}

function isClosed(literal: string): boolean {
  const quote = literal.charAt(0);
  if (literal.length < 2 || !literal.endsWith(quote)) return false;
  if (quote === '`') return true;
  // An odd number of backslashes before the last quote escapes it.
  const backslashes = /\\*$/.exec(literal.slice(1, -1))?.[0].length ?? 0;
  return backslashes % 2 === 0;
}

/** Text that holds no string, without layout and comments. */
export function compact(text: string): string {
  return text.replace(/\s+|#[^\n]*/g, '');
}
