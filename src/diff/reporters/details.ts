import type { Json } from '../../model/types.js';
import type { FieldChange, ScriptHunk, ValueChange } from '../types.js';
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

/** What an alert or a check that comes or goes is like. */
export function likeDetails(values: readonly ValueChange[]): Detail[] {
  if (values.length === 0) return [];
  const shown = values.map(({ path, before, after }): Phrase => [name(path), ' ', value(textOf(after ?? before))]);
  const whys = new Map(
    values
      .filter(({ reason }) => reason !== null)
      .map(({ reason, afterAt }) => [reason, sourceOf(reason, afterAt, null)]),
  );
  return [note('with ', ...joined(shown, ', ')), ...[...whys.values()].map((why) => note(...why))];
}

export function scriptDetail(hunks: readonly ScriptHunk[]): Detail {
  const lines = hunks.flatMap(({ beforeLine, afterLine, lines }): DiffLine[] => {
    const size = (other: 'added' | 'removed'): number => lines.filter(({ kind }) => kind !== other).length;
    const text = `@@ -${beforeLine},${size('added')} +${afterLine},${size('removed')} @@`;
    return [{ kind: 'place', text }, ...lines];
  });
  return { label: null, phrase: [], lines };
}

function rewrittenLines({ before, after }: FieldChange): DiffLine[] {
  return [...linesOf(before, 'removed'), ...linesOf(after, 'added')];
}

function linesOf(json: Json, kind: DiffLine['kind']): DiffLine[] {
  if (json === null) return [];
  return textOf(json)
    .replace(/\n+$/, '')
    .split('\n')
    .map((text) => ({ kind, text }));
}
