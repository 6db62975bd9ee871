import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { ParsedExpr, Range } from './ast.js';
import { checkTypes } from './check.js';
import { isAggregator, isFunction, nearestFunction } from './functions.js';
import { type PromqlProblem, problem } from './problem.js';
import { type Token, tokenize } from './tokens.js';
import { buildTree } from './tree.js';

export interface ParseResult {
  /** null where there are problems. */
  readonly expr: ParsedExpr | null;
  readonly problems: readonly PromqlProblem[];
}

const remembered = new Map<string, ParseResult>();
const CACHE_SIZE = 10_000;

/**
 * Parses and type-checks an expression as Prometheus does. One text gives one and the same ParsedExpr, so that what
 * is derived from it is computed once however many rules share the text.
 */
export function parseExpr(text: string): ParseResult {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= CACHE_SIZE) remembered.clear();
  const result = parse(text);
  remembered.set(text, result);
  return result;
}

function parse(text: string): ParseResult {
  const tokens = tokenize(text);
  const lexical = lexicalProblem(text, tokens) ?? sizeProblem(tokens);
  if (lexical !== null) return { expr: null, problems: [lexical] };
  const { unknown, masked } = maskFunctions(text, tokens);
  const problems = unknown.map(unknownFunction);
  const tree = parser.parse(masked);
  const broken = firstError(tree);
  if (broken !== null) {
    // A name of one letter cannot be masked; the error behind it is its own.
    const isOwn = unknown.some((token) => token.end - token.start === 1 && token.end <= broken.from);
    return { expr: null, problems: isOwn ? problems : [...problems, syntaxProblem(text, tokens, broken)] };
  }
  const built = buildTree(text, tree.topNode);
  const found = [...problems, ...built.problems];
  if (found.length > 0) return { expr: null, problems: found };
  const typed = checkTypes(built.expr.root);
  return typed.length > 0 ? { expr: null, problems: typed } : { expr: built.expr, problems: [] };
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Unterminated strings, strange characters and unbalanced brackets, which would make a parser talk of their consequences. */
function lexicalProblem(text: string, tokens: readonly Token[]): PromqlProblem | null {
  if (tokens.length === 0) return problem('promql/syntax', { start: 0, end: text.length }, 'The expression is empty');
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.unterminated) return problem('promql/syntax', token, 'The string is never closed');
    if (token.kind === 'symbol' && /^[^\x21-\x7e]/.test(token.text)) {
      return problem('promql/syntax', token, `The character ${JSON.stringify(token.text)} is not allowed here`);
    }
    if (token.kind === 'open') open.push(token);
    if (token.kind !== 'close') continue;
    const opened = open.pop();
    if (opened === undefined) return problem('promql/syntax', token, `\`${token.text}\` closes nothing`);
    if (CLOSING[opened.text] !== token.text) {
      return problem('promql/syntax', token, `\`${token.text}\` stands where \`${CLOSING[opened.text]}\` is expected`);
    }
  }
  const left = open.at(-1);
  return left === undefined ? null : problem('promql/syntax', left, `\`${left.text}\` is never closed`);
}

/** Beyond these, the stack of the grammar's parser overflows, and it would call the innermost part unexpected. */
const MAX_NESTING = 100;
const MAX_OPERATORS = 200;
const OPERATORS = /^(?:[-+*/%^<>]|[=!<>]=|and|or|unless|atan2)$/i;

function sizeProblem(tokens: readonly Token[]): PromqlProblem | null {
  let depth = 0;
  let operators = 0;
  let matchers = false;
  for (const token of tokens) {
    if (token.text === '{' || token.text === '}') matchers = token.text === '{';
    if (token.kind === 'open') depth += 1;
    if (token.kind === 'close') depth -= 1;
    if (depth > MAX_NESTING) return problem('promql/syntax', token, 'The expression is nested too deeply');
    if (!matchers && OPERATORS.test(token.text)) operators += 1;
    if (operators > MAX_OPERATORS)
      return problem('promql/syntax', token, `The expression has more than ${MAX_OPERATORS} operators`);
  }
  return null;
}

export const KEYWORDS: ReadonlySet<string> = new Set([
  'and',
  'atan2',
  'bool',
  'by',
  'fill',
  'fill_left',
  'fill_right',
  'group_left',
  'group_right',
  'ignoring',
  'inf',
  'nan',
  'offset',
  'on',
  'or',
  'unless',
  'without',
]);

/** Functions of ours that the grammar does not have. */
const NOT_IN_GRAMMAR: ReadonlySet<string> = new Set(['holt_winters', 'integral', 'min_of', 'max_of']);

/**
 * The grammar knows functions by name. Names that it lacks are overwritten by one that it has, so that offsets stay
 * and the rest of the expression is parsed; the tree is built from the author's text.
 */
function maskFunctions(text: string, tokens: readonly Token[]): { unknown: Token[]; masked: string } {
  const unknown: Token[] = [];
  const edits: { readonly range: Range; readonly text: string }[] = [];
  let brackets = 0;
  tokens.forEach((token, i) => {
    if (token.text === '[') brackets += 1;
    if (token.text === ']') brackets -= 1;
    // Prometheus reads `5.` as a number, the grammar does not.
    if (token.kind === 'number' && /^\d+\.$/.test(token.text)) {
      edits.push({ range: token, text: `${token.text.slice(0, -1)} ` });
    }
    if (token.kind !== 'word' || brackets > 0 || tokens[i + 1]?.text !== '(') return;
    const previous = tokens[i - 1]?.text.toLowerCase() ?? '';
    if (KEYWORDS.has(token.text.toLowerCase()) || isAggregator(token.text) || previous === 'offset') return;
    if (previous === '@' && /^(?:start|end)$/i.test(token.text)) return;
    if (!isFunction(token.text)) unknown.push(token);
    else if (!NOT_IN_GRAMMAR.has(token.text)) return;
    if (token.text.length >= 2) edits.push({ range: token, text: 'ln'.padEnd(token.text.length) });
  });
  let masked = text;
  for (const edit of edits) masked = masked.slice(0, edit.range.start) + edit.text + masked.slice(edit.range.end);
  return { unknown, masked };
}

function unknownFunction(token: Token): PromqlProblem {
  const nearest = nearestFunction(token.text);
  return problem(
    'promql/unknown-function',
    token,
    `Function \`${token.text}\` does not exist`,
    nearest === null ? null : `Did you mean \`${nearest}\`?`,
  );
}

function firstError(tree: Tree): SyntaxNode | null {
  let found: SyntaxNode | null = null;
  tree.iterate({
    enter(node) {
      if (found !== null) return false;
      if (node.type.isError) found = node.node;
      return found === null;
    },
  });
  return found;
}

const HINTS: Readonly<Record<string, string>> = {
  '&&': 'PromQL says `and`',
  '||': 'PromQL says `or`',
  '!': 'PromQL has no negation; `unless` takes away, `absent()` tests for nothing',
  '=': 'a comparison is written `==`',
  '=~': 'a matcher belongs in braces: metric{label=~"…"}',
  '!~': 'a matcher belongs in braces: metric{label!~"…"}',
};

function syntaxProblem(text: string, tokens: readonly Token[], error: SyntaxNode): PromqlProblem {
  const token = tokens.find((each) => each.end > error.from);
  if (token === undefined) {
    const last = tokens.at(-1) ?? { start: 0, end: text.length, text: '' };
    return problem('promql/syntax', last, `The expression ends too early, after \`${last.text}\``);
  }
  return problem(
    'promql/syntax',
    token,
    `Unexpected \`${shorten(token.text)}\`${inside(error)}`,
    HINTS[token.text] ?? null,
  );
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

const PLACES: Readonly<Record<string, string>> = {
  LabelMatchers: ' in a list of matchers',
  UnquotedLabelMatcher: ' in a matcher',
  QuotedLabelMatcher: ' in a matcher',
  GroupingLabels: ' in a list of labels',
  FunctionCallBody: ' in a list of arguments',
  DurationExpr: ' in a duration',
  NumberDurationLiteralInDurationContext: ' in a duration',
  OffsetExpr: ' where `offset` needs a duration',
};

function inside(error: SyntaxNode): string {
  return PLACES[error.parent?.name ?? ''] ?? '';
}
