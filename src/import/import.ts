import type { Compilation } from '../compile.js';
import { RULES_FOLDER } from '../emit/rules/index.js';
import type { Severity } from '../model/types.js';
import { blamedRules, blamedTemplates } from './blame.js';
import type { Format } from './formats.js';
import { mend } from './mend.js';
import { type Proof, prove, type Verdict } from './prove/prove.js';
import { readYaml } from './read/cursor.js';
import { readRules } from './read/prometheus-rules.js';
import { readInputs } from './read/read.js';
import { type Design, type RepoFiles, repoFiles } from './repo.js';
import { type Classified, classify, type SeverityMap } from './rules/classify.js';
import { familiesOf } from './rules/families.js';
import type { Renames } from './rules/rename.js';
import { renamesOf } from './rules/translate.js';
import type { Candidate, Carried, Family } from './rules/types.js';
import { type World, worldOf } from './rules/world.js';
import { planTargets } from './targets/plan.js';
import type { TargetPlan } from './targets/types.js';
import type { Imported, InputFile, Loss, SourceHost, SourceRule } from './types.js';

export interface ImportOptions {
  /** Of the new repo. */
  readonly name: string;
  /** null: each file by what it holds. */
  readonly format: Format | null;
  /** The label that makes the groups; null: one of the usual ones. */
  readonly groupLabel: string | null;
  readonly severities: SeverityMap;
  /** What hosts run of which nothing says it, such as those of an inventory. */
  readonly exporters: SourceHost['exporters'];
}

/** Compiles the files of a repo, by path. */
export type CompileFiles = (files: ReadonlyMap<string, string>) => Promise<Compilation>;

export interface Import {
  /** The new repo; empty where there are errors. */
  readonly repo: RepoFiles;
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
  const plan = planTargets(imported, options);
  const world = worldOf(plan);
  const renames = renamesOf(new Set(plan.targets.flatMap(({ labels }) => Object.keys(labels))));
  const rules = imported.ruleFiles.flatMap(({ groups }) => groups.flatMap((group) => group.rules));
  const classified = classify(rules, world, renames, options.severities);
  const losses = [...imported.losses, ...plan.losses, ...classified.losses];
  if (imported.errors.length > 0)
    return {
      repo: { texts: new Map(), carried: [], server: [], templates: 0, losses: [] },
      imported,
      plan,
      design: { families: [], carried: [], refused: new Map() },
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

type Settled = Pick<Import, 'repo' | 'design' | 'proof' | 'compilation'> & { readonly losses: readonly Loss[] };

/** Compiles until every template that is left stands. */
async function settle(
  name: string,
  imported: Imported,
  classified: Classified,
  ground: Ground,
  compile: CompileFiles,
): Promise<Settled> {
  const grouped = familiesOf(classified.candidates, ground.world);
  let design: Design = {
    families: grouped.families,
    carried: [...classified.carried, ...grouped.carried],
    refused: new Map(),
  };
  const losses: Loss[] = [];
  for (;;) {
    const files = repoFiles(name, imported, ground.plan, design);
    const compilation = await compile(files.texts);
    const templates = blamedTemplates(compilation.findings, files.texts);
    const rules = blamedRules(compilation.findings, files.carried);
    if (rules.size > 0) {
      const mended = mend(design.carried, rules);
      design = { ...design, carried: mended.carried };
      losses.push(...mended.losses);
    }
    const next = withoutBlamed(design, templates, compilation);
    if (rules.size > 0 || next !== design) {
      design = next;
      continue;
    }
    const proof = proofOf(design, files, compilation, ground);
    const failed = compilation.files.length === 0 ? new Map<Family, string>() : failedFamilies(design, proof);
    if (failed.size === 0) return { repo: files, design, proof, compilation, losses: [...losses, ...files.losses] };
    design = withdraw(design, failed);
  }
}

/** Rules of files are carried instead; of an alert of a config server there is nothing but the template, so only errors count. */
function withoutBlamed(design: Design, blamed: ReadonlyMap<string, string>, { findings }: Compilation): Design {
  const families = new Map(
    design.families.flatMap((family) => {
      const why = blamed.get(family.name);
      return why === undefined ? [] : [[family, why] as const];
    }),
  );
  if (families.size > 0) return withdraw(design, families);
  if (!findings.some(({ severity }) => severity === 'error')) return design;
  const others = [...blamed].filter(([name]) => !design.refused.has(name));
  return others.length === 0 ? design : { ...design, refused: new Map([...design.refused, ...others]) };
}

/** Carries the rules of some families as they are. */
function withdraw(design: Design, which: ReadonlyMap<Family, string>): Design {
  const { families: all, carried } = design;
  const given: Carried[] = [...which].flatMap(([family, why]) =>
    family.cells.flatMap(({ members }) => members.map(({ rule }) => ({ rule, why, mark: null }))),
  );
  return { ...design, families: all.filter((family) => !which.has(family)), carried: [...carried, ...given] };
}

function proofOf(
  { families: all, carried }: Design,
  { server }: RepoFiles,
  { files }: Compilation,
  { world, renames }: Ground,
): Proof {
  const originals = [
    ...all.flatMap(({ cells }) => cells.flatMap(({ members }) => members.map(({ rule }) => withSeverity(rule)))),
    ...carried.map(({ rule }) => rule),
    ...server.map(({ rule }) => rule),
  ];
  const compiled = files.flatMap(({ path, content }) =>
    path.startsWith(`${RULES_FOLDER}/`) ? compiledRules(path, content) : [],
  );
  const { verdicts, extra } = prove(originals, compiled, world, renames);
  const ofServer = new Set(server.map(({ rule }) => rule.source));
  const severities = new Map(
    all.flatMap(({ cells }) => cells.flatMap(({ members }) => members.map(({ rule }) => [rule.source, rule.severity]))),
  );
  return {
    verdicts: verdicts.map((verdict) =>
      ofServer.has(verdict.rule) ? withinGroup(verdict) : asWasAsked(verdict, severities.get(verdict.rule)),
    ),
    extra,
  };
}

/** With the severity that was asked for. */
function withSeverity(rule: Candidate): Candidate {
  return { ...rule, labels: { ...rule.labels, severity: rule.severity } };
}

function asWasAsked(verdict: Verdict, severity: Severity | undefined): Verdict {
  const was = verdict.rule.labels.severity ?? '';
  if (severity === undefined || severity === was) return verdict;
  return {
    ...verdict,
    outcome: 'differs',
    reasons: [`its severity is ${severity} instead of "${was}", as was asked for`, ...verdict.reasons],
  };
}

/** The server writes the query as it is, which looks at the targets of all groups. */
function withinGroup(verdict: Verdict): Verdict {
  if (verdict.outcome !== 'same') return verdict;
  return { ...verdict, outcome: 'narrowed', reasons: ['it looks at the targets of its group alone'] };
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
    const reasons = family.cells.flatMap(({ members }) =>
      members.flatMap(({ rule }) => {
        const verdict = byRule.get(rule.source);
        const [first, second] = verdict?.outcome === 'differs' ? verdict.reasons : [];
        return (rule.severity === (rule.labels.severity ?? '') ? first : second) ?? [];
      }),
    );
    if (reasons.length > 0) failed.set(family, `as a template it would not mean the same: ${reasons[0]}`);
    else if (extra.some(({ name }) => name === family.name))
      failed.set(family, 'as a template it would make rules that were not there');
  }
  return failed;
}
