import type { NewSilence } from './types.js';

/** Who makes the silences that are kept in step with a repo. */
export const AAMI = 'aami';

/** Why, and at the end which maintenance of which project: by that, aami knows its own silences again. */
export function markedComment(comment: string, project: string, mark: string): string {
  return `${comment} ${marker(project, mark)}`;
}

/** The maintenance of this project that a silence was made for, as it is marked; null for what others made. */
export function markOf({ createdBy, comment }: NewSilence, project: string): string | null {
  if (createdBy !== AAMI) return null;
  const [, mark] = /\/([A-Za-z0-9_.-]+(?:,\d+)?)\]$/.exec(comment) ?? [];
  return mark !== undefined && comment.endsWith(` ${marker(project, mark)}`) ? mark : null;
}

/** What a silence of a maintenance is marked with: `disks` the first one, `disks,2` the second. */
export const markFor = (maintenance: string, index: number): string =>
  index === 0 ? maintenance : `${maintenance},${index + 1}`;

/** The name of the maintenance, which holds no comma. */
export const nameIn = (mark: string): string => mark.replace(/,.*/, '');

/** A project may be called anything, so its name is encoded; names of maintenances are plain. */
function marker(project: string, mark: string): string {
  return `[aami:${encodeURIComponent(project.replace(/\p{Surrogate}/gu, '\ufffd'))}/${mark}]`;
}
