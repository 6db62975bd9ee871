import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { LiveFolder } from '../deploy/generations.js';
import { editedByHand } from '../deploy/install.js';
import { textsOf } from '../deploy/places.js';
import { MANIFEST_NAME } from '../output/manifest.js';
import { readOutput } from '../output/read.js';
import type { StatusReport } from '../status/reporters/types.js';
import { complain } from './complain.js';
import type { DeploySetup } from './deploy-setup.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';
import { isFolder } from './locate.js';

export type StatusBuild = StatusReport['build'] & { readonly files: ReadonlyMap<string, string> };

/** Where the build lies: as named, or that of the repo; null: there is none. */
export function buildFolder(named: string | undefined, { project, base }: DeploySetup): string | null {
  if (named !== undefined) return resolve(base, named);
  return project !== null && existsSync(join(project.output, MANIFEST_NAME)) ? project.output : null;
}

/** What the servers are held against: the build that is named, that of the repo, or what is deployed. */
export function statusBuild(
  named: string | undefined,
  setup: DeploySetup,
  folders: readonly LiveFolder[],
  io: Io,
): StatusBuild | ExitCode {
  const folder = buildFolder(named, setup);
  if (folder === null) return deployedBuild(folders, io);
  if (!isFolder(folder)) {
    complain(io, `there is no folder ${named ?? folder}`);
    return EXIT.usage;
  }
  const read = readOutput(folder);
  if (read.kind === 'output') {
    const { files, manifest } = read;
    return { folder: relative(io.cwd, folder) || '.', files, source: manifest.source, inputs: manifest.inputs };
  }
  complain(io, read.message, read.hint);
  return EXIT.usage;
}

/** Each live folder holds the part of a build that belongs there. */
function deployedBuild(folders: readonly LiveFolder[], io: Io): StatusBuild | ExitCode {
  const deployed = folders.flatMap((folder) =>
    folder.deployed === null ? [] : [{ ...folder, deployed: folder.deployed }],
  );
  const [first] = deployed;
  if (first === undefined) {
    complain(io, 'which build?', 'Give its output folder, or start the command in the repo after a build.');
    return EXIT.usage;
  }
  const edited = deployed.find(({ folder, deployed: generation }) => editedByHand(folder, generation).length > 0);
  if (edited !== undefined) {
    complain(
      io,
      `what is deployed in ${edited.folder} was changed by hand, so it does not tell what was built`,
      'Give the output folder of the build.',
    );
    return EXIT.environment;
  }
  const files = new Map(deployed.flatMap(({ folder, deployed: generation }) => [...textsOf(folder, generation)]));
  const { source, inputs } = first.deployed;
  return { folder: first.folder, files, source, inputs };
}
