import type { Carried, Family } from './rules/types.js';
import type { TargetPlan } from './targets/types.js';
import type { Imported } from './types.js';
import { alertFiles } from './write/alerts.js';
import { projectFile } from './write/project.js';
import { type StaticFile, staticFiles } from './write/static-rules.js';
import { targetFiles } from './write/targets.js';

/** What a repo is made of. */
export interface Design {
  readonly families: readonly Family[];
  readonly carried: readonly Carried[];
}

/** The files of a repo. */
export interface RepoFiles {
  /** All texts, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Those among them that hold rules as they were. */
  readonly carried: readonly StaticFile[];
}

export function repoFiles(name: string, imported: Imported, plan: TargetPlan, design: Design): RepoFiles {
  const carried = staticFiles(imported.ruleFiles, design.carried);
  const texts = new Map([
    ['aami.yaml', projectFile(name, plan, imported.prometheus)],
    ...targetFiles(plan),
    ...alertFiles(design.families),
    ...carried.map(({ path, text }) => [path, text] as const),
  ]);
  return { texts, carried };
}
