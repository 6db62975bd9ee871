import type { AlertLayer, AlertSettings, Json, JsonObject } from '../model/types.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';

/**
 * A layer as a flat map from path to value: `for`, `config/threshold`, `levels/critical/for`. A path holds a leaf:
 * a scalar, a list or an empty object. That a level exists at all is the leaf `levels/<level>`.
 */
export type FlatSettings = ReadonlyMap<string, Leaf>;

export interface Leaf {
  readonly value: Json;
  readonly origin: Origin;
}

const FIELDS = [
  ['enabled', 'enabled'],
  ['severity', 'severity'],
  ['for', 'for'],
  ['keepFiringFor', 'keep_firing_for'],
] as const;

export function flatten(layer: AlertLayer, origin: Origin): FlatSettings {
  const flat = new Map<string, Leaf>();
  flattenSettings(layer, origin, '', flat);
  for (const [level, settings] of Object.entries(layer.levels ?? {})) {
    const at = below(origin, 'levels', level);
    flat.set(`levels/${level}`, { value: true, origin: at });
    flattenSettings(settings, at, `levels/${level}/`, flat);
  }
  return flat;
}

function flattenSettings(settings: AlertSettings, origin: Origin, prefix: string, into: Map<string, Leaf>): void {
  for (const [field, key] of FIELDS) {
    const value = settings[field];
    if (value !== undefined) into.set(prefix + field, { value, origin: below(origin, key) });
  }
  for (const map of ['labels', 'annotations'] as const) {
    for (const [name, value] of Object.entries(settings[map] ?? {})) {
      into.set(`${prefix}${map}/${escapeKey(name)}`, { value, origin: below(origin, map, name) });
    }
  }
  flattenConfig(settings.config ?? {}, below(origin, 'config'), `${prefix}config`, into);
}

/** The config of a check has the same shape. */
export function flattenConfig(config: JsonObject, origin: Origin, prefix: string, into: Map<string, Leaf>): void {
  for (const [key, value] of Object.entries(config)) {
    const path = `${prefix}/${escapeKey(key)}`;
    if (isObject(value) && Object.keys(value).length > 0) flattenConfig(value, below(origin, key), path, into);
    else into.set(path, { value, origin: below(origin, key) });
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As in a JSON pointer. */
export const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const unescapeKey = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** Puts the leaves below `prefix` back into an object. A leaf `{}` gives way to what lies below it. */
export function unflatten(leaves: Iterable<readonly [string, Leaf]>, prefix: string): JsonObject {
  type Tree = { [key: string]: Json | Tree };
  const root: Tree = Object.create(null);
  for (const [path, leaf] of leaves) {
    if (!path.startsWith(prefix)) continue;
    const keys = path.slice(prefix.length).split('/').map(unescapeKey);
    const last = keys.pop() ?? '';
    let node = root;
    for (const key of keys) {
      const next = node[key];
      if (isObject(next as Json)) node = next as Tree;
      else {
        const fresh: Tree = Object.create(null);
        node[key] = fresh;
        node = fresh;
      }
    }
    // A fresh object for `{}`: what lies below it is written into it, and the leaf is the author's.
    if (!isObject(leaf.value)) node[last] = leaf.value;
    else if (!(last in node)) node[last] = Object.create(null) as Tree;
  }
  return root as JsonObject;
}
