import { type Evaluate, EvaluationFault, type Scope, type TemplateName } from './compilation.js';
import { compileExpression } from './expression.js';
import type { TemplateProblem } from './problem.js';
import { skipBracket } from './scan.js';
import { kindOf, scalarText } from './values.js';

/** Longest text that a template may become. */
const MAX_RENDERED_LENGTH = 1_048_576;
/** Enough for every text of a large repo; a watcher that outlives many versions starts afresh. */
const MAX_REMEMBERED = 20_000;

interface Part {
  /** The range of the template's text. */
  readonly start: number;
  readonly end: number;
  /** Literal text, or null for a placeholder. */
  readonly literal: string | null;
  readonly evaluate: Evaluate | null;
}

/** A parsed text with placeholders. Made by parseTemplate, used by renderTemplate. */
export interface TextTemplate {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly names: readonly TemplateName[];
  /** What every rendering of a text without placeholders is. */
  readonly constant: Rendering | null;
}

export interface ParsedTemplate {
  readonly template: TextTemplate;
  readonly problems: readonly TemplateProblem[];
}

/** Where each part of a rendered text ends; templateRange reads it. */
export interface RenderMap {
  readonly parts: readonly Part[];
  readonly ends: readonly number[];
}

export interface Rendering {
  readonly text: string;
  readonly problems: readonly TemplateProblem[];
  readonly map: RenderMap;
}

const remembered = new Map<string, ParsedTemplate>();

/** Parses a text with `${…}` placeholders. The template can be rendered even when there are problems. */
export function parseTemplate(text: string): ParsedTemplate {
  let parsed = remembered.get(text);
  if (parsed === undefined) {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    parsed = parse(text);
    remembered.set(text, parsed);
  }
  return parsed;
}

function parse(text: string): ParsedTemplate {
  const parts: Part[] = [];
  const names: TemplateName[] = [];
  const problems: TemplateProblem[] = [];
  const literal = (start: number, end: number, as = text.slice(start, end)): void => {
    if (start < end) parts.push({ start, end, literal: as, evaluate: null });
  };
  let done = 0;
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', done)) {
    if (at > done && text[at - 1] === '$') {
      literal(done, at - 1);
      literal(at - 1, at + 2, '${');
      done = at + 2;
      continue;
    }
    literal(done, at);
    const end = skipBracket(text, at + 1);
    if (end < 0) {
      problems.push({
        code: 'template/syntax',
        message: 'This "${" has no closing "}"',
        start: at,
        end: at + 2,
        hint: 'Write "$${" for a literal "${".',
      });
      done = at;
      break;
    }
    const expression = compileExpression(text.slice(at + 2, end - 1), at + 2);
    names.push(...expression.names);
    problems.push(
      ...expression.problems.map((found) => (found.start < found.end ? found : { ...found, start: at, end })),
    );
    if (expression.problems.length > 0) literal(at, end);
    else parts.push({ start: at, end, literal: null, evaluate: expression.evaluate });
    done = end;
  }
  literal(done, text.length);
  const constant = parts.every((part) => part.evaluate === null) ? renderParts(text, parts, {}) : null;
  return { template: { text, parts, names, constant }, problems };
}

/** Fills in the placeholders. A placeholder that cannot be evaluated is a problem and leaves nothing in the text. */
export function renderTemplate(template: TextTemplate, scope: Scope): Rendering {
  return template.constant ?? renderParts(template.text, template.parts, scope);
}

function renderParts(templateText: string, parts: readonly Part[], scope: Scope): Rendering {
  const problems: TemplateProblem[] = [];
  const ends: number[] = [];
  let text = '';
  for (const part of parts) {
    text += part.literal ?? renderPart(part, scope, problems);
    if (text.length > MAX_RENDERED_LENGTH) {
      const message = 'The rendered text is too long';
      problems.push({ code: 'template/evaluation', message, start: 0, end: templateText.length, hint: null });
      break;
    }
    ends.push(text.length);
  }
  return { text, problems, map: { parts, ends } };
}

function renderPart(part: Part, scope: Scope, problems: TemplateProblem[]): string {
  const problem = (message: string, hint: string | null): void => {
    problems.push({ code: 'template/evaluation', message, start: part.start, end: part.end, hint });
  };
  try {
    const value = part.evaluate?.(scope);
    const text = scalarText(value);
    if (text !== null) return text;
    if (Array.isArray(value)) problem('The placeholder gives a list', "Add a filter such as `| join(',')`.");
    else if (value === null) problem('The placeholder gives null', 'Set the value, or add `| default(…)`.');
    else
      problem(
        `The placeholder gives ${typeof value === 'number' ? 'no finite number' : kindOf(value)}`,
        'Name one of its keys.',
      );
  } catch (error) {
    if (error instanceof EvaluationFault) problems.push(error.problem);
    // Data nested so deeply that a filter runs out of stack.
    else if (error instanceof RangeError) problem('The value is nested too deeply', null);
    else throw error;
  }
  return '';
}

/** The range of the template's text that a range of the rendered text came from. */
export function templateRange(map: RenderMap, start: number, end: number): { start: number; end: number } {
  const first = templatePlace(map, start);
  const last = templatePlace(map, Math.max(start, end - 1));
  return { start: first.start, end: Math.max(first.start, end > start ? last.end : first.start) };
}

/** The template's range for one character: the character itself, or the whole placeholder that made it. */
function templatePlace({ parts, ends }: RenderMap, offset: number): { start: number; end: number } {
  let begin = 0;
  for (const [index, end] of ends.entries()) {
    const part = parts[index];
    if (part === undefined) break;
    if (offset < end) {
      const verbatim = part.evaluate === null && end - begin === part.end - part.start;
      const start = part.start + offset - begin;
      return verbatim ? { start, end: start + 1 } : { start: part.start, end: part.end };
    }
    begin = end;
  }
  const last = parts[ends.length - 1]?.end ?? 0;
  return { start: last, end: last };
}
