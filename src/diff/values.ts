import { byCodeUnit } from '../diagnostics/order.js';
import type { Json, JsonObject } from '../model/types.js';
import { escapeKey, isObject } from '../resolve/settings.js';
import type { Origin } from '../source/types.js';
import type { Places } from './places.js';
import type { SnapshotRule } from './snapshot.js';
import type { Effect, ValueChange } from './types.js';

/** The places of both sides. */
export interface Sides {
  readonly before: Places;
  readonly after: Places;
}

/** A value as one side has it, and where that side says so. */
export interface Side {
  readonly value: Json;
  readonly origin: Origin | null;
}

export const UNSET: Side = { value: null, origin: null };

export function valueChange(path: string, before: Side, after: Side, effect: Effect, sides: Sides): ValueChange {
  return {
    path,
    before: before.value,
    after: after.value,
    beforeAt: before.origin && sides.before.at(before.origin),
    afterAt: after.origin && sides.after.at(after.origin),
    reason: (after.origin && sides.after.entryOf(after.origin)?.reason) ?? null,
    effect,
  };
}

/** A value by its path, in order of path. */
export type SideValues = ReadonlyMap<string, Side>;

/** What differs between two sets of values, by path. */
export function changedValues(
  before: SideValues,
  after: SideValues,
  effect: (path: string) => Effect,
  sides: Sides,
): ValueChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(byCodeUnit);
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path) ?? UNSET, after.get(path) ?? UNSET];
    if (JSON.stringify(old.value) === JSON.stringify(now.value)) return [];
    return [valueChange(path, old, now, effect(path), sides)];
  });
}

/** Where the value at a path of a rule was set; the template itself, where nobody did. */
export function originOf({ concrete }: SnapshotRule, path: string): Origin | null {
  if (concrete === null) return null;
  const { effective, template } = concrete.resolved;
  return effective.provenance.get(path) ?? template.origin;
}

/** The parameters of an alert or a check as `config.threshold`, with the policies that set them. */
export function configValues(config: JsonObject, originOf: (path: string) => Origin | null): SideValues {
  const values = new Map<string, Side>();
  const add = (value: Json, shown: string, path: string): void => {
    if (isObject(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) add(inner, `${shown}.${key}`, `${path}/${escapeKey(key)}`);
    } else values.set(shown, { value, origin: originOf(path) });
  };
  for (const [key, value] of Object.entries(config)) add(value, `config.${key}`, `config/${escapeKey(key)}`);
  return values;
}

/** Labels or annotations, by `labels.team`. */
export function textValues(
  texts: Readonly<Record<string, string>>,
  prefix: string,
  originOf: (name: string) => Origin | null,
): SideValues {
  return new Map(
    Object.entries(texts).map(([name, value]) => [`${prefix}.${name}`, { value, origin: originOf(name) }]),
  );
}
