import { byCodeUnit } from '../diagnostics/order.js';
import type { Labels } from '../model/types.js';
import { formatDuration } from '../promql/literals.js';
import type { FieldDrift } from './types.js';

/** One field; none where both sides say the same. */
export const fieldDrift = (field: string, built: string | null, running: string | null): readonly FieldDrift[] =>
  built === running ? [] : [{ field, built, running }];

/** Labels or annotations, by name. An empty one is the same as none. */
export function labelDrift(prefix: string, built: Labels, running: Labels): readonly FieldDrift[] {
  const names = [...new Set([...Object.keys(built), ...Object.keys(running)])].sort(byCodeUnit);
  return names.flatMap((name) => fieldDrift(`${prefix}.${name}`, textOf(built, name), textOf(running, name)));
}

const textOf = (texts: Labels, name: string): string | null =>
  Object.hasOwn(texts, name) && texts[name] !== '' ? (texts[name] ?? null) : null;

/** A length of time in the words of Prometheus; it keeps milliseconds. */
export const duration = (seconds: number): string => formatDuration(Math.round(seconds * 1000));
