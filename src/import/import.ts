import type { Compilation } from '../compile.js';
import { RULES_FOLDER } from '../emit/rules/index.js';
import { blamedFamilies, blamedRules } from './blame.js';
import { mend } from './mend.js';
import { type Proof, prove, type Verdict } from './prove/prove.js';
import { readYaml } from './read/cursor.js';
import { readRules } from './read/prometheus-rules.js';
import { type Format, readInputs } from './read/read.js';
import { type Design, repoFiles } from './repo.js';
import { type Classified, classify, type SeverityMap } from './rules/classify.js';
import { familiesOf } from './rules/families.js';
import type { Renames } from './rules/rename.js';
import { renamesOf } from './rules/translate.js';
import type { Carried, Family, TranslatedRule } from './rules/types.js';
import { type World, worldOf } from './rules/world.js';
import { planTargets } from './targets/plan.js';
import type { TargetPlan } from './targets/types.js';
import type { Imported, InputFile, Loss, SourceRule } from './types.js';

export interface ImportOptions {
  /** Of the new repo. */
  readonly name: string;
  /** null: each file by what it holds. */
  readonly format: Format | null;
  /** The label that makes the groups; null: one of the usual ones. */
  readonly groupLabel: string | null;
  readonly severities: SeverityMap;
}

/** Compiles the files of a repo, by path. */
export type CompileFiles = (files: ReadonlyMap<string, string>) => Promise<Compilation>;

export interface Import {
  /** The files of the new repo, by path; empty where there are errors. */
  readonly files: ReadonlyMap<string, string>;
  readonly imported: Imported;
  readonly plan: TargetPlan;
  readonly design: Design;
  readonly proof: Proof;
  /** What is not carried over, or not as it was. */
  readonly losses: readonly Loss[];
  readonly compilation: Compilation | null;
}

/**
 * Makes a repo of what a team has. Pure. The repo is compiled, and its rules are held against the originals; a template
 * that does not compile, or whose rules cannot be shown to mean the same, gives way to the original rules.
 */
export async function importFiles(
  inputs: readonly InputFile[],
  options: ImportOptions,
  compile: CompileFiles,
): Promise<Import> {
  const imported = readInputs(inputs, options.format);
  const plan = planTargets(imported, options.groupLabel);
  const world = worldOf(plan);
  const renames = renamesOf(new Set(plan.targets.flatMap(({ labels }) => Object.keys(labels))));
  const rules = imported.ruleFiles.flatMap(({ groups }) => groups.flatMap((group) => group.rules));
  const classified = classify(rules, world, renames, options.severities);
  const losses = [...imported.losses, ...plan.losses, ...classified.losses];
  if (imported.errors.length > 0)
    return {
      files: new Map(),
      imported,
      plan,
      design: { families: [], carried: [] },
      proof: { verdicts: [], extra: [] },
      losses,
      compilation: null,
    };
  const settled = await settle(options.name, imported, classified, { plan, world, renames }, compile);
  return { ...settled, imported, plan, losses: [...losses, ...settled.losses] };
}

interface Ground {
  readonly plan: TargetPlan;
  readonly world: World;
  readonly renames: Renames;
}

type Settled = Pick<Import, 'files' | 'design' | 'proof' | 'compilation'> & { readonly losses: readonly Loss[] };

/** Compiles until every template that is left stands. */
async function settle(
  name: string,
  imported: Imported,
  classified: Classified,
  ground: Ground,
  compile: CompileFiles,
): Promise<Settled> {
  const grouped = familiesOf(classified.candidates, ground.world);
  let design: Design = { families: grouped.families, carried: [...classified.carried, ...grouped.carried] };
  const losses: Loss[] = [];
  for (;;) {
    const { texts: files, carried } = repoFiles(name, imported, ground.plan, design);
    const compilation = await compile(files);
    const families = blamedFamilies(compilation.findings, files, design);
    const rules = blamedRules(compilation.findings, carried);
    if (families.size > 0) design = withdraw(design, families);
    if (rules.size > 0) {
      const mended = mend(design.carried, rules);
      design = { ...design, carried: mended.carried };
      losses.push(...mended.losses);
    }
    if (families.size + rules.size > 0) continue;
    const proof = proofOf(design, compilation, ground);
    const failed = compilation.files.length === 0 ? new Map<Family, string>() : failedFamilies(design, proof);
    if (failed.size === 0) return { files, design, proof, compilation, losses };
    design = withdraw(design, failed);
  }
}

/** Carries the rules of some families as they are. */
function withdraw({ families: all, carried }: Design, which: ReadonlyMap<Family, string>): Design {
  const given: Carried[] = [...which].flatMap(([family, why]) =>
    family.cells.flatMap(({ members }) => members.map(({ rule }) => ({ rule, why, mark: null }))),
  );
  return { families: all.filter((family) => !which.has(family)), carried: [...carried, ...given] };
}

function proofOf({ families: all, carried }: Design, { files }: Compilation, { world, renames }: Ground): Proof {
  const rules: TranslatedRule[] = [
    ...all.flatMap(({ cells }) => cells.flatMap(({ members }) => members.map(({ rule }) => rule))),
    ...carried.map(({ rule }) => rule),
  ];
  const compiled = files.flatMap(({ path, content }) =>
    path.startsWith(`${RULES_FOLDER}/`) ? compiledRules(path, content) : [],
  );
  return prove(rules, compiled, world, renames);
}

/** The rules of a file of the output, read as any rule file is. */
function compiledRules(path: string, text: string): SourceRule[] {
  const read = readYaml({ path, text });
  if ('errors' in read) return [];
  return readRules({ path, text }, read.documents).file.groups.flatMap(({ rules }) => rules);
}

/** Those with a rule that does not come out as it was, unless another severity was asked for. */
function failedFamilies({ families: all }: Design, { verdicts, extra }: Proof): Map<Family, string> {
  const byRule = new Map<SourceRule, Verdict>(verdicts.map((verdict) => [verdict.rule, verdict]));
  const failed = new Map<Family, string>();
  for (const family of all) {
    const members = family.cells.flatMap((cell) => cell.members);
    const differing = members
      .map(({ rule }) => byRule.get(rule.source))
      .find((verdict) => verdict?.outcome === 'differs');
    const remapped = members.some(({ rule }) => rule.severity !== rule.labels.severity);
    const more = extra.find((rule) => rule.name === family.name && !remapped);
    if (differing !== undefined && !remapped)
      failed.set(family, `as a template it would not mean the same: ${differing.reasons[0] ?? ''}`);
    else if (more !== undefined) failed.set(family, 'as a template it would make rules that were not there');
  }
  return failed;
}
