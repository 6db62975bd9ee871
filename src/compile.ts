import type { Finding } from './diagnostics/finding.js';
import type { LaterFinding } from './diagnostics/later.js';
import { emit } from './emit/index.js';
import type { OutputFile } from './emit/types.js';
import { buildRepo } from './model/build.js';
import type { Repo } from './model/types.js';
import { expiries } from './resolve/expiries.js';
import { resolve } from './resolve/resolve.js';
import type { ResolvedModel } from './resolve/types.js';
import { buildRules } from './rules/build.js';
import { selectsNothing } from './rules/selects-nothing.js';
import { checkStaticRules } from './rules/static-rules.js';
import type { RuleFile } from './rules/types.js';
import { unknownNamespaces } from './rules/unknown-namespace.js';
import { untoldAlerts } from './rules/untold.js';
import { checkSchemas } from './schema/check.js';
import type { Sources } from './source/types.js';

/** What a repo compiles to. With errors among the findings, `files` is empty and later stages are missing. */
export interface Compilation {
  readonly files: readonly OutputFile[];
  readonly findings: readonly Finding[];
  /** Findings of days to come. */
  readonly later: readonly LaterFinding[];
  /** null where the repo could not be resolved. */
  readonly model: ResolvedModel | null;
  readonly ruleFiles: readonly RuleFile[];
}

/**
 * The pipeline: sources → documents of the right shape → the typed repo → what holds for every target → concrete
 * rules → output files. Pure: it reads nothing but its argument. Every stage reports all that it can; the next one
 * runs while there are no errors.
 */
export async function compile(sources: Sources): Promise<Compilation> {
  const findings: Finding[] = [...sources.findings];
  const failed = (): boolean => findings.some((finding) => finding.severity === 'error');
  const take = <T>(stage: { readonly value: T; readonly findings: readonly Finding[] }): T => {
    for (const finding of stage.findings) findings.push(finding);
    return stage.value;
  };

  const documents = take(checkSchemas(sources.documents, sources.broken));
  const repo = take(buildRepo(documents, sources));
  const later = expiries(repo);
  const model = failed() ? unresolved(repo) : take(await resolve(repo));
  const ruleFiles = take(buildRules(model));
  take({ value: null, findings: checkStaticRules(repo.staticRules, ruleFiles) });
  if (failed()) return { files: [], findings, later, model: null, ruleFiles: [] };

  const lint = [...selectsNothing(repo), ...unknownNamespaces(repo), ...untoldAlerts(repo, ruleFiles)];
  take({ value: null, findings: lint });
  const files = take(emit({ model, ruleFiles, agent: sources.agent }));
  return { files: failed() ? [] : files, findings, later, model, ruleFiles };
}

/** A repo with errors binds nothing, but its templates are still looked at. */
const unresolved = (repo: Repo): ResolvedModel => ({ repo, rules: [], checks: new Map() });
