import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { type Cache, recallText } from '../cache/cache.js';
import { runTool } from './run.js';

export interface Tool {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** As the tool gives it, e.g. `2.42.0`. */
  readonly version: string;
  /** What tells this build of the tool from another. */
  readonly mark: string;
}

export interface ToolSearch {
  readonly name: string;
  /** What the user asked for, a path or a name to look up; nothing else is tried then. */
  readonly explicit: string | null;
  /** Value of PATH. */
  readonly searchPath: string;
  readonly cache: Cache;
}

export type ToolFound =
  | { readonly kind: 'found'; readonly tool: Tool }
  | { readonly kind: 'missing'; readonly message: string };

/** Finds a tool and asks for its version, once for each build of it. */
export async function findTool(search: ToolSearch): Promise<ToolFound> {
  const wanted = search.explicit ?? search.name;
  // As in a shell: what holds a slash is a place, anything else a name.
  const path = wanted.includes('/') ? executable(resolve(wanted)) : onPath(wanted, search.searchPath);
  if (path === null) return { kind: 'missing', message: absence(search) };
  const { size, mtimeMs } = statSync(path);
  const mark = `${path} ${size} ${mtimeMs}`;
  const known = recallText(search.cache, `${search.name}-version`, mark);
  const version = known ?? (await askVersion(search.name, path));
  if (version === null) return { kind: 'missing', message: `"${path}" does not answer as ${search.name} does` };
  if (known === null) search.cache.keep(`${search.name}-version`, mark, version);
  return { kind: 'found', tool: { name: search.name, path, version, mark } };
}

function absence({ name, explicit }: ToolSearch): string {
  if (explicit === null) return `${name} is not installed`;
  return explicit.includes('/') ? `There is no program at "${explicit}"` : `There is no "${explicit}" on the PATH`;
}

function onPath(name: string, searchPath: string): string | null {
  for (const folder of searchPath.split(delimiter)) {
    const found = folder === '' ? null : executable(resolve(folder, name));
    if (found !== null) return found;
  }
  return null;
}

function executable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : null;
  } catch {
    return null;
  }
}

async function askVersion(name: string, path: string): Promise<string | null> {
  const answer = await runTool(path, ['--version'], { cwd: undefined, timeoutMs: 10_000 });
  if (answer.exitCode !== 0) return null;
  // Old versions print it on standard error.
  const match = new RegExp(`\\b${name}(?:, |\\b.*\\n)version:? v?(\\d+\\.\\d+\\.\\d+)`, 'i').exec(
    `${answer.stdout}\n${answer.stderr}`,
  );
  return match?.[1] ?? null;
}
