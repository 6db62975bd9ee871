import { escapePlaceholders } from '../rules/edits.js';
import type { Json, JsonObject } from '../types.js';

export type ServerQuery =
  | { readonly kind: 'query'; readonly expr: string; readonly variables: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

const ACTION = /\{\{-?\s*(.*?)\s*-?\}\}/gs;
/** Words of placeholders that mean something else. */
const RESERVED = new Set([
  'alert',
  'severity',
  'for',
  'group',
  'and',
  'or',
  'not',
  'in',
  'is',
  'if',
  'else',
  'true',
  'false',
  'none',
  'null',
]);

/** A query of the server, in which `{{.threshold}}` is a variable, with the placeholders of aami. */
export function convertQuery(query: string): ServerQuery {
  const variables: string[] = [];
  let expr = '';
  let at = 0;
  for (const { 0: whole, 1: inside = '', index } of query.matchAll(ACTION)) {
    const [, name] = /^\.([A-Za-z_]\w*)$/.exec(inside) ?? [];
    if (name === undefined || RESERVED.has(name))
      return { kind: 'refused', why: `\`${whole}\` of its query is more than a variable` };
    variables.push(name);
    expr += `${escapePlaceholders(query.slice(at, index))}\${${name}}`;
    at = index + whole.length;
  }
  return { kind: 'query', expr: expr + escapePlaceholders(query.slice(at)), variables: [...new Set(variables)] };
}

/** The query with its variables filled in, as the server does it; null where one has no value. */
export function renderQuery(query: string, variables: JsonObject): string | null {
  let complete = true;
  const text = query.replaceAll(ACTION, (_, inside: string) => {
    const value: Json | undefined = variables[inside.replace(/^\./, '')];
    if (value === undefined || value === null || typeof value === 'object') complete = false;
    return String(value);
  });
  return complete ? text : null;
}
