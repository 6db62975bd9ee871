// nunjucks' parser alone: its engine takes five times as long to load, and generates code, which aami never wants.
import lexer from 'nunjucks/src/lexer.js';
import nunjucks, { type NunjucksNode } from 'nunjucks/src/parser.js';
import { bracketDepth, skipBracket, skipString } from './scan.js';

const MAX_LENGTH = 2_000;
const MAX_NESTING = 32;

/**
 * Delimiters that no expression holds (control characters are refused first), so that nothing inside one is
 * taken for its end, for a block tag or for a comment.
 */
const TAGS = {
  blockStart: '\u0001',
  blockEnd: '\u0002',
  variableStart: '\u0003',
  variableEnd: '\u0004',
  commentStart: '\u0005',
  commentEnd: '\u0006',
};

/** A range of the expression's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface SyntaxFault extends Range {
  readonly message: string;
}

/** A parsed expression; `rangeOf` finds the text of a node. */
export type ParsedExpression =
  | { readonly node: NunjucksNode; readonly rangeOf: (node: NunjucksNode) => Range }
  | { readonly node: null; readonly fault: SyntaxFault };

/** Parses one expression with nunjucks' own parser. Nothing is compiled or run. */
export function parseExpression(source: string): ParsedExpression {
  const whole = { start: 0, end: source.length };
  if (source.trim() === '') return fault('The placeholder is empty', whole);
  if (source.length > MAX_LENGTH) return fault(`The expression is longer than ${MAX_LENGTH} characters`, whole);
  if (bracketDepth(source) > MAX_NESTING) return fault('The expression is nested too deeply', whole);
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.exec(source);
  if (control !== null) {
    return fault('The expression holds a control character', { start: control.index, end: control.index + 1 });
  }
  const lineStarts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const offset = (line: number, column: number): number =>
    Math.min((lineStarts[line] ?? source.length) + column, source.length);
  const unexpected = (line: number, column: number): ParsedExpression => {
    const start = offset(line, column);
    const end = tokenEnd(source, start);
    return source.slice(start).trim() === ''
      ? fault('The expression ends too early', whole)
      : fault(`"${source.slice(start, end)}" is not expected here`, { start, end });
  };

  try {
    // The line break keeps the end apart from a name before it.
    const tokens = lexer.lex(`${source}\n${TAGS.variableEnd}`, { tags: TAGS });
    tokens.in_code = true;
    const parser = new nunjucks.Parser(tokens);
    // nunjucks drops the first of two argument lists (`x | join(a)(b)`) without a word.
    parser.parseFilterArgs = () => (parser.peekToken()?.type === 'left-paren' ? parser.parseSignature().children : []);
    const node = parser.parseExpression();
    const rest = parser.peekToken();
    if (rest !== null && rest.type !== 'variable-end') return unexpected(rest.lineno, rest.colno);
    return { node, rangeOf: (part) => nodeRange(part, source, offset) };
  } catch (error) {
    // TemplateError counts from 1; anything else is nunjucks stumbling over what it did not foresee.
    const place = error as { lineno?: unknown; colno?: unknown };
    return typeof place.lineno === 'number' && typeof place.colno === 'number' && place.lineno > 0
      ? unexpected(place.lineno - 1, place.colno - 1)
      : fault('The placeholder does not hold an expression', whole);
  }
}

function fault(message: string, range: Range): ParsedExpression {
  return { node: null, fault: { message, ...range } };
}

/** The children of a node, whatever its kind. */
export function childNodes(node: NunjucksNode): NunjucksNode[] {
  return node.fields.flatMap((field) => {
    const value: unknown = (node as unknown as Record<string, unknown>)[field];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

export function isNode(value: unknown): value is NunjucksNode {
  return typeof value === 'object' && value !== null && 'typename' in value && 'fields' in value;
}

/** nunjucks gives only the place of one token of each node; the range is that token and all below it. */
function nodeRange(node: NunjucksNode, source: string, offset: (line: number, column: number) => number): Range {
  let start = offset(node.lineno, node.colno);
  let end = tokenEnd(source, start);
  if (node.typename === 'Filter') {
    const open = end + (/^\s*(?=\()/.exec(source.slice(end))?.[0].length ?? 0);
    if (source[open] === '(') end = tokenEnd(source, open);
  }
  for (const child of childNodes(node)) {
    const range = nodeRange(child, source, offset);
    start = Math.min(start, range.start);
    end = Math.max(end, range.end);
  }
  return { start, end };
}

/** The end of the token at `start`; a bracket reaches to the one that closes it. */
function tokenEnd(source: string, start: number): number {
  const char = source[start] ?? '';
  if (char === '"' || char === "'") return positive(skipString(source, start), source.length);
  if ('([{'.includes(char) && char !== '') return positive(skipBracket(source, start), start + 1);
  const word = /^[\w$@]+(?:\.\d+)?/.exec(source.slice(start, start + 200));
  return Math.min(start + (word?.[0].length ?? 1), source.length);
}

function positive(value: number, fallback: number): number {
  return value < 0 ? fallback : value;
}
