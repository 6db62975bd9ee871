import type { Cache } from '../cache/cache.js';
import { compile } from '../compile.js';
import type { Finding } from '../diagnostics/finding.js';
import type { LaterFinding } from '../diagnostics/later.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { ALERTMANAGER_CONFIG } from '../emit/alertmanager/index.js';
import type { OutputFile } from '../emit/types.js';
import type { Json, Repo } from '../model/types.js';
import { applyOutput } from '../output/apply.js';
import type { BuiltFrom } from '../output/manifest.js';
import { type BuildKey, rememberBuild } from '../output/memory.js';
import { type OutputPlan, planOutput } from '../output/plan.js';
import { removeFolder } from '../output/staging.js';
import { signBundles, unsignedBundles } from '../sign/bundles.js';
import { KIND_FOLDERS, type Sources } from '../source/types.js';
import { type Tool, type Verification, verifyFiles } from '../verify/index.js';
import type { BuildReport, VerifiedBy } from './build-report.js';
import { EXIT, type ExitCode } from './exit.js';
import { filesOfPart, partOfGroups } from './group-filter.js';
import { cleaningUp } from './interrupt.js';
import type { Progress } from './io.js';
import { isError } from './report.js';
import type { Signing } from './signing.js';
import { countsOf } from './summary.js';

/** What a build has to go on, once the command line is understood and the repo read. */
export interface BuildRun {
  readonly root: string;
  readonly sources: Sources;
  readonly folder: string;
  readonly cache: Cache;
  /** Digest of the sources, for the manifest. */
  readonly inputs: string;
  /** Of which commit they are, likewise. */
  readonly source: BuiltFrom | null;
  /** By whose key the bundles are signed, and as which build; null: they are not. */
  readonly signing: Signing | null;
  /** Whether each signature is held against its bundle again. */
  readonly checksSignatures: boolean;
  /** Under what the build is remembered, or null. */
  readonly key: BuildKey | null;
  /** Ids of the groups to restrict the output to, or null. */
  readonly groups: readonly string[] | null;
  /** Those that are there. */
  readonly tools: readonly Tool[];
  readonly progress: Progress;
  /** Of who ends the build before its time, and leaves it to tidy up; without one, signals end the process. */
  readonly signal?: AbortSignal | undefined;
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
  const compiled = part === null ? compilation.files : filesOfPart(compilation.files, part);
  if (run.signing !== null) progress.show('Signing');
  const signatures = run.signing === null ? [] : signatureFiles(compiled, run.signing, run.checksSignatures);
  const files = [...compiled, ...signatures];
  const counts = countsOf(compilation, part?.holds);
  const plan = planOutput({ files, inputs: run.inputs, source: run.source, counts });
  let verifications: readonly Verification[] = [];
  progress.show('Writing');
  const applied = await applyOutput({
    folder,
    repo: root,
    sourceFolders: [...KIND_FOLDERS, 'rules'],
    plan,
    onWait: () => progress.show('Waiting for another build'),
    signal: run.signal,
    verify: async (staged) => {
      // An output that is already there is verified in its place, and stays.
      const cleanUp = staged === folder ? () => undefined : () => removeFolder(staged);
      const work = () => verify(run, model.repo, plan, staged);
      verifications = await (run.signal === undefined ? cleaningUp(cleanUp, work) : work());
      return !verifications.some(({ findings: said }) => said.some(isError));
    },
  });
  progress.clear();
  const all = [...findings, ...verifications.flatMap((one) => one.findings)];
  if (applied.kind === 'rejected') return { exit: EXIT.findings, findings: all, later, result: null };
  if (!('changes' in applied)) {
    complain(applied.message, applied.hint);
    return { exit: EXIT.environment, findings: all, later, result: null };
  }
  const signed = run.signing && {
    bundles: signatures.length,
    number: run.signing.number,
    key: run.signing.key.fingerprint,
  };
  const result = { counts, source: run.source, files: applied.changes, signed, ...verifiedBy(plan, verifications) };
  const outcome: BuildOutcome = { exit: EXIT.fine, findings: all, later, result };
  if (run.key !== null) rememberBuild(run.key, noteOf(outcome, plan));
  return outcome;
}

/** A build must not send out what the agents refuse; to check a signature takes longer than to make it. */
function signatureFiles(files: readonly OutputFile[], { key, number }: Signing, check: boolean): readonly OutputFile[] {
  const signatures = signBundles(files, number, key);
  if (!check) return signatures;
  const broken = unsignedBundles([...files, ...signatures], number, key.publicKey);
  if (broken.length > 0) throw new Error(`The signature of ${broken[0]} does not hold`);
  return signatures;
}

function verify(
  { tools, cache, progress, signal }: BuildRun,
  repo: Repo,
  plan: OutputPlan,
  folder: string,
): Promise<readonly Verification[]> {
  const names = tools.map(({ name }) => name).join(' and ');
  const onProgress = (done: number, total: number) => progress.show(`Verifying with ${names}: ${done} of ${total}`);
  const request = { repo, folder, files: plan.files, cache, digests: plan.manifest.files, onProgress, signal };
  return Promise.all(tools.map((tool) => verifyFiles({ ...request, tool })));
}

function verifiedBy({ files }: OutputPlan, all: readonly Verification[]): Pick<BuildReport, 'verified' | 'amtool'> {
  const by = (name: string): VerifiedBy | null => {
    const found = all.find(({ tool }) => tool.name === name);
    return found === undefined ? null : { tool: name, version: found.tool.version, ...counted(found) };
  };
  const hasAlertmanager = files.some(({ path }) => path === ALERTMANAGER_CONFIG);
  return { verified: by('promtool'), ...(hasAlertmanager && { amtool: by('amtool') }) };
}

const counted = ({ checked, remembered }: Verification) => ({ checked, remembered });

/** The same build again: nothing changes, and everything is known to be good. */
function noteOf({ exit, findings, later, result }: BuildOutcome, plan: OutputPlan): Json {
  const known = (by: VerifiedBy | null | undefined) =>
    by && { ...by, checked: 0, remembered: by.checked + by.remembered };
  const files = { added: [], changed: [], removed: [], unchanged: plan.files.length };
  return JSON.parse(
    JSON.stringify({
      exit,
      findings,
      later,
      result: { ...result, files, verified: known(result?.verified), amtool: known(result?.amtool) },
    }),
  ) as Json;
}
