import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cache } from '../cache/cache.js';
import type { Finding } from '../diagnostics/finding.js';
import { ALERTMANAGER_CONFIG } from '../emit/alertmanager/index.js';
import { PROMETHEUS_CONFIG } from '../emit/prometheus/index.js';
import { RULES_FOLDER } from '../emit/rules/index.js';
import { SD_FOLDER } from '../emit/sd/index.js';
import type { OutputFile } from '../emit/types.js';
import { sha256 } from '../output/manifest.js';
import { batches, inParallel } from './batches.js';
import { type BlamedRepo, blame } from './blame.js';
import type { Complaint } from './complaint.js';
import { complainedOf } from './narrow-alertmanager.js';
import { clean, parseCheckAlertmanager, parseCheckRules } from './parse.js';
import { loadVerified, type Verified } from './remembered.js';
import { runTool, type ToolAnswer } from './run.js';
import type { Tool } from './tool.js';

export interface VerifyRequest {
  /** Where the files lie, absolute. */
  readonly folder: string;
  readonly files: readonly OutputFile[];
  /** What the files were made from, to report at the source. */
  readonly repo: BlamedRepo | null;
  readonly tool: Tool;
  readonly cache: Cache;
  /** Digests of the contents by path, where they are known. */
  readonly digests?: ReadonlyMap<string, { readonly sha256: string }> | undefined;
  readonly timeoutMs?: number | undefined;
  /** Ends the processes of the tool: what they have not looked at is complained about. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface Verification {
  readonly tool: Tool;
  readonly findings: readonly Finding[];
  /** How many files the tool looked at now, and how many it is known to accept. */
  readonly checked: number;
  readonly remembered: number;
}

const TIMEOUT_MS = 5 * 60 * 1000;

/** One process of the tool: what it looks at and what it says. */
interface Job {
  readonly kind: 'rules' | 'config' | 'sd' | 'alertmanager';
  readonly files: readonly OutputFile[];
}

/** Has promtool, or amtool, look at every file of the output that it knows and has not accepted before. */
export async function verifyFiles(request: VerifyRequest): Promise<Verification> {
  const { files, tool, cache, digests, onProgress } = request;
  const verified = loadVerified(cache, tool);
  const parallel = availableParallelism();
  const digest = (file: OutputFile) => digests?.get(file.path)?.sha256 ?? sha256(file.content);
  const open: Record<Job['kind'], OutputFile[]> = { rules: [], config: [], sd: [], alertmanager: [] };
  let remembered = 0;
  for (const file of files) {
    const kind = kindOf(file.path);
    if (kind === null || (kind === 'alertmanager') !== (tool.name === 'amtool')) continue;
    if (verified.has(kind, digest(file))) remembered++;
    else open[kind].push(file);
  }
  const jobs: Job[] = [
    ...open.config.map((file): Job => ({ kind: 'config', files: [file] })),
    ...open.alertmanager.map((file): Job => ({ kind: 'alertmanager', files: [file] })),
    ...batches(open.sd, 1).map((batch): Job => ({ kind: 'sd', files: batch })),
    ...batches(open.rules, parallel).map((batch): Job => ({ kind: 'rules', files: batch })),
  ];
  const total = jobs.reduce((sum, job) => sum + job.files.length, 0);
  let done = 0;
  const complaints = await inParallel(jobs, parallel, async (job) => {
    const found = await runJob(job, request);
    if (found.length === 0) remember(verified, job, digest);
    done += job.files.length;
    onProgress?.(done, total);
    return found;
  });
  verified.save();
  const findings = blame(complaints.flat(), { files, repo: request.repo, tool: tool.name });
  return { tool, findings, checked: total, remembered };
}

function kindOf(path: string): Job['kind'] | null {
  if (path.startsWith(`${RULES_FOLDER}/`)) return 'rules';
  if (path === PROMETHEUS_CONFIG) return 'config';
  if (path === ALERTMANAGER_CONFIG) return 'alertmanager';
  return path.startsWith(`${SD_FOLDER}/`) ? 'sd' : null;
}

function remember(verified: Verified, job: Job, digest: (file: OutputFile) => string): void {
  for (const file of job.files) verified.add(job.kind, digest(file));
}

async function runJob(job: Job, request: VerifyRequest): Promise<Complaint[]> {
  const paths = job.files.map((file) => file.path);
  if (job.kind === 'rules') {
    const answer = await ask(request, ['check', 'rules', '--lint=all', '--lint-fatal', ...paths]);
    return refusal(answer, (said) => parseCheckRules(said.stdout, said.stderr, paths));
  }
  if (job.kind === 'config') {
    const answer = await ask(request, ['check', 'config', '--syntax-only', PROMETHEUS_CONFIG]);
    return refusal(answer, (said) => [plain(PROMETHEUS_CONFIG, said.stderr)]);
  }
  if (job.kind === 'alertmanager') {
    const complaints = await checkAlertmanager(ALERTMANAGER_CONFIG, request);
    return Promise.all(complaints.map((one) => narrowed(one, job.files[0]?.content ?? '', request)));
  }
  return checkSd(job.files, request);
}

async function checkAlertmanager(path: string, request: VerifyRequest): Promise<Complaint[]> {
  const answer = await ask(request, ['check-config', path]);
  return refusal(answer, ({ stdout }) => parseCheckAlertmanager(stdout, path));
}

/** Of some complaints amtool does not say what they are about. */
async function narrowed(complaint: Complaint, content: string, request: VerifyRequest): Promise<Complaint> {
  if (complaint.file === null || complaint.line !== null) return complaint;
  const folder = mkdtempSync(join(tmpdir(), 'aami-verify-'));
  const config = join(folder, 'alertmanager.yml');
  try {
    const path = await complainedOf(content, async (text) => {
      writeFileSync(config, text);
      return (await checkAlertmanager(config, request)).some(({ reason }) => reason === complaint.reason);
    });
    return path === null ? complaint : { ...complaint, path };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** promtool checks service discovery files only through a config that names them. */
async function checkSd(files: readonly OutputFile[], request: VerifyRequest): Promise<Complaint[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aami-verify-'));
  try {
    const names = files.map(({ path }) => escapeGlob(join(request.folder, path)));
    const config = { scrape_configs: [{ job_name: 'sd', file_sd_configs: [{ files: names }] }] };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const answer = await ask(request, ['check', 'config', join(folder, 'prometheus.yml')]);
    return refusal(answer, ({ stderr }) => [plain(sdFileOf(stderr, files, request.folder), stderr, request.folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** promtool names the file of some errors, and quotes what is wrong in others. */
function sdFileOf(stderr: string, files: readonly OutputFile[], folder: string): string | null {
  const quoted = [...stderr.matchAll(/"((?:[^"\\]|\\.)+)"/g)].map((match) => match[1] ?? '');
  const named = files.find(({ path }) => quoted.includes(join(folder, path)));
  return (named ?? files.find(({ content }) => quoted.some((text) => content.includes(`"${text}`))))?.path ?? null;
}

function ask({ tool, folder, timeoutMs, signal }: VerifyRequest, args: readonly string[]): Promise<ToolAnswer> {
  return runTool(tool.path, args, { cwd: folder, timeoutMs: timeoutMs ?? TIMEOUT_MS, signal });
}

/** Whatever is not a plain yes is a complaint, also when its text is not understood. */
function refusal(answer: ToolAnswer, parse: (answer: ToolAnswer) => Complaint[]): Complaint[] {
  if (answer.trouble !== null) return [plain(null, `nothing of use: it ${answer.trouble}`)];
  if (answer.exitCode === 0) return [];
  const found = parse(answer);
  if (found.length > 0 && found.every(({ reason }) => reason !== '')) return found;
  return [plain(null, `${answer.stderr} ${answer.stdout} (exit code ${answer.exitCode})`)];
}

function plain(file: string | null, said: string, folder?: string): Complaint {
  const local = folder === undefined ? said : said.replaceAll(`${folder}/`, '');
  const reason = clean(local).replace(/^FAILED: /, '');
  return { kind: 'error', file, line: null, column: null, group: null, rule: null, reason };
}

function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&');
}
