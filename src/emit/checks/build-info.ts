import { createHash } from 'node:crypto';
import { byCodeUnit } from '../../diagnostics/order.js';
import type { ResolvedModel } from '../../resolve/types.js';
import { header } from '../header.js';
import { RULES_FOLDER } from '../rules/index.js';
import type { OutputFile } from '../types.js';
import { writeYaml, type YamlMapping } from '../yaml.js';
import { intervalRules } from './intervals.js';

/** Where the digest of all bundles is written. */
export const BUILD_INFO = 'agent/build.json';
/** The same as a series, for Prometheus, and which checks are to run; a file of a group always has a `-` in its name. */
export const BUILD_RULES = `${RULES_FOLDER}/_build.yml`;

/**
 * What says of which build the bundles are. The digest is there for every repo: where the last check has been taken away,
 * the agents still have to learn it.
 */
export function buildInfo(bundles: readonly OutputFile[], model: ResolvedModel): OutputFile[] {
  const digest = digestOfBundles(bundles);
  const info = { path: BUILD_INFO, content: `${JSON.stringify({ digest })}\n`, origins: [] };
  return usesChecks(model) ? [info, { path: BUILD_RULES, content: rules(digest, model), origins: [] }] : [info];
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

/** What should be, as series: to be held against what the agents say of themselves. */
function rules(digest: string, model: ResolvedModel): string {
  const build = { record: 'aami_build_info', expr: 'vector(1)', labels: { digest } };
  const groups: YamlMapping[] = [{ name: 'aami_build', rules: [build] }];
  const intervals = intervalRules(model);
  if (intervals.length > 0) groups.push({ name: 'aami_checks', rules: intervals });
  return header([]) + writeYaml({ groups });
}
