import type { Loss, SourceEndpoint } from '../types.js';
import { type Cursor, isList, items, keys, member, placeOf, text, texts } from './cursor.js';
import { endpointOf } from './endpoint.js';

/** A list of `targets` with their `labels`: a file of file_sd, or static_configs. */
export function readTargetLists(list: Cursor, job: string | null, losses: Loss[]): SourceEndpoint[] {
  return items(list).flatMap((entry) => {
    const labels = texts(member(entry, 'labels'));
    return items(member(entry, 'targets')).flatMap((target) => {
      const address = text(target);
      if (address === null) return [];
      return endpointOf(address, labels, job, placeOf(target), losses) ?? [];
    });
  });
}

/** Whether a document looks like a file of file_sd. */
export function isTargetList(document: Cursor): boolean {
  const entries = items(document);
  return isList(document) && entries.every((entry) => isList(member(entry, 'targets')) && keys(entry).length <= 2);
}
