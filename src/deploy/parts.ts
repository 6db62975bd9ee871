import type { OutputFiles } from '../output/read.js';
import type { DeploySettings, ServerKind } from './settings.js';

/** What a live folder is for, and the folder of a generation that the link `aami` leads to. */
export type Part = ServerKind | 'web';

/** A live folder, and who reads it. */
export interface LivePlace {
  readonly folder: string;
  readonly part: Part;
}

/** Each live folder once: servers may share one. */
export function placesOf({ servers, web }: DeploySettings): readonly LivePlace[] {
  const places = new Map<string, LivePlace>();
  for (const { kind, path } of servers) if (path !== null) places.set(`${kind} ${path}`, { folder: path, part: kind });
  if (web !== null) places.set(`web ${web}`, { folder: web, part: 'web' });
  return [...places.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The files of a build that belong into a part, by their path in a generation. */
export function filesOfPart(files: OutputFiles, part: Part): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, text] of files) {
    const name = pathInGeneration(path, part);
    if (name !== null) found.set(name, text);
  }
  return found;
}

/** A generation holds the files of servers as a build does, so that it can be verified as one. */
function pathInGeneration(path: string, part: Part): string | null {
  if (part === 'web') return /^(?:checks|agent)\//.test(path) ? `web/${path}` : null;
  return path.startsWith(`${part}/`) ? path : null;
}

/** The path in the build. */
export const pathInBuild = (path: string): string => path.replace(/^web\//, '');
