import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type LiveFolder, readLiveFolder } from '../deploy/generations.js';
import { placesOf } from '../deploy/parts.js';
import type { ServerSettings } from '../deploy/settings.js';
import { RULES_FOLDER } from '../emit/rules/index.js';
import { MANIFEST_NAME } from '../output/manifest.js';
import { statusOf } from '../status/ask.js';
import type { StatusReport } from '../status/reporters/types.js';
import type { DeploySetup } from './deploy-setup.js';
import type { ExitCode } from './exit.js';
import type { Io } from './io.js';
import { buildFolder, type StatusBuild, statusBuild } from './status-build.js';

/** Its answer counts only if the signal has not come by then. */
export type AskStatus = (signal?: AbortSignal) => Promise<StatusReport>;

/**
 * Prepares to ask, again and again, how servers stand to a build: to what is built or deployed by the time of the
 * question. An exit code, after a complaint: there is nothing to hold them against.
 */
export function statusAsker(
  named: string | undefined,
  setup: DeploySetup,
  servers: readonly ServerSettings[],
  io: Io,
): AskStatus | ExitCode {
  const readFolders = () => placesOf(setup.settings).map(({ folder }) => readLiveFolder(folder));
  const folders = readFolders();
  const first = statusBuild(named, setup, folders, io);
  if (typeof first === 'number') return first;
  const prepare = ({ files, ...build }: StatusBuild, now: readonly LiveFolder[]) => ({
    build,
    ask: statusOf({ servers, files, installed: installedRules(now), now: io.clock }),
    state: stateOf(named, setup, now),
  });
  let prepared = prepare(first, folders);
  const silent = { ...io, stderr: { write: () => true } };
  return async (signal) => {
    const now = readFolders();
    if (stateOf(named, setup, now) !== prepared.state) {
      // In the middle of a change there may be nothing: then the old one still counts.
      const next = statusBuild(named, setup, now, silent);
      if (typeof next !== 'number') prepared = prepare(next, now);
    }
    return { status: await prepared.ask(signal), build: prepared.build, folders: now };
  };
}

/** A build replaces its folder as a whole, so that its manifest is another file. */
function stateOf(named: string | undefined, setup: DeploySetup, folders: readonly LiveFolder[]): string {
  const folder = buildFolder(named, setup);
  const manifest = folder === null ? undefined : statSync(join(folder, MANIFEST_NAME), { throwIfNoEntry: false });
  return JSON.stringify([
    [manifest?.ino, manifest?.mtimeMs],
    folders.map(({ deployed, generations }) => [deployed?.number, generations.map(({ number }) => number)]),
  ]);
}

/** Rule files of all generations that are kept: a server may still run one of them. */
function installedRules(folders: readonly LiveFolder[]): string[] {
  const paths = folders.flatMap(({ generations }) => generations.flatMap(({ files }) => [...files.keys()]));
  return [...new Set(paths)]
    .filter((path) => path.startsWith(`${RULES_FOLDER}/`))
    .map((path) => path.slice(RULES_FOLDER.length + 1));
}
