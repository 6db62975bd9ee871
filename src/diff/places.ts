import { lineIndex } from '../diagnostics/position.js';
import type { Policy, PolicyEntry } from '../model/types.js';
import { spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { Snapshot } from './snapshot.js';
import type { Place } from './types.js';

/** A policy's entry for one template, whatever the template is. */
export type AnyEntry = PolicyEntry<unknown, unknown>;

/** Finds the lines and the policies behind the values of one side. */
export interface Places {
  readonly at: (origin: Origin) => Place;
  /** The policy entry that a value was written in; undefined for a template's own. */
  readonly entryOf: (origin: Origin) => AnyEntry | undefined;
}

export function placesOf(snapshot: Snapshot, side: Place['side']): Places {
  const known = new Map<Origin, Place>();
  const lines = new Map<string, ReturnType<typeof lineIndex>>();
  const lineOf = (file: string, offset: number): number => {
    const index = lines.get(file) ?? lineIndex(snapshot.texts.get(file) ?? '');
    lines.set(file, index);
    return index.at(offset).line;
  };
  const entries = entriesByDocument(snapshot);
  return {
    at: (origin) => {
      const seen = known.get(origin);
      if (seen !== undefined) return seen;
      const { file, start } = spanOf(origin, 'key');
      const place = { side, file, line: lineOf(file, start) };
      known.set(origin, place);
      return place;
    },
    entryOf: ({ document, path }) =>
      entries.get(document)?.find((entry) => entry.origin.path.every((step, index) => step === path[index])),
  };
}

function entriesByDocument({ model }: Snapshot): Map<SourceDocument, AnyEntry[]> {
  const byDocument = new Map<SourceDocument, AnyEntry[]>();
  const policies: readonly Policy<unknown, unknown>[] =
    model === null ? [] : [...model.repo.alertPolicies, ...model.repo.scriptPolicies];
  for (const { entries } of policies) {
    for (const entry of entries) {
      const list = byDocument.get(entry.origin.document);
      if (list === undefined) byDocument.set(entry.origin.document, [entry]);
      else list.push(entry);
    }
  }
  return byDocument;
}
