import type { ResolvedRule } from '../../resolve/types.js';
import type { ConcreteRule, RuleFile, RuleGroup } from '../../rules/types.js';
import type { Emitted, EmittedFile, Emitter } from '../emitter.js';
import { header } from '../header.js';
import { fileNamePart } from '../names.js';
import type { RuleOrigin } from '../types.js';
import { writeYaml, type YamlMapping } from '../yaml.js';

/** Where the rule files lie in the output. */
export const RULES_FOLDER = 'prometheus/rules';
/** Where hand-written rule files lie; a file of a group always has a `-` in its name, so it cannot be this folder. */
export const STATIC_RULES_FOLDER = `${RULES_FOLDER}/static`;

/** One rule file for each scope that has rules, and the hand-written ones as they are. */
export const emitRules: Emitter = ({ model, ruleFiles }): Emitted => {
  const generated = mergeByPath(ruleFiles).map(([path, files]) => ruleFile(path, files));
  const handWritten = model.repo.staticRules.map(({ path, text }) => ({
    file: { path: `${STATIC_RULES_FOLDER}/${path}`, content: text, origins: [] },
    claimedBy: { file: `rules/${path}`, start: 0, end: 0 },
  }));
  return { files: [...generated, ...handWritten], findings: [] };
};

/** Where the rules of a scope are written. */
export function ruleFilePath(scope: RuleFile['scope']): string {
  if (scope.kind === 'fleet') return `${RULES_FOLDER}/_global.yml`;
  return `${RULES_FOLDER}/${fileNamePart(scope.group.name)}-${scope.group.id}.yml`;
}

/** A group's own rules and its aggregates over the groups below it share one file; two groups never do. */
function mergeByPath(ruleFiles: readonly RuleFile[]): [path: string, files: readonly RuleFile[]][] {
  const byOwner = new Map<string, [string, RuleFile[]]>();
  for (const file of ruleFiles) {
    if (file.groups.every((group) => group.rules.length === 0)) continue;
    const owner = file.scope.kind === 'fleet' ? '' : file.scope.group.id;
    const known = byOwner.get(owner);
    if (known === undefined) byOwner.set(owner, [ruleFilePath(file.scope), [file]]);
    else known[1].push(file);
  }
  return [...byOwner.values()];
}

function ruleFile(path: string, files: readonly RuleFile[]): EmittedFile {
  const origins: RuleOrigin[] = [];
  const groups = groupsByName(files).map(([name, rules]) => {
    for (const [at, rule] of rules.entries()) origins.push({ group: name, number: at + 1, rule });
    return { name, rules: rules.map(ruleMapping) };
  });
  const content = header(sourcesOf(origins)) + writeYaml({ groups });
  const scope = files[0]?.scope;
  const claimedBy = scope === undefined || scope.kind === 'fleet' ? null : scope.group.origin;
  return { file: { path, content, origins }, claimedBy };
}

/** Prometheus refuses a file that names one group twice. */
function groupsByName(files: readonly RuleFile[]): [name: string, rules: readonly ConcreteRule[]][] {
  const groups: readonly RuleGroup[] = files.flatMap((file) => file.groups).filter((group) => group.rules.length > 0);
  const byName = new Map<string, ConcreteRule[]>();
  for (const { name, rules } of groups) {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [...rules]);
    else known.push(...rules);
  }
  return [...byName];
}

/** A rule as its file holds it. */
export function ruleMapping(rule: ConcreteRule): YamlMapping {
  return {
    alert: rule.alert,
    expr: rule.expr,
    for: rule.for ?? undefined,
    keep_firing_for: rule.keepFiringFor ?? undefined,
    labels: Object.keys(rule.labels).length === 0 ? undefined : rule.labels,
    annotations: Object.keys(rule.annotations).length === 0 ? undefined : rule.annotations,
  };
}

/** The files of the repo that shaped these rules. */
function sourcesOf(origins: readonly RuleOrigin[]): Set<string> {
  const sources = new Set<string>();
  const seen = new Set<ResolvedRule>();
  for (const { rule } of origins) {
    const { resolved } = rule;
    if (seen.has(resolved)) continue;
    seen.add(resolved);
    sources.add(resolved.template.origin.document.file);
    for (const origin of resolved.effective.provenance.values()) sources.add(origin.document.file);
    for (const origin of resolved.boundBy) sources.add(origin.document.file);
    for (const narrowing of resolved.narrowings) sources.add(narrowing.origin.document.file);
    if (resolved.scope.kind !== 'fleet') sources.add(resolved.scope.group.origin.document.file);
  }
  return sources;
}
