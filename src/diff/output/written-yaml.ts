import { parseDocument } from 'yaml';
import { writeYaml, type YamlMapping, type YamlValue } from '../../emit/yaml.js';

/**
 * The value of a generated YAML file; undefined where it is no YAML.
 *
 * A general library takes many seconds for the rules of a large fleet. So this reads the few forms that our own writer
 * has, and whatever does not come back from the writer as the same text is left to the library.
 */
export function readGenerated(text: string): unknown {
  const body = text.replace(/^(?:#.*\n)+/, '');
  const value = readWritten(body);
  if (value !== null && writeYaml(value) === body) return value;
  try {
    const document = parseDocument(body, { version: '1.2', schema: 'core', prettyErrors: false, logLevel: 'silent' });
    const general: unknown = document.errors.length > 0 ? undefined : document.toJS();
    return general;
  } catch {
    // A bomb of aliases, or nested so deeply that the stack is exhausted.
    return undefined;
  }
}

interface Lines {
  readonly all: readonly string[];
  at: number;
}

const MAX_DEPTH = 20;

function readWritten(body: string): YamlMapping | null {
  const lines = { all: body.split('\n'), at: 0 };
  const value = readBlock(lines, '');
  return typeof value === 'object' && value !== null && !isList(value) ? value : null;
}

const isList = (value: YamlMapping | readonly YamlValue[]): value is readonly YamlValue[] => Array.isArray(value);

/** The mapping or list that begins on the next line. */
function readBlock(lines: Lines, indent: string): YamlValue {
  if (indent.length > 2 * MAX_DEPTH) return null;
  if (!rest(lines, indent)?.startsWith('- ')) return readMapping(lines, indent);
  const items: YamlValue[] = [];
  for (let line = rest(lines, indent); line?.startsWith('- '); line = rest(lines, indent)) {
    const item = line.slice(2);
    if (splitMember(item) === null) {
      lines.at++;
      items.push(readValue(lines, item, `${indent}  `));
    } else items.push(readMapping(lines, `${indent}  `, item));
  }
  return items;
}

/** @param first the first member, where it stands behind the `- ` of a list */
function readMapping(lines: Lines, indent: string, first: string | null = null): YamlValue {
  const members: [string, YamlValue][] = [];
  let member = splitMember(first ?? rest(lines, indent));
  while (member !== null) {
    lines.at++;
    members.push([member.key, readValue(lines, member.value, `${indent}  `)]);
    member = splitMember(rest(lines, indent));
  }
  return Object.fromEntries(members);
}

/** @param indent of the lines that follow, if it goes on there */
function readValue(lines: Lines, written: string, indent: string): YamlValue {
  if (written === '') return readBlock(lines, indent);
  if (written === '|' || written === '|-') return readText(lines, indent) + (written === '|' ? '\n' : '');
  return written === '[]' ? [] : written === '{}' ? {} : scalar(written);
}

function readText(lines: Lines, indent: string): string {
  const text: string[] = [];
  for (let line = lines.all[lines.at]; line !== undefined; line = lines.all[lines.at]) {
    if (line !== '' && !line.startsWith(indent)) break;
    text.push(line.slice(indent.length));
    lines.at++;
  }
  // What follows the last line of a file is no line of its own.
  while (text.at(-1) === '') text.pop();
  return text.join('\n');
}

/** The next line without its indentation; null where it has another. */
function rest({ all, at }: Lines, indent: string): string | null {
  const line = all[at];
  return line?.startsWith(indent) === true && line[indent.length] !== ' ' ? line.slice(indent.length) : null;
}

const MEMBER = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^"'\s-][^"']*?):(?: (.*))?$/;

function splitMember(line: string | null): { readonly key: string; readonly value: string } | null {
  const [, key, value = ''] = (line === null ? null : MEMBER.exec(line)) ?? [];
  return key === undefined ? null : { key: scalar(key), value };
}

function scalar(written: string): string {
  if (written.startsWith("'")) return written.slice(1, -1);
  if (!written.startsWith('"')) return written;
  try {
    const text: unknown = JSON.parse(written);
    return String(text);
  } catch {
    return written;
  }
}
