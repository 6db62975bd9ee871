import type { NewSilence } from './types.js';

/** Who makes the silences that are kept in step with a repo. */
export const AAMI = 'aami';

/** Why, and at the end which maintenance of which project: by that, aami knows its own silences again. */
export function markedComment(comment: string, project: string, maintenance: string): string {
  return `${comment} ${marker(project, maintenance)}`;
}

/** The maintenance of this project that a silence was made for; null for what others made. */
export function maintenanceOf({ createdBy, comment }: NewSilence, project: string): string | null {
  if (createdBy !== AAMI) return null;
  const [, name] = /\/([A-Za-z0-9_.-]+)\]$/.exec(comment) ?? [];
  return name !== undefined && comment.endsWith(` ${marker(project, name)}`) ? name : null;
}

/** A project may be called anything, so its name is encoded; names of maintenances are plain. */
function marker(project: string, maintenance: string): string {
  return `[aami:${encodeURIComponent(project.replace(/\p{Surrogate}/gu, '\ufffd'))}/${maintenance}]`;
}
