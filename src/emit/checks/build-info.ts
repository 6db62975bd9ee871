import { createHash } from 'node:crypto';
import { byCodeUnit } from '../../diagnostics/order.js';
import type { ResolvedModel } from '../../resolve/types.js';
import { header } from '../header.js';
import { RULES_FOLDER } from '../rules/index.js';
import type { OutputFile } from '../types.js';
import { writeYaml } from '../yaml.js';

/** Where the digest of all bundles is written. */
export const BUILD_INFO = 'agent/build.json';
/** The same as a series, for Prometheus; a file of a group always has a `-` in its name. */
export const BUILD_INFO_RULE = `${RULES_FOLDER}/_build.yml`;

/**
 * What says of which build the bundles are. The digest is there for every repo: where the last check has been taken away,
 * the agents still have to learn it.
 */
export function buildInfo(bundles: readonly OutputFile[], model: ResolvedModel): OutputFile[] {
  const digest = digestOfBundles(bundles);
  const info = { path: BUILD_INFO, content: `${JSON.stringify({ digest })}\n`, origins: [] };
  return usesChecks(model) ? [info, { path: BUILD_INFO_RULE, content: recordingRule(digest), origins: [] }] : [info];
}

/** Whether anybody has asked for checks, be it that they are muted everywhere. */
export const usesChecks = ({ repo }: ResolvedModel): boolean => repo.scriptPolicies.length > 0;

/** As `LC_ALL=C sha256sum checks/*.json | sha256sum` has it in the output folder. */
function digestOfBundles(bundles: readonly OutputFile[]): string {
  // Most bundles are the same as many others.
  const known = new Map<string, string>();
  const all = createHash('sha256');
  for (const { path, content } of [...bundles].sort((a, b) => byCodeUnit(a.path, b.path))) {
    const own = known.get(content) ?? createHash('sha256').update(content).digest('hex');
    known.set(content, own);
    all.update(`${own}  ${path}\n`);
  }
  return all.digest('hex');
}

/** One series that says which build Prometheus has loaded, to be held against what the agents say of themselves. */
function recordingRule(digest: string): string {
  const rule = { record: 'aami_build_info', expr: 'vector(1)', labels: { digest } };
  return header([]) + writeYaml({ groups: [{ name: 'aami_build', rules: [rule] }] });
}
