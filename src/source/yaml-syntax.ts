import type { Document, YAMLError } from 'yaml';
import type { FindingCode } from '../diagnostics/codes.js';
import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { type Delimited, delimitedNodes, openBracket, openQuote } from './yaml-delimited.js';

export const TOO_DEEP = 'This is nested too deeply to be read';

/** What yaml has to say of a document, once per mistake and in our words. */
export function syntaxFindings(file: string, text: string, yaml: Document.Parsed): Finding[] {
  // Only some mistakes need them, and a document may have many mistakes.
  let delimited: Delimited | null = null;
  const nodes = (): Delimited => {
    delimited ??= delimitedNodes(yaml);
    return delimited;
  };
  const findings = withoutEchoes(text, [...yaml.errors, ...yaml.warnings.filter(isMistake)]).map((error) => {
    const said = describe(error, text, nodes);
    const span = { file, start: said.start, end: Math.max(said.end, said.start) };
    return finding(said.code, said.message, span, { hint: said.hint });
  });
  if (yaml.directives.yaml.version !== '1.2') findings.push(oldVersion(file, text));
  return findings;
}

/** A tag that nobody knows would silently turn its value into text; yaml's other warnings are about style. */
function isMistake(warning: YAMLError): boolean {
  return warning.code === 'TAG_RESOLVE_FAILED';
}

/**
 * A parser that goes on after a mistake stumbles again: at once on the same line, and, once it has lost the
 * structure of the document, over everything to its end.
 */
function withoutEchoes(text: string, errors: readonly YAMLError[]): YAMLError[] {
  const kept: YAMLError[] = [];
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const previous = kept.at(-1);
    if (previous && (lostStructure(previous) || error.pos[0] < previous.pos[1] || sameLine(text, previous, error)))
      continue;
    kept.push(error);
  }
  return kept;
}

function lostStructure(error: YAMLError): boolean {
  return error.code === 'UNEXPECTED_TOKEN' && error.message.includes('in YAML stream');
}

function sameLine(text: string, first: YAMLError, second: YAMLError): boolean {
  return !text.slice(first.pos[0], second.pos[0]).includes('\n');
}

interface Said {
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string | null;
  readonly start: number;
  readonly end: number;
}

/** One case per code of yaml's. */
function describe(error: YAMLError, text: string, nodes: () => Delimited): Said {
  const [start, end] = error.pos;
  const say = (message: string, hint: string | null = null, place: readonly [number, number] = [start, end]): Said => ({
    code: 'source/yaml-syntax',
    message,
    hint,
    start: place[0],
    end: place[1],
  });
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        ...say('A tab is used for indentation, which YAML does not allow', 'Indent with spaces.'),
        code: 'source/tab',
      };
    case 'BAD_INDENT': {
      const bracket = openBracket(nodes(), start);
      if (bracket !== null && error.message.startsWith('Flow')) return say(...unclosed(text, bracket));
      return say(
        'This line is indented differently from the lines that it belongs to',
        'Give all keys of one mapping the same indentation.',
        restOfLine(text, start),
      );
    }
    case 'MISSING_CHAR': {
      const quote = openQuote(nodes(), start);
      if (quote !== null && error.message.startsWith('Missing closing'))
        return say('This quote is never closed', `Add the closing \`${text[quote]}\`.`, [quote, lineEnd(text, quote)]);
      const bracket = openBracket(nodes(), start);
      if (bracket !== null && error.message.startsWith('Flow') && error.message.includes('end with'))
        return say(...unclosed(text, bracket));
      if (error.message.startsWith('Implicit map key'))
        return say(
          'This is neither a `key: value` nor part of the value before it',
          'Add `:` and a value after the key.',
          restOfLine(text, start),
        );
      if (error.message.startsWith('Sequence item without'))
        return say(
          'This line does not belong to the list around it',
          'Begin the item with `- `, or align the key with the keys of the item before it.',
          restOfLine(text, start),
        );
      if (error.message.includes('directives-end')) {
        const directive = Math.max(0, text.search(/^%/m));
        return say(
          'A line that begins with `%` is a directive of YAML, and documents do not begin here',
          'Remove the line, or quote the text.',
          restOfLine(text, directive),
        );
      }
      return say(error.message);
    }
    case 'BAD_SCALAR_START':
      return say(
        `A value cannot begin with \`${text[start]}\` unless it is quoted`,
        'Put the value into quotes.',
        restOfLine(text, start),
      );
    case 'BLOCK_AS_IMPLICIT_KEY':
      return say(
        'A second `key: value` stands where the value of a key is expected',
        'Quote the value if the `: ` belongs to it; otherwise begin a new line.',
        restOfLine(text, start),
      );
    case 'MULTILINE_IMPLICIT_KEY':
      return say(
        'This line is neither a `key: value` nor a list item',
        'Is a `:` or the space after a `-` missing?',
        restOfLine(text, start),
      );
    case 'BAD_DQ_ESCAPE':
      return say(
        `\`${text.slice(start, start + 2)}\` is not an escape of a double-quoted text`,
        'Write `\\\\` for a backslash, or use single quotes.',
        [start, start + 2],
      );
    case 'TAG_RESOLVE_FAILED':
      return say(
        `The tag \`${text.slice(start, end)}\` is not known here`,
        'In YAML a leading `!` is a tag. Quote the value if it is meant as text.',
      );
    case 'RESOURCE_EXHAUSTION':
      return say(TOO_DEEP, null, [start, start + 1]);
    case 'UNEXPECTED_TOKEN':
      return unexpected(error, text, say);
    case 'BAD_DIRECTIVE':
      return say(
        'This line begins with `%`, which announces a directive that does not exist',
        'Only comments and documents belong here.',
        restOfLine(text, start),
      );
    default:
      return say(error.message);
  }
}

function unexpected(
  error: YAMLError,
  text: string,
  say: (message: string, hint?: string | null, place?: [number, number]) => Said,
): Said {
  const [start] = error.pos;
  const word = text.slice(start, lineEnd(text, start)).trimEnd();
  const before = text.slice(0, start).trimEnd().at(-1) ?? '';
  const hint =
    '}]"\''.includes(before) && before !== ''
      ? 'Text that begins with `{`, `[` or a quote must be quoted as a whole.'
      : null;
  const message = word === '' ? 'Something is missing here' : 'This cannot stand here';
  return say(message, hint, restOfLine(text, start));
}

function unclosed(text: string, bracket: number): [string, string, [number, number]] {
  const open = text[bracket] ?? '[';
  return [
    `This \`${open}\` is never closed`,
    `Add the closing \`${open === '[' ? ']' : '}'}\`.`,
    [bracket, bracket + 1],
  ];
}

function restOfLine(text: string, start: number): [number, number] {
  const line = text.slice(start, lineEnd(text, start));
  return [start, Math.min(text.length, start + Math.max(1, line.trimEnd().length))];
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** YAML 1.1 reads `on` and `no` as booleans, so one file would mean something else than its neighbour. */
function oldVersion(file: string, text: string): Finding {
  const start = Math.max(0, text.search(/^%YAML/m));
  const span = { file, start, end: lineEnd(text, start) };
  return finding('source/yaml-syntax', 'aami reads YAML 1.2, and this asks for another version', span, {
    hint: 'Remove the directive.',
  });
}
