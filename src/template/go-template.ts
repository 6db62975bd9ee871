import { type GoAction, lexGoTemplate } from './go-lexer.js';
import {
  complain,
  type GoReport,
  type GoScope,
  GoSyntaxError,
  type LabelUse,
  type Meaning,
  parsePipeline,
  type Reader,
  reader,
  unexpected,
} from './go-pipeline.js';
import type { TemplateProblem } from './problem.js';

export type { LabelUse } from './go-pipeline.js';

export interface GoTemplateInspection {
  /** Labels of the series that the template reads. */
  readonly labelsUsed: readonly LabelUse[];
  readonly problems: readonly TemplateProblem[];
}

/** Prometheus puts these before each template of an alert. */
const GIVEN: readonly { readonly name: string; readonly meaning: Meaning }[] = [
  { name: '$', meaning: 'root' },
  { name: '$labels', meaning: 'labels' },
  { name: '$externalLabels', meaning: 'other' },
  { name: '$externalURL', meaning: 'other' },
  { name: '$value', meaning: 'other' },
];
const NOTHING: GoTemplateInspection = { labelsUsed: [], problems: [] };
const MAX_NESTING = 200;

/** The template under inspection: its actions, read in order, and what is found on the way. */
interface Walk {
  readonly actions: readonly GoAction[];
  at: number;
  depth: number;
  readonly report: GoReport;
  readonly defined: Set<string>;
  readonly called: { readonly name: string; readonly start: number; readonly end: number }[];
}

/** How a list of actions ended. */
type Ending = { readonly kind: 'end' | 'else'; readonly read: Reader } | null;

/**
 * Parses a label or annotation as Prometheus's Go templates, as far as Go's own parser looks, and a little
 * further: fields that an alert does not have, and templates that are not defined.
 */
export function inspectGoTemplate(text: string): GoTemplateInspection {
  if (!text.includes('{{')) return NOTHING;
  const { actions, fault } = lexGoTemplate(text);
  const report: GoReport = { labels: [], problems: [] };
  const walk: Walk = { actions, at: 0, depth: 0, report, defined: new Set(), called: [] };
  try {
    const ending = parseList(walk, { variables: [...GIVEN], dot: 'root' }, { top: true, range: false });
    if (ending !== null) throw new GoSyntaxError(`There is nothing to this "${ending.kind}"`, ending.read.action);
    for (const call of walk.called) {
      if (fault === null && !walk.defined.has(call.name)) {
        complain(
          report,
          `There is no template "${call.name}" here`,
          call,
          'Only templates defined in this text can be used.',
        );
      }
    }
    if (fault !== null) complain(report, fault.message, fault, null);
  } catch (error) {
    if (!(error instanceof GoSyntaxError)) throw error;
    // Behind a fault of the lexer everything seems to end too early.
    const found = error.cause === 'early-end' && fault !== null ? fault : error.fault;
    complain(report, found.message, found, null);
  }
  return { labelsUsed: report.labels, problems: report.problems };
}

/** Makes a literal text safe as a label or annotation: Prometheus prints it as it is. */
export function escapeGoTemplate(literal: string): string {
  return literal.replaceAll('{{', '{{"{{"}}');
}

interface Place {
  readonly top: boolean;
  readonly range: boolean;
}

function parseList(walk: Walk, scope: GoScope, place: Place): Ending {
  for (let action = walk.actions[walk.at]; action !== undefined; action = walk.actions[walk.at]) {
    walk.at++;
    const ending = parseAction(walk, reader(action), scope, place);
    if (ending !== null) return ending;
  }
  return null;
}

function parseAction(walk: Walk, read: Reader, scope: GoScope, place: Place): Ending {
  const word = read.peek();
  switch (word?.kind === 'identifier' ? word.text : '') {
    case 'if':
    case 'with':
    case 'range':
      read.next();
      parseControl(walk, read, word?.text ?? '', scope, place);
      return null;
    case 'end':
      read.next();
      finish(read, 'end');
      return { kind: 'end', read };
    case 'else':
      read.next();
      if (read.peek()?.text !== 'if') finish(read, 'else');
      return { kind: 'else', read };
    case 'break':
    case 'continue':
      read.next();
      finish(read, word?.text ?? '');
      if (!place.range) throw new GoSyntaxError(`"${word?.text}" stands outside of a range`, read.action);
      return null;
    case 'define':
      read.next();
      if (!place.top) throw new GoSyntaxError('A "define" cannot stand inside of another action', read.action);
      walk.defined.add(templateName(read, 'define'));
      finish(read, 'define');
      parseBody(
        walk,
        read,
        { variables: [{ name: '$', meaning: 'other' }], dot: 'other' },
        { top: false, range: false },
      );
      return null;
    case 'block': {
      read.next();
      walk.defined.add(templateName(read, 'block'));
      parsePipeline(read, scope, walk.report, 'block', null);
      parseBody(
        walk,
        read,
        { variables: [{ name: '$', meaning: 'other' }], dot: 'other' },
        { top: false, range: false },
      );
      return null;
    }
    case 'template': {
      read.next();
      const name = templateName(read, 'template');
      walk.called.push({ name, start: read.action.start, end: read.action.end });
      if (read.peek() !== null) parsePipeline(read, scope, walk.report, 'template', null);
      return null;
    }
    default:
      parsePipeline(read, scope, walk.report, 'action', null);
      return null;
  }
}

function parseControl(walk: Walk, read: Reader, word: string, scope: GoScope, place: Place): void {
  if (++walk.depth > MAX_NESTING) throw new GoSyntaxError('The template is nested too deeply', read.action);
  const variables = scope.variables.length;
  const meaning = parsePipeline(read, scope, walk.report, word, null);
  const dot = { if: scope.dot, with: meaning }[word] ?? 'other';
  const inner: GoScope = { variables: scope.variables, dot };
  const body = { top: false, range: place.range || word === 'range' };
  let ending = parseList(walk, inner, body);
  if (ending?.kind === 'else') {
    const otherwise = { variables: scope.variables, dot: scope.dot };
    const nested = ending.read.peek();
    if (nested !== null) {
      // `else if` shares the `end` of its `if`.
      if (word !== 'if') throw unexpected(ending.read, nested, 'else');
      ending.read.next();
      parseControl(walk, ending.read, 'if', otherwise, { top: false, range: place.range });
      scope.variables.length = variables;
      walk.depth--;
      return;
    }
    ending = parseList(walk, otherwise, { top: false, range: place.range });
    if (ending?.kind === 'else') throw new GoSyntaxError('There is an "else" too many', ending.read.action);
  }
  if (ending === null) throw unclosed(read, word);
  scope.variables.length = variables;
  walk.depth--;
}

function parseBody(walk: Walk, read: Reader, scope: GoScope, place: Place): void {
  if (++walk.depth > MAX_NESTING) throw new GoSyntaxError('The template is nested too deeply', read.action);
  const ending = parseList(walk, scope, place);
  if (ending === null) throw unclosed(read, 'define');
  if (ending.kind === 'else') throw new GoSyntaxError('There is nothing to this "else"', ending.read.action);
  walk.depth--;
}

function unclosed(read: Reader, word: string): GoSyntaxError {
  const error = new GoSyntaxError(`This "${word}" has no "{{ end }}"`, read.action);
  error.cause = 'early-end';
  return error;
}

function templateName(read: Reader, context: string): string {
  const token = read.next();
  if (token?.kind !== 'string') throw unexpected(read, token, context);
  return token.text.slice(1, -1);
}

function finish(read: Reader, context: string): void {
  const token = read.next();
  if (token !== null) throw unexpected(read, token, context);
}
