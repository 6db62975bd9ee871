import { resolve } from 'node:path';
import { repoCache } from '../cache/folder.js';
import { checkSchemas } from '../schema/check.js';
import type { DeployDocument } from '../schema/documents.js';
import { readRepo } from '../source/read.js';
import { documentsIn } from './documents-in.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';
import { locateRepo } from './locate.js';
import type { CommonOptions } from './options.js';
import { isError, reportFindings } from './report.js';

/** What a repo says of how it is deployed. */
export interface DeployProject {
  /** The folder with aami.yaml, absolute. */
  readonly root: string;
  /** The output folder, absolute. */
  readonly output: string;
  readonly deploy: DeployDocument;
}

/** Of the repo around; null where there is none, and the exit code where its Project has mistakes, which are reported. */
export async function deployProject(options: CommonOptions, io: Io): Promise<DeployProject | ExitCode | null> {
  const silent = { ...io, stderr: { write: () => true } };
  const place = locateRepo(options, silent);
  if (place === null) return null;
  const { root } = place;
  const { documents, texts, findings } = await readRepo(root, documentsIn(repoCache(root, io.env, io.cwd)));
  const checked = checkSchemas(documents.filter(({ folder }) => folder === 'project'));
  const mistakes = [...findings.filter(({ span }) => span?.file === 'aami.yaml'), ...checked.findings].filter(isError);
  if (mistakes.length > 0) {
    io.stderr.write(await reportFindings(mistakes, texts, 'pretty', io.stderr, io.env, root));
    return EXIT.findings;
  }
  const [project] = checked.value.documents.flatMap((one) => (one.kind === 'Project' ? [one.value] : []));
  return { root, output: resolve(root, project?.output ?? 'build'), deploy: project?.deploy ?? {} };
}
