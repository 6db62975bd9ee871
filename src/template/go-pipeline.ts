import { didYouMean } from '../diagnostics/nearest.js';
import { GO_DATA, GO_FUNCTIONS } from './go-functions.js';
import type { GoAction, GoFault, GoToken, GoTokenKind } from './go-lexer.js';
import type { TemplateProblem } from './problem.js';

/** What a value is, as far as it matters: the alert's data, its labels, or anything. */
export type Meaning = 'root' | 'labels' | 'other';

/** A use of a label of the alert's series. */
export interface LabelUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What a pipeline sees and adds to. */
export interface GoScope {
  readonly variables: { readonly name: string; readonly meaning: Meaning }[];
  dot: Meaning;
}

export interface GoReport {
  readonly labels: LabelUse[];
  readonly problems: TemplateProblem[];
}

/** A template that Go's parser would stop at. */
export class GoSyntaxError extends Error {
  readonly fault: GoFault;

  constructor(message: string, { start, end }: { start: number; end: number }) {
    super(message);
    this.fault = { message, start, end };
  }
}

/** The tokens of one action, read one by one. */
export interface Reader {
  readonly action: GoAction;
  readonly peek: (skipSpace?: boolean) => GoToken | null;
  readonly next: (skipSpace?: boolean) => GoToken | null;
  /** How many parentheses are open. */
  depth: number;
}

const MAX_DEPTH = 200;

interface Operand {
  readonly meaning: Meaning;
  /** Of a string literal. */
  readonly string: GoToken | null;
  /** Neither a number nor another plain value: it may stand behind a `|`. */
  readonly executable: boolean;
  /** Of a function. */
  readonly name: string | null;
}

const KEYWORDS = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'nil',
  'template',
  'with',
]);
const PLAIN: Operand = { meaning: 'other', string: null, executable: false, name: null };

export function reader(action: GoAction): Reader {
  let at = 0;
  const find = (skipSpace: boolean): number => (skipSpace && action.tokens[at]?.kind === 'space' ? at + 1 : at);
  return {
    action,
    peek: (skipSpace = true) => action.tokens[find(skipSpace)] ?? null,
    next: (skipSpace = true) => {
      at = find(skipSpace);
      return action.tokens[at++] ?? null;
    },
    depth: 0,
  };
}

/** Parses a pipeline up to the end of the action, or to a `)`. */
export function parsePipeline(
  read: Reader,
  scope: GoScope,
  report: GoReport,
  context: string,
  end: 'close' | null,
): Meaning {
  const declared = declarations(read, context);
  const commands: (readonly Operand[])[] = [];
  for (let token = read.peek(); (token?.kind ?? null) !== end; token = read.peek()) {
    if (token === null || !startsOperand(token.kind)) throw unexpected(read, token, context);
    commands.push(parseCommand(read, scope, report));
    if (commands.length > 1 && commands.at(-1)?.[0]?.executable !== true) {
      throw new GoSyntaxError('Only a function can stand behind a "|"', token);
    }
  }
  if (commands.length === 0) throw new GoSyntaxError(`A value is missing in this ${context}`, read.action);
  const [only] = commands;
  const meaning = commands.length === 1 && only?.length === 1 ? (only[0]?.meaning ?? 'other') : 'other';
  for (const name of declared) scope.variables.push({ name, meaning: context === 'range' ? 'other' : meaning });
  return meaning;
}

function declarations(read: Reader, context: string): string[] {
  const declared: string[] = [];
  for (;;) {
    const variable = read.peek();
    if (variable?.kind !== 'variable') return declared;
    const ahead = afterVariable(read, variable);
    if (ahead === null) return declared;
    read.next();
    read.next();
    declared.push(variable.text);
    if (ahead.kind !== 'comma') return declared;
    if (context !== 'range' || declared.length > 1)
      throw new GoSyntaxError(`Too many declarations in this ${context}`, ahead);
    const second = read.peek();
    if (second !== null && second.kind !== 'variable')
      throw new GoSyntaxError('A range can only declare variables', second);
  }
}

/** The `:=`, `=` or `,` behind a variable, or null. */
function afterVariable(read: Reader, variable: GoToken): GoToken | null {
  const { tokens } = read.action;
  const index = tokens.indexOf(variable) + 1;
  const token = tokens[tokens[index]?.kind === 'space' ? index + 1 : index];
  return token !== undefined && ['declare', 'assign', 'comma'].includes(token.kind) ? token : null;
}

function parseCommand(read: Reader, scope: GoScope, report: GoReport): readonly Operand[] {
  const operands: Operand[] = [];
  const first = read.peek();
  for (;;) {
    const operand = parseOperand(read, scope, report);
    if (operand !== null) operands.push(operand);
    const token = read.peek(false);
    if (token?.kind === 'space') {
      read.next(false);
      continue;
    }
    if (token?.kind === 'pipe') read.next(false);
    else if (token !== null && token.kind !== 'close') throw unexpected(read, token, 'operand');
    break;
  }
  if (operands.length === 0) throw new GoSyntaxError('A command is missing', read.action);
  if (operands.length > 1 && operands[0]?.executable === false && first !== null) {
    complain(report, `${first.text} is no function and takes no arguments`, first, null);
  }
  noteIndexed(operands, report);
  return operands;
}

/** `index $labels "x"` uses the label x. */
function noteIndexed([called, map, key]: readonly Operand[], report: GoReport): void {
  if (called?.name !== 'index' || map?.meaning !== 'labels' || key?.string == null) return;
  const { text, start, end } = key.string;
  const name = text.slice(1, -1);
  if (!name.includes('\\')) report.labels.push({ name, start: start + 1, end: end - 1 });
}

function parseOperand(read: Reader, scope: GoScope, report: GoReport): Operand | null {
  const first = read.peek();
  const term = parseTerm(read, scope, report);
  if (first === null || term === null) return null;
  let meaning = term.meaning;
  // A field counts as a term of its own: `.Labels` is dot and a field.
  const chained = first.kind === 'field' || read.peek(false)?.kind === 'field';
  if (chained && first.kind !== 'field' && !term.executable) {
    throw new GoSyntaxError(`A "." cannot follow ${first.text}`, first);
  }
  for (let field = read.peek(false); field?.kind === 'field'; field = read.peek(false)) {
    read.next(false);
    meaning = fieldOf(meaning, field, report);
  }
  return { ...term, meaning };
}

function parseTerm(read: Reader, scope: GoScope, report: GoReport): Operand | null {
  const token = read.peek();
  if (token === null || !startsOperand(token.kind)) return null;
  if (token.kind === 'identifier' && KEYWORDS.has(token.text) && token.text !== 'nil') return null;
  read.next();
  switch (token.kind) {
    case 'identifier':
      return identifier(token, report);
    case 'dot':
      return { ...PLAIN, meaning: scope.dot };
    case 'field':
      return { ...PLAIN, meaning: fieldOf(scope.dot, token, report), executable: true };
    case 'variable':
      return { ...PLAIN, meaning: variable(token, scope, report), executable: true };
    case 'string':
      return { ...PLAIN, string: token };
    case 'open': {
      read.depth += 1;
      if (read.depth > MAX_DEPTH) throw new GoSyntaxError('The template is nested too deeply', token);
      const meaning = parsePipeline(read, scope, report, 'pair of parentheses', 'close');
      read.next();
      read.depth -= 1;
      return { ...PLAIN, meaning, executable: true };
    }
    default:
      return PLAIN;
  }
}

function identifier(token: GoToken, report: GoReport): Operand {
  if (['true', 'false', 'nil'].includes(token.text)) return PLAIN;
  if (!GO_FUNCTIONS.has(token.text)) {
    complain(
      report,
      `Prometheus has no template function "${token.text}"`,
      token,
      didYouMean(token.text, GO_FUNCTIONS),
    );
  }
  return { ...PLAIN, executable: true, name: token.text };
}

function variable(token: GoToken, scope: GoScope, report: GoReport): Meaning {
  const known = scope.variables.findLast(({ name }) => name === token.text);
  if (known === undefined) {
    const hint = didYouMean(
      token.text,
      scope.variables.map(({ name }) => name),
    );
    complain(report, `There is no variable ${token.text} here`, token, hint);
  }
  return known?.meaning ?? 'other';
}

function fieldOf(meaning: Meaning, field: GoToken, report: GoReport): Meaning {
  const name = field.text.slice(1);
  if (meaning === 'labels') report.labels.push({ name, start: field.start + 1, end: field.end });
  if (meaning !== 'root') return 'other';
  if (name === 'Labels') return 'labels';
  if (!GO_DATA.has(name)) {
    const hint = didYouMean(name, GO_DATA) ?? `There are ${[...GO_DATA].map((one) => `.${one}`).join(', ')}.`;
    complain(report, `An alert's template has no field ".${name}"`, field, hint);
  }
  return 'other';
}

export function complain(
  report: GoReport,
  message: string,
  at: { start: number; end: number },
  hint: string | null,
): void {
  report.problems.push({ code: 'template/bad-go-template', message, start: at.start, end: at.end, hint });
}

export function unexpected(read: Reader, token: GoToken | null, context: string): GoSyntaxError {
  return token === null
    ? new GoSyntaxError(`This ${context} ends too early`, read.action)
    : new GoSyntaxError(`"${token.text}" is not expected in this ${context}`, token);
}

function startsOperand(kind: GoTokenKind): boolean {
  return !['space', 'declare', 'assign', 'comma', 'pipe', 'close'].includes(kind);
}
