import { isScalar, type YAMLMap } from 'yaml';

/** A key as a plain object holds it; null for a key that is a collection or an alias. */
export function keyName(key: unknown): string | null {
  if (key === null || key === undefined) return '';
  if (!isScalar(key)) return null;
  return key.value === null ? '' : String(key.value);
}

/** Start and end of a node in the text of its file. */
export function nodeRange(node: unknown): readonly [number, number] | null {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  if (!range) return null;
  const [start = 0, end = start] = range;
  return [start, end];
}

export interface NodePair {
  readonly key: unknown;
  readonly value: unknown;
}

/** The pair of a key. The last one wins where a key stands twice, as in the plain value. */
export function pairOf(map: YAMLMap<unknown, unknown>, name: string): NodePair | null {
  let pairs = pairsByName.get(map);
  if (pairs === undefined) {
    pairs = new Map(map.items.map((pair) => [keyName(pair.key), pair]));
    pairsByName.set(map, pairs);
  }
  return pairs.get(name) ?? null;
}

/** Places are only looked up for findings, and then often many in one mapping. */
const pairsByName = new WeakMap<YAMLMap<unknown, unknown>, ReadonlyMap<string | null, NodePair>>();
