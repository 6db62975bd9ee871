import type { Json } from '../../model/types.js';
import type { FieldChange, ScriptHunk, TimingChange, ValueChange } from '../types.js';
import type { Detail, DiffLine } from './outline.js';
import { joined, name, type Phrase, value } from './phrase.js';
import { fieldInShort, isShort, sourceOf, textOf, valueChange, valueRewritten } from './wording.js';

export function note(...phrase: Phrase): Detail {
  return { label: null, phrase, lines: [] };
}

/** A value that changes, line by line where it does not fit in a sentence. */
export function valueDetail(change: ValueChange): Detail {
  return isShort(change)
    ? { label: name(change.path), phrase: valueChange(change), lines: [] }
    : { label: name(change.path), phrase: valueRewritten(change), lines: rewrittenLines(change) };
}

export function fieldDetail(field: FieldChange): Detail {
  return { label: name(field.path), phrase: fieldInShort(field), lines: isShort(field) ? [] : rewrittenLines(field) };
}

export function timingDetail(field: TimingChange): Detail {
  const { label, phrase, lines } = fieldDetail(field);
  const source = sourceOf(null, field.afterAt, field.beforeAt);
  return { label, phrase: source.length === 0 ? phrase : [...phrase, ': ', ...source], lines };
}

/** What an alert or a check that comes or goes is like; its severity stands beside its name. */
export function likeDetails(values: readonly ValueChange[]): Detail[] {
  const shown = values
    .filter(({ path }) => path !== 'severity')
    .map(({ path, before, after }): Phrase => [name(path), ' ', value(textOf(after ?? before))]);
  return shown.length === 0 ? [] : [note('with ', ...joined(shown, ', '))];
}

/** The reasons of the policies that gave it these values, save for those that are told already. */
export function reasonDetails(values: readonly ValueChange[], told: ReadonlySet<string | null>): Detail[] {
  const sources = new Map<string, Phrase>();
  for (const { reason, afterAt } of values)
    if (reason !== null && !told.has(reason)) sources.set(reason, sourceOf(reason, afterAt, null));
  return [...sources.values()].map((source) => note(...source));
}

export function scriptDetail(hunks: readonly ScriptHunk[]): Detail {
  const lines = hunks.flatMap(({ beforeLine, afterLine, lines }): DiffLine[] => {
    const size = (other: 'added' | 'removed'): number => lines.filter(({ kind }) => kind !== other).length;
    const text = `@@ -${beforeLine},${size('added')} +${afterLine},${size('removed')} @@`;
    return [{ kind: 'place', text }, ...lines];
  });
  return { label: null, phrase: [], lines };
}

/** The lines between those that both texts begin and end with, and these around them. */
function rewrittenLines({ before, after }: FieldChange): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, now.length);
  let first = 0;
  while (first < shorter && old[first] === now[first]) first++;
  let last = 0;
  while (last < shorter - first && old.at(-1 - last) === now.at(-1 - last)) last++;
  const of = (kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] => texts.map((text) => ({ kind, text }));
  return [
    ...of('same', old.slice(0, first)),
    ...of('removed', old.slice(first, old.length - last)),
    ...of('added', now.slice(first, now.length - last)),
    ...of('same', old.slice(old.length - last)),
  ];
}

function linesOf(json: Json): string[] {
  return json === null ? [] : textOf(json).split('\n');
}
