import type { Cache } from '../cache/cache.js';
import { compile } from '../compile.js';
import type { Finding } from '../diagnostics/finding.js';
import type { LaterFinding } from '../diagnostics/later.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { Json, Repo } from '../model/types.js';
import { applyOutput } from '../output/apply.js';
import { type BuildKey, rememberBuild } from '../output/memory.js';
import { type OutputPlan, planOutput } from '../output/plan.js';
import { removeFolder } from '../output/staging.js';
import { KIND_FOLDERS, type Sources } from '../source/types.js';
import { type Tool, type Verification, verifyFiles } from '../verify/index.js';
import type { BuildReport } from './build-report.js';
import { EXIT, type ExitCode } from './exit.js';
import { filesOfPart, partOfGroups } from './group-filter.js';
import { cleaningUp } from './interrupt.js';
import type { Progress } from './io.js';
import { isError } from './report.js';
import { countsOf } from './summary.js';

/** What a build has to go on, once the command line is understood and the repo read. */
export interface BuildRun {
  readonly root: string;
  readonly sources: Sources;
  readonly folder: string;
  readonly cache: Cache;
  /** Digest of the sources, for the manifest. */
  readonly inputs: string;
  /** Under what the build is remembered, or null. */
  readonly key: BuildKey | null;
  /** Ids of the groups to restrict the output to, or null. */
  readonly groups: readonly string[] | null;
  readonly tool: Tool | null;
  readonly progress: Progress;
  readonly complain: (message: string, hint: string | null) => void;
}

export interface BuildOutcome {
  readonly exit: ExitCode;
  readonly findings: readonly Finding[];
  /** Findings of days to come. */
  readonly later: readonly LaterFinding[];
  /** null: the previous output stands. */
  readonly result: Omit<BuildReport, 'output' | 'milliseconds'> | null;
}

/** Compile, stage, verify, replace, remember. */
export async function runBuild(run: BuildRun): Promise<BuildOutcome> {
  const { sources, groups, progress, folder, root, complain } = run;
  progress.show('Compiling');
  const compilation = await compile(sources);
  progress.clear();
  const { findings, later, model } = compilation;
  if (model === null || findings.some(isError)) return { exit: EXIT.findings, findings, later, result: null };
  const unknown = groups?.find((id) => !model.repo.groups.has(id));
  if (unknown !== undefined) {
    complain(`there is no group ${unknown}`, didYouMean(unknown, model.repo.groups.keys()));
    return { exit: EXIT.usage, findings: [], later: [], result: null };
  }

  const part = groups === null ? null : partOfGroups(groups, model.repo);
  const files = part === null ? compilation.files : filesOfPart(compilation.files, part);
  const counts = countsOf(compilation, part?.holds);
  const plan = planOutput({ files, inputs: run.inputs, counts });
  let verification: Verification | null = null;
  progress.show('Writing');
  const applied = await applyOutput({
    folder,
    repo: root,
    sourceFolders: [...KIND_FOLDERS, 'rules'],
    plan,
    onWait: () => progress.show('Waiting for another build'),
    verify: async (staged) => {
      // An output that is already there is verified in its place, and stays.
      const cleanUp = staged === folder ? () => undefined : () => removeFolder(staged);
      verification = await cleaningUp(cleanUp, () => verify(run, model.repo, plan, staged));
      return verification === null || !verification.findings.some(isError);
    },
  });
  progress.clear();
  const verified = verification as Verification | null;
  const all = [...findings, ...(verified?.findings ?? [])];
  if (applied.kind === 'rejected') return { exit: EXIT.findings, findings: all, later, result: null };
  if (!('changes' in applied)) {
    complain(applied.message, applied.hint);
    return { exit: EXIT.environment, findings: all, later, result: null };
  }
  const result = { counts, files: applied.changes, verified: verifiedBy(run.tool, verified) };
  const outcome: BuildOutcome = { exit: EXIT.fine, findings: all, later, result };
  if (run.key !== null) rememberBuild(run.key, noteOf(outcome, plan));
  return outcome;
}

function verify(
  { tool, cache, progress }: BuildRun,
  repo: Repo,
  plan: OutputPlan,
  folder: string,
): Promise<Verification | null> {
  if (tool === null) return Promise.resolve(null);
  const onProgress = (done: number, total: number) => progress.show(`Verifying with ${tool.name}: ${done} of ${total}`);
  return verifyFiles({ repo, folder, files: plan.files, tool, cache, digests: plan.manifest.files, onProgress });
}

function verifiedBy(tool: Tool | null, verification: Verification | null): BuildReport['verified'] {
  if (tool === null || verification === null) return null;
  const { checked, remembered } = verification;
  return { tool: tool.name, version: tool.version, checked, remembered };
}

/** The same build again: nothing changes, and everything is known to be good. */
function noteOf({ exit, findings, later, result }: BuildOutcome, plan: OutputPlan): Json {
  const verified = result?.verified && {
    ...result.verified,
    checked: 0,
    remembered: result.verified.checked + result.verified.remembered,
  };
  const files = { added: [], changed: [], removed: [], unchanged: plan.files.length };
  return JSON.parse(JSON.stringify({ exit, findings, later, result: { ...result, files, verified } })) as Json;
}
