import { isMapping, isText, type Mapping } from '../diff/output/shape.js';
import { type IsDefault, valueDrift } from './config-values.js';
import type { ConfigDrift, FieldDrift } from './types.js';

/** A part that a configuration has once. */
export function configPart(part: string, built: unknown, running: unknown, isDefault: IsDefault): ConfigDrift[] {
  return differs(part, valueDrift(built, running, isDefault));
}

/** The parts of a list by the name that each has. */
export function namedParts(
  what: string,
  key: string,
  built: unknown,
  running: unknown,
  compare: (built: Mapping, running: Mapping) => readonly FieldDrift[],
): ConfigDrift[] {
  const [wanted, live] = [byName(built, key), byName(running, key)];
  const missing = [...wanted].flatMap(([name, part]): ConfigDrift[] => {
    const other = live.get(name);
    const title = `${what} ${name}`;
    return other === undefined ? [{ kind: 'config-not-running', part: title }] : differs(title, compare(part, other));
  });
  const more = [...live.keys()].filter((name) => !wanted.has(name));
  return [...missing, ...more.map((name): ConfigDrift => ({ kind: 'config-not-built', part: `${what} ${name}` }))];
}

export const differs = (part: string, fields: readonly FieldDrift[]): ConfigDrift[] =>
  fields.length === 0 ? [] : [{ kind: 'config-differs', part, fields }];

function byName(parts: unknown, key: string): ReadonlyMap<string, Mapping> {
  const named = new Map<string, Mapping>();
  for (const part of Array.isArray(parts) ? parts : []) {
    const name: unknown = isMapping(part) ? part[key] : null;
    if (isMapping(part) && isText(name)) named.set(name, part);
  }
  return named;
}
