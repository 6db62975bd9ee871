import { relative, resolve } from 'node:path';
import { repoCache } from '../cache/folder.js';
import type { Finding } from '../diagnostics/finding.js';
import { dueFindings } from '../diagnostics/later.js';
import { printableJson } from '../diagnostics/reporters/printable-json.js';
import { digestOf, digestOfSources } from '../output/digest.js';
import { type BuildKey, recallBuild } from '../output/memory.js';
import { readRepo } from '../source/read.js';
import type { Sources } from '../source/types.js';
import { findVerifier, type VerifyMode } from '../verify/index.js';
import { type BuildReport, describeBuild } from './build-report.js';
import { builtFrom } from './built-from.js';
import { complain } from './complain.js';
import { documentsIn } from './documents-in.js';
import { EXIT, type ExitCode } from './exit.js';
import { type Io, progressOn } from './io.js';
import type { Place } from './locate.js';
import type { FindingsOptions } from './options.js';
import { buildId } from './package.js';
import { reportFindings } from './report.js';
import type { BuildOutcome, BuildRun } from './run-build.js';
import { signedUncommitted, signingOf } from './signing.js';

export interface BuildOptions extends FindingsOptions {
  readonly output?: string;
  readonly group?: readonly string[];
  readonly verify: VerifyMode;
  readonly promtool?: string;
  readonly amtool?: string;
  readonly buildNumber?: number;
  readonly signKey?: string;
}

/** What came of a build, once it was clear what to build. */
export interface Built {
  readonly exit: ExitCode;
  /** The output folder, absolute. */
  readonly folder: string;
  /** Tells one state of the sources from another. */
  readonly sources: string;
  /** null: the previous output stands. */
  readonly report: BuildReport | null;
}

export interface BuildRequest {
  readonly place: Place;
  readonly options: BuildOptions;
  readonly io: Io;
  /** Of who ends the build before its time, and leaves it to tidy up; nothing is said of a build that was ended. */
  readonly signal?: AbortSignal | undefined;
  /** A state of the sources that was built already: nothing is done, nor said, where it is still the same. */
  readonly unless?: string | undefined;
  /** Called with the paths of all source files when there is something to build. */
  readonly onStart?: ((files: ReadonlySet<string>) => void) | undefined;
}

/**
 * Compiles, verifies, replaces the output and says so; when nothing has changed since the last build, only says so. An
 * exit code alone: it did not come to a build.
 */
export async function buildOnce(request: BuildRequest): Promise<Built | ExitCode> {
  const { place, options, io, signal } = request;
  const started = io.now();
  const progress = progressOn(io.stderr, io.env);
  progress.show('Reading');
  const cache = repoCache(place.root, io.env, io.cwd);
  const sources = await readRepo(place.root, documentsIn(cache));
  const folder = outputFolder(place, sources, options);
  const inputs = digestOfSources(sources);
  const state = digestOf([
    ['inputs', inputs],
    ['findings', JSON.stringify(sources.findings)],
  ]);
  if (state === request.unless) {
    progress.clear();
    return { exit: EXIT.fine, folder, sources: state, report: null };
  }
  if (request.onStart !== undefined) {
    progress.clear();
    request.onStart(new Set(sources.texts.keys()));
  }
  const verifier = await findVerifier({
    ...{ mode: options.verify, promtool: options.promtool ?? null, amtool: options.amtool ?? null },
    ...{ alertmanager: hasAlertmanager(sources), env: io.env, cache },
  });
  progress.clear();

  const trouble = groupsWithoutFolder(options, folder, place, sources) ?? null;
  if (trouble !== null) {
    complain(io, ...trouble);
    return await withoutBuild(EXIT.usage, options, io);
  }
  if (verifier.kind === 'failed') {
    complain(io, verifier.message, verifier.hint);
    return await withoutBuild(EXIT.environment, options, io);
  }

  const { tools } = verifier;
  const groups = options.group ?? null;
  const source = builtFrom({
    root: place.root,
    inputs,
    memory: documentsIn(cache),
    number: options.buildNumber ?? null,
  });
  const signing = signingOf({ option: options.signKey, env: io.env, place, output: folder, source });
  if (signing?.kind === 'trouble') {
    complain(io, signing.message, signing.hint);
    return await withoutBuild(EXIT.usage, options, io);
  }
  const key = buildKey({ cache, folder, inputs }, [
    ...[groups?.join(' ') ?? '', JSON.stringify(source), signing?.key.fingerprint ?? ''],
    ...tools.map(({ mark }) => mark),
  ]);
  const recalled = key === null ? null : recall(key);
  const complaints: (readonly [message: string, hint: string | null])[] = [];
  const outcome =
    recalled ??
    (await (
      await import('./run-build.js')
    ).runBuild({
      ...{ root: place.root, sources, folder, cache, inputs, source, signing, key, groups, tools, progress, signal },
      checksSignatures: options.verify !== 'off',
      complain: (message, hint) => complaints.push([message, hint]),
    } satisfies BuildRun));
  const built: Built = { exit: outcome.exit, folder, sources: state, report: null };
  if (signal?.aborted) return built;
  for (const complaint of complaints) complain(io, ...complaint);

  // A report without findings would say that all is well.
  if (outcome.exit === EXIT.usage && options.format !== 'pretty') return await withoutBuild(EXIT.usage, options, io);
  const findings = [
    ...verifier.findings,
    ...signedUncommitted(signing, source),
    ...outcome.findings,
    ...dueFindings(outcome.later, io.clock()),
  ];
  const shownFolder = relative(io.cwd, folder) || '.';
  const report = outcome.result && { ...outcome.result, output: shownFolder, milliseconds: io.now() - started };
  await print(report, findings, { ...options, root: place.root, texts: sources.texts }, io);
  if (recalled === null) io.keepCode?.();
  return { ...built, report };
}

/** Programs get their one object also where it did not come to a build; why is said on stderr. */
export async function withoutBuild(exit: ExitCode, options: BuildOptions, io: Io): Promise<ExitCode> {
  if (options.format === 'json') await print(null, [], { ...options, root: null, texts: new Map() }, io);
  return exit;
}

/** What changes the output beside the sources makes another key. null: nothing can be known of aami itself. */
function buildKey(base: BuildKey, rest: readonly string[]): BuildKey | null {
  const id = buildId();
  if (id === null) return null;
  const parts = [base.inputs, id, ...rest].map((text, at): [string, string] => [String(at), text]);
  return { ...base, inputs: digestOf(parts) };
}

/** The outcome of the last build, if it would be that of this one. */
function recall(key: BuildKey): BuildOutcome | null {
  const recalled = recallBuild(key);
  // Only runBuild writes notes, under a key that holds the build of aami.
  return recalled === null ? null : (recalled.note as unknown as BuildOutcome);
}

function outputFolder({ root, base }: Place, sources: Sources, { output }: BuildOptions): string {
  return output === undefined ? resolve(root, projectOutput(sources)) : resolve(base, output);
}

/** Asked before anything is compiled; a broken project fails later. */
function projectOutput(sources: Sources): string {
  const outputs = projects(sources).map(({ output }) => output);
  return outputs.find((output) => typeof output === 'string') ?? 'build';
}

/** Likewise: whether an alertmanager.yml will be among the output. */
function hasAlertmanager(sources: Sources): boolean {
  return projects(sources).some(
    ({ alertmanager }) =>
      typeof alertmanager === 'object' && alertmanager !== null && 'default_receiver' in alertmanager,
  );
}

function projects({ documents }: Sources): Readonly<Record<string, unknown>>[] {
  return documents.flatMap(({ folder, value }) =>
    folder === 'project' && typeof value === 'object' && value !== null ? [{ ...value }] : [],
  );
}

/** A part of the output must not replace the whole. */
function groupsWithoutFolder(
  { group, output }: BuildOptions,
  folder: string,
  { root }: Place,
  sources: Sources,
): [message: string, hint: string] | null {
  const whole = resolve(root, projectOutput(sources));
  if (group === undefined || (output !== undefined && folder !== whole)) return null;
  const message = '--group would replace the output of all groups by that of some';
  return [message, 'Give the part a folder of its own with -o.'];
}

interface Printing extends BuildOptions {
  readonly root: string | null;
  readonly texts: Sources['texts'];
}

/**
 * For people, the result on stdout, and what there is to complain about beside it on stderr. For programs that read
 * findings, those are the result.
 */
async function print(
  report: BuildReport | null,
  findings: readonly Finding[],
  { format, root, texts }: Printing,
  io: Io,
): Promise<void> {
  const sink = format === 'pretty' ? io.stderr : io.stdout;
  const found = await reportFindings(findings, texts, format, sink, io.env, root);
  if (format === 'json') {
    const built = report && { ...report, milliseconds: Math.round(report.milliseconds) };
    io.stdout.write(printableJson({ ...(JSON.parse(found) as object), build: built }));
    return;
  }
  sink.write(found);
  if (report !== null) (format === 'pretty' ? io.stdout : io.stderr).write(describeBuild(report));
}
