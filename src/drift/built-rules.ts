import { isListOf, isMapping, isText, type Mapping, textsOf } from '../diff/output/shape.js';
import { readGenerated } from '../diff/output/written-yaml.js';
import { RULES_FOLDER, STATIC_RULES_FOLDER } from '../emit/rules/index.js';
import { durationSeconds } from '../template/index.js';
import { readAll } from './answer.js';
import { readPlain } from './plain-yaml.js';
import type { Rule, RuleGroup } from './types.js';

/** The rules of the files of a build, with the hand-written ones; files are relative to the folder of rules. */
export function builtRules(files: ReadonlyMap<string, string>, trouble: (path: string) => void): readonly RuleGroup[] {
  const found: RuleGroup[] = [];
  for (const [path, text] of files) {
    if (!path.startsWith(`${RULES_FOLDER}/`)) continue;
    const value = path.startsWith(`${STATIC_RULES_FOLDER}/`) ? readPlain(text) : readGenerated(text);
    const groups = groupsOf(path.slice(RULES_FOLDER.length + 1), value);
    if (groups === null) trouble(path);
    for (const group of groups ?? []) found.push(group);
  }
  return found;
}

function groupsOf(file: string, value: unknown): readonly RuleGroup[] | null {
  // A file without anything, or with comments alone, holds no rules.
  if (value === null || value === '') return [];
  if (!isMapping(value)) return null;
  const groups = listOf(value.groups);
  return groups === null ? null : readAll(groups, (group) => (isMapping(group) ? groupOf(file, group) : null));
}

function groupOf(file: string, value: Mapping): RuleGroup | null {
  const shared = textsOf(value.labels);
  const written = listOf(value.rules);
  if (!isText(value.name) || shared === null || written === null || !isListOf(written, isMapping)) return null;
  const rules = readAll(written, (rule) => ruleOf(rule, shared));
  if (rules === null) return null;
  const limit = Number(value.limit ?? 0);
  return {
    file,
    name: value.name,
    intervalSeconds: isText(value.interval) ? durationSeconds(value.interval) : null,
    limit: Number.isFinite(limit) ? limit : 0,
    rules,
  };
}

function ruleOf(value: Mapping, shared: Rule['labels']): Rule | null {
  const { alert, record, expr } = value;
  const name = alert ?? record;
  const [labels, annotations] = [textsOf(value.labels), textsOf(value.annotations)];
  if (!isText(name) || !isText(expr) || labels === null || annotations === null) return null;
  return {
    type: isText(alert) ? 'alert' : 'record',
    name,
    expr,
    forSeconds: secondsOf(value.for),
    keepFiringForSeconds: secondsOf(value.keep_firing_for),
    labels: { ...shared, ...labels },
    annotations,
  };
}

const listOf = (value: unknown): readonly unknown[] | null =>
  value === undefined || value === null || value === '' ? [] : Array.isArray(value) ? value : null;

const secondsOf = (value: unknown): number => (isText(value) ? (durationSeconds(value) ?? 0) : 0);
