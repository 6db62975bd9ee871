import type { Cache } from '../cache/cache.js';
import { ALERTMANAGER_CONFIG } from '../emit/alertmanager/index.js';
import type { OutputFiles } from '../output/read.js';
import { findVerifier, verifyFiles } from '../verify/index.js';
import type { DeploySettings, ServerKind } from './settings.js';

export interface Validation {
  /** What promtool and amtool refuse. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Has promtool and amtool look at a build, where they are there and the settings do not say otherwise. */
export async function validateBuild(
  folder: string,
  files: OutputFiles,
  { servers }: DeploySettings,
  { env, cache }: { readonly env: Readonly<Record<string, string | undefined>>; readonly cache: Cache },
): Promise<Validation> {
  const wanted = new Set<ServerKind>(
    servers.filter(({ validate, path }) => validate && path !== null).map(({ kind }) => kind),
  );
  if (wanted.size === 0) return { errors: [], warnings: [] };
  const alertmanager = wanted.has('alertmanager') && files.has(ALERTMANAGER_CONFIG);
  const verifier = await findVerifier({ mode: 'auto', promtool: null, amtool: null, alertmanager, env, cache });
  if (verifier.kind === 'failed') return { errors: [], warnings: [verifier.message] };
  const outputs = [...files]
    .filter(([path]) => [...wanted].some((kind) => path.startsWith(`${kind}/`)))
    .map(([path, content]) => ({ path, content, origins: [] }));
  const verifications = await Promise.all(
    verifier.tools.map((tool) => verifyFiles({ folder, files: outputs, repo: null, tool, cache })),
  );
  const found = verifications.flatMap(({ findings }) => findings);
  return {
    errors: found.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    warnings: verifier.findings.map(({ message }) => `${message}.`),
  };
}
