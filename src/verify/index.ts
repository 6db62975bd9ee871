import type { Cache } from '../cache/cache.js';
import type { Finding } from '../diagnostics/finding.js';
import { findTool, type Tool } from './tool.js';
import { toolMissing, toolRequired } from './verify.js';

export type { Tool } from './tool.js';
export { type Verification, type VerifyRequest, verifyFiles } from './verify.js';

/** auto: with the tools that are there; strict: a missing tool is an error of the environment; off: without them. */
export type VerifyMode = 'auto' | 'strict' | 'off';

export interface VerifierSearch {
  readonly mode: VerifyMode;
  /** Of `--promtool`, or null. */
  readonly promtool: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cache: Cache;
}

export type Verifier =
  | { readonly kind: 'tool'; readonly tool: Tool; readonly findings: readonly Finding[] }
  /** Nothing to verify with, and that is accepted; the findings say so where it was not asked for. */
  | { readonly kind: 'none'; readonly findings: readonly Finding[] }
  /** Exit code 3. */
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string };

/** promtool as the mode asks for it: the one named, else that of AAMI_PROMTOOL, else the first on the PATH. */
export async function findVerifier({ mode, promtool, env, cache }: VerifierSearch): Promise<Verifier> {
  if (mode === 'off') return { kind: 'none', findings: [] };
  const named = promtool ?? (env.AAMI_PROMTOOL === '' ? null : (env.AAMI_PROMTOOL ?? null));
  const setting = promtool === null ? 'AAMI_PROMTOOL' : '--promtool';
  const found = await findTool({ name: 'promtool', explicit: named, searchPath: env.PATH ?? '', cache });
  const trouble = found.kind === 'missing' ? found.message : untrusted(found.tool);
  if (found.kind === 'found' && trouble === null) return { kind: 'tool', tool: found.tool, findings: [] };
  // Whoever names a tool wants that tool.
  if (mode === 'strict' || named !== null)
    return { kind: 'failed', ...toolRequired(trouble ?? '', named === null ? null : setting) };
  return { kind: 'none', findings: [toolMissing(trouble ?? '')] };
}

/** promtool 2.46 and 2.47 do not report errors in rule files. */
function untrusted({ version }: Tool): string | null {
  return /^2\.4[67]\./.test(version) ? `promtool ${version} accepts broken rule files (repaired in 2.48)` : null;
}
