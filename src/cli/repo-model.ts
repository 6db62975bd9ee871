import { repoCache } from '../cache/folder.js';
import { compile } from '../compile.js';
import type { Repo } from '../model/types.js';
import type { ResolvedModel } from '../resolve/types.js';
import { readRepo } from '../source/read.js';
import { documentsIn } from './documents-in.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Io } from './io.js';
import { locateRepo } from './locate.js';
import type { CommonOptions } from './options.js';
import { isError, reportFindings } from './report.js';

/** What a repo comes to, for a command that acts on what it says; after findings or a complaint on stderr, the exit code. */
export async function resolvedModel(options: CommonOptions, io: Io): Promise<ResolvedModel | ExitCode> {
  const place = locateRepo(options, io);
  if (place === null) return EXIT.usage;
  const sources = await readRepo(place.root, documentsIn(repoCache(place.root, io.env, io.cwd)));
  const { findings, model } = await compile(sources);
  if (model !== null && !findings.some(isError)) return model;
  io.stderr.write(await reportFindings(findings, sources.texts, 'pretty', io.stderr, io.env, place.root));
  return EXIT.findings;
}

/** The same of the repo alone. */
export async function repoModel(options: CommonOptions, io: Io): Promise<Repo | ExitCode> {
  const model = await resolvedModel(options, io);
  return typeof model === 'number' ? model : model.repo;
}
