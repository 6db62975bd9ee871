import type { Json, JsonObject } from '../../model/types.js';

/** Looks into data that may have any shape. */

export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isListOf = <T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.every(is);

export const isText = (value: unknown): value is string => typeof value === 'string';

/** A mapping to texts; null where it is something else. Nothing at all is an empty one. */
export function textsOf(value: unknown): Readonly<Record<string, string>> | null {
  if (value === undefined || value === null) return {};
  return isMapping(value) && Object.values(value).every(isText) ? (value as Readonly<Record<string, string>>) : null;
}

/** undefined: no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export const isJsonObject = (value: unknown): value is JsonObject => isMapping(value);
