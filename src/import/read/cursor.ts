import { lineIndex } from '../../diagnostics/position.js';
import { parseYaml } from '../../source/parse.js';
import { spanOf } from '../../source/positions.js';
import type { SourceDocument } from '../../source/types.js';
import type { InputFile, Loss, Place } from '../types.js';

/** A value somewhere in a file, with the way to it. */
export interface Cursor {
  readonly document: SourceDocument;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

export type ReadYaml = { readonly documents: readonly Cursor[] } | { readonly errors: readonly Loss[] };

/** The documents of a YAML or JSON file; with mistakes, only these. */
export function readYaml(file: InputFile): ReadYaml {
  const parsed = parseYaml(file.path, file.text);
  const findings = 'code' in parsed ? [parsed] : parsed.flatMap((document) => document.findings);
  if (findings.length > 0) {
    const { at } = lineIndex(file.text);
    return {
      errors: findings.map(({ message, span }) => ({
        place: { file: file.path, line: at(span?.start ?? 0).line },
        what: 'the file cannot be read',
        why: message,
      })),
    };
  }
  const documents = 'code' in parsed ? [] : parsed.filter(({ empty }) => !empty);
  return {
    documents: documents.map(({ yaml, value }) => ({
      document: { file: file.path, text: file.text, folder: 'templates', yaml, value },
      path: [],
      value,
    })),
  };
}

/** The member of a mapping; its value is undefined where there is none. */
export function member(cursor: Cursor, key: string): Cursor {
  const value = isMapping(cursor) && Object.hasOwn(mappingOf(cursor), key) ? mappingOf(cursor)[key] : undefined;
  return { document: cursor.document, path: [...cursor.path, key], value };
}

/** The items of a list; none where it is something else. */
export function items(cursor: Cursor): Cursor[] {
  const { value } = cursor;
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown, index) => ({
    document: cursor.document,
    path: [...cursor.path, index],
    value: item,
  }));
}

export function keys(cursor: Cursor): string[] {
  return isMapping(cursor) ? Object.keys(mappingOf(cursor)) : [];
}

export function isMapping({ value }: Cursor): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList({ value }: Cursor): boolean {
  return Array.isArray(value);
}

/** A single value as text, as Prometheus takes it: `1.10` stays `1.10`. null where there is none. */
export function text(cursor: Cursor): string | null {
  const { document, path, value } = cursor;
  if (value === undefined || value === null || typeof value === 'object') return null;
  if (typeof value === 'string') return value;
  const { start, end } = spanOf({ document, path });
  return document.text.slice(start, end).trim() || String(value);
}

/** The single values of a mapping as texts. */
export function texts(cursor: Cursor): Record<string, string> {
  const found: Record<string, string> = {};
  for (const key of keys(cursor)) {
    const value = text(member(cursor, key));
    if (value !== null) found[key] = value;
  }
  return found;
}

export function placeOf({ document, path }: Cursor): Place {
  return { file: document.file, line: linesOf(document.text).at(spanOf({ document, path }, 'key').start).line };
}

type Mapping = Readonly<Record<string, unknown>>;

const mappingOf = ({ value }: Cursor): Mapping => value as Mapping;

let last: { readonly text: string; readonly lines: ReturnType<typeof lineIndex> } | null = null;

/** The lines of the text that was asked for last are kept. */
function linesOf(text: string): ReturnType<typeof lineIndex> {
  if (last?.text !== text) last = { text, lines: lineIndex(text) };
  return last.lines;
}
