import { isText } from '../diff/output/shape.js';
import type { Answer } from './types.js';

export const read = <T>(value: T): Answer<T> => ({ kind: 'read', value });
export const unreadable = (reason: string): Answer<never> => ({ kind: 'unreadable', reason });

export const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;

export const textOrNull = (value: unknown): string | null => (isText(value) && value !== '' ? value : null);

/** Every item read, or null if one is not as it should be. */
export function readAll<Item, T>(items: readonly Item[], readOne: (item: Item) => T | null): readonly T[] | null {
  const all: T[] = [];
  for (const item of items) {
    const one = readOne(item);
    if (one === null) return null;
    all.push(one);
  }
  return all;
}
