import { repoCache } from '../../cache/folder.js';
import { type Compilation, compile } from '../../compile.js';
import { finding } from '../../diagnostics/codes.js';
import type { Finding, Span } from '../../diagnostics/finding.js';
import { extentOf } from '../../diff/changed.js';
import { compareSnapshots } from '../../diff/compare.js';
import { snapshotOf } from '../../diff/of-compilation.js';
import { hintsOfModel, snapshotsOfOutputs } from '../../diff/of-output.js';
import { type DiffFormat, loadDiffReporter } from '../../diff/reporters/index.js';
import { EMPTY_SNAPSHOT, type Snapshot } from '../../diff/snapshot.js';
import { digestOfSources } from '../../output/digest.js';
import { readRepo } from '../../source/read.js';
import type { Sources } from '../../source/types.js';
import { complain } from '../complain.js';
import { baseOfCommit, baseOfFolder, type DiffBase } from '../diff-base.js';
import { documentsIn } from '../documents-in.js';
import { EXIT, type ExitCode } from '../exit.js';
import { type Io, progressOn, wantsColour } from '../io.js';
import { locateRepo } from '../locate.js';
import type { CommonOptions } from '../options.js';
import { isError, reportFindings } from '../report.js';

export interface DiffOptions extends CommonOptions {
  readonly baseDir?: string;
  readonly format: DiffFormat;
  readonly failOn?: 'weakened';
  readonly exitCode?: boolean;
}

/** Compares what the working tree does to the fleet with what a base does. */
export async function diff(revision: string | undefined, options: DiffOptions, io: Io): Promise<ExitCode> {
  const place = locateRepo(options, io);
  if (place === null) return EXIT.usage;
  if (revision !== undefined && options.baseDir !== undefined) {
    complain(io, 'a revision and --base-dir are two bases', 'Give one of them.');
    return EXIT.usage;
  }
  const progress = progressOn(io.stderr, io.env);
  progress.show('Reading');
  const memory = documentsIn(repoCache(place.root, io.env, io.cwd));
  const sources = await readRepo(place.root, memory);
  const base =
    options.baseDir === undefined
      ? baseOfCommit(revision ?? null, place, memory)
      : await baseOfFolder(options.baseDir, place);
  if (base.kind === 'trouble') {
    progress.clear();
    complain(io, base.message, base.hint);
    return EXIT.usage;
  }
  progress.show('Compiling');
  const compared = await compileBoth(sources, base);
  if (compared.kind === 'broken') {
    progress.clear();
    const { findings, texts } = compared;
    const sink = options.format === 'json' ? io.stdout : io.stderr;
    sink.write(await reportFindings(findings, texts, options.format === 'json' ? 'json' : 'pretty', sink, io.env));
    return EXIT.findings;
  }
  if (compared.kind === 'unreadable') {
    progress.clear();
    complain(io, compared.message, 'Build that output anew, or compare with a git revision.');
    return EXIT.usage;
  }
  progress.show('Comparing');
  const found = await compareSnapshots(compared.before, compared.after);
  progress.clear();
  const report = await loadDiffReporter(options.format);
  const names = { before: base.described, after: 'the working tree' };
  io.stdout.write(report(found, { ...names, color: wantsColour(io.stdout, io.env) }));
  io.keepCode?.();
  const fails =
    (options.exitCode && extentOf(found) !== 'nothing') || (options.failOn === 'weakened' && found.weakened.length > 0);
  return fails ? EXIT.findings : EXIT.fine;
}

type Compared =
  | { readonly kind: 'snapshots'; readonly before: Snapshot; readonly after: Snapshot }
  | { readonly kind: 'broken'; readonly findings: readonly Finding[]; readonly texts: ReadonlyMap<string, string> }
  | { readonly kind: 'unreadable'; readonly message: string };

async function compileBoth(sources: Sources, base: Exclude<DiffBase, { kind: 'trouble' }>): Promise<Compared> {
  const head = await compile(sources);
  const { model } = head;
  if (model === null || head.findings.some(isError))
    return { kind: 'broken', findings: head.findings, texts: sources.texts };
  const after = snapshotOf(head, model, sources.texts);
  switch (base.kind) {
    case 'nothing':
      return { kind: 'snapshots', before: EMPTY_SNAPSHOT, after };
    case 'output': {
      // Where one side is known by its output alone, the other is looked at in the same way.
      const files = new Map(head.files.map(({ path, content }) => [path, content]));
      const read = snapshotsOfOutputs(base.files, files, hintsOfModel(model, head.ruleFiles));
      const [trouble] = [...read.before.troubles, ...read.after.troubles];
      if (trouble !== undefined) return { kind: 'unreadable', message: trouble };
      return { kind: 'snapshots', before: read.before.snapshot, after: read.after.snapshot };
    }
    case 'sources': {
      // Nothing differs, so nothing needs to be compiled a second time.
      if (digestOfSources(base.sources) === digestOfSources(sources))
        return { kind: 'snapshots', before: after, after };
      const compiled = await compile(base.sources);
      if (compiled.model === null || compiled.findings.some(isError)) return brokenBase(compiled, base);
      return { kind: 'snapshots', before: snapshotOf(compiled, compiled.model, base.sources.texts), after };
    }
  }
}

/** The base's findings, in files that are named as the base's. */
function brokenBase({ findings }: Compilation, base: Extract<DiffBase, { kind: 'sources' }>): Compared {
  const errors = findings.filter(isError);
  const moved = <T extends { readonly span: Span | null }>(place: T): T =>
    place.span === null ? place : { ...place, span: { ...place.span, file: `base:${place.span.file}` } };
  const broken = finding('source/broken-base', `The base, ${base.described}, does not compile`, null, {
    hint: 'Compare with a revision that does: `aami diff <revision>`.',
  });
  return {
    kind: 'broken',
    findings: [broken, ...errors.map((one) => moved({ ...one, related: one.related.map(moved) }))],
    texts: new Map([...base.sources.texts].map(([file, text]) => [`base:${file}`, text])),
  };
}
