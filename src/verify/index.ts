import type { Cache } from '../cache/cache.js';
import type { Finding } from '../diagnostics/finding.js';
import { type Absence, type ToolName, toolRequired, toolsMissing } from './missing.js';
import { findTool, type Tool } from './tool.js';

export type { Tool } from './tool.js';
export { type Verification, type VerifyRequest, verifyFiles } from './verify.js';

/** auto: with the tools that are there; strict: a missing tool is an error of the environment; off: without them. */
export type VerifyMode = 'auto' | 'strict' | 'off';

export interface VerifierSearch {
  readonly mode: VerifyMode;
  /** Of `--promtool` and `--amtool`, or null. */
  readonly promtool: string | null;
  readonly amtool: string | null;
  /** Whether there is an alertmanager.yml to verify. */
  readonly alertmanager: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cache: Cache;
}

export type Verifier =
  /** Without those that are not there, where that is accepted; the findings say so where it was not asked for. */
  | { readonly kind: 'tools'; readonly tools: readonly Tool[]; readonly findings: readonly Finding[] }
  /** Exit code 3. */
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string };

/** The tools as the mode asks for them: the one named, else that of AAMI_PROMTOOL or AAMI_AMTOOL, else the first on the PATH. */
export async function findVerifier(search: VerifierSearch): Promise<Verifier> {
  if (search.mode === 'off') return { kind: 'tools', tools: [], findings: [] };
  const names: readonly ToolName[] = search.alertmanager ? ['promtool', 'amtool'] : ['promtool'];
  const found = await Promise.all(names.map((name) => findOne(name, search)));
  const absences = found.filter((one): one is Absence => 'message' in one);
  // Whoever names a tool wants that tool.
  const required = absences.find(({ setting }) => search.mode === 'strict' || setting !== null);
  if (required !== undefined) return { kind: 'failed', ...toolRequired(required) };
  const tools = found.filter((one): one is Tool => !('message' in one));
  return { kind: 'tools', tools, findings: absences.length === 0 ? [] : [toolsMissing(absences)] };
}

async function findOne(name: ToolName, { env, cache, ...search }: VerifierSearch): Promise<Tool | Absence> {
  const variable = `AAMI_${name.toUpperCase()}`;
  const named = search[name] ?? (env[variable] === '' ? null : (env[variable] ?? null));
  const setting = named === null ? null : search[name] === null ? variable : `--${name}`;
  const found = await findTool({ name, explicit: named, searchPath: env.PATH ?? '', cache });
  const message = found.kind === 'missing' ? found.message : untrusted(found.tool);
  return found.kind === 'found' && message === null ? found.tool : { name, setting, message: message ?? '' };
}

/** promtool 2.46 and 2.47 do not report errors in rule files. */
function untrusted({ name, version }: Tool): string | null {
  const accepts = name === 'promtool' && /^2\.4[67]\./.test(version);
  return accepts ? `promtool ${version} accepts broken rule files (repaired in 2.48)` : null;
}
