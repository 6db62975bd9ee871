import { oneLine } from '../diagnostics/display.js';
import { isMapping, isText, type Mapping } from '../diff/output/shape.js';
import type { Answer } from './types.js';

export const read = <T>(value: T): Answer<T> => ({ kind: 'read', value });
export const unreadable = (reason: string): Answer<never> => ({ kind: 'unreadable', reason });

/** The `data` of an answer of Prometheus's API. */
export function dataOf(answer: unknown): Answer<Mapping> {
  if (!isMapping(answer) || !isText(answer.status)) return unreadable('not an answer of the API of Prometheus');
  if (answer.status !== 'success') {
    return unreadable(isText(answer.error) ? oneLine(answer.error) : 'the API of Prometheus reports an error');
  }
  return isMapping(answer.data) ? read(answer.data) : unreadable('an answer of the API of Prometheus without data');
}

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
