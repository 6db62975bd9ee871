import { RULES_FOLDER } from '../../emit/rules/index.js';
import { type Labels, SEVERITIES } from '../../model/types.js';
import { FLEET } from '../../rules/placeholders.js';
import type { SnapshotRule } from '../snapshot.js';
import type { Reach } from './coverage.js';
import type { OutputHints } from './hints.js';
import { isListOf, isMapping, isText, textsOf } from './shape.js';
import { asksOwnGroup, type Unscope } from './unscope.js';
import { readGenerated } from './written-yaml.js';

/** A rule as it stands in a generated file. */
export interface WrittenRule {
  readonly file: string;
  readonly ruleGroup: string;
  readonly alert: string;
  readonly expr: string;
  readonly for: string | null;
  readonly keepFiringFor: string | null;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The group that it belongs to; null: the whole fleet. */
  readonly group: string | null;
}

/** The rules in a file of some path and text; null where it is no rule file. */
export type RuleReader = (path: string, text: string) => readonly WrittenRule[] | null;

/** Reads each file once: most files of two outputs are the same. */
export function ruleReader(): RuleReader {
  const known = new Map<string, readonly WrittenRule[] | null>();
  return (path, text) => {
    const key = `${path}\n${text}`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const rules = rulesOf(path, readGenerated(text));
    known.set(key, rules);
    return rules;
  };
}

/** The rules of all generated files; hand-written ones lie in a folder below. */
export function readRules(
  files: ReadonlyMap<string, string>,
  reader: RuleReader,
  trouble: (path: string) => void,
): WrittenRule[] {
  const found: WrittenRule[] = [];
  for (const [path, text] of files) {
    if (!path.startsWith(`${RULES_FOLDER}/`) || path.indexOf('/', RULES_FOLDER.length + 1) >= 0) continue;
    const rules = reader(path, text);
    if (rules === null) trouble(path);
    for (const rule of rules ?? []) found.push(rule);
  }
  return found;
}

function rulesOf(file: string, value: unknown): WrittenRule[] | null {
  const found: WrittenRule[] = [];
  if (!isMapping(value) || !isListOf(value.groups, isMapping)) return null;
  for (const { name: ruleGroup, rules } of value.groups) {
    if (!isText(ruleGroup) || !isListOf(rules, isMapping)) return null;
    // Such as aami_build_info.
    const alerts = rules.filter((rule) => !isText(rule.record));
    for (const { alert, expr, for: duration = null, keep_firing_for: keepFiringFor = null, ...rest } of alerts) {
      const [labels, annotations] = [textsOf(rest.labels), textsOf(rest.annotations)];
      if (!isText(alert) || !isText(expr) || labels === null || annotations === null) return null;
      if (!isTextOrNull(duration) || !isTextOrNull(keepFiringFor)) return null;
      const { group_id: id = FLEET } = labels;
      const group = id === FLEET ? null : id;
      found.push({ file, ruleGroup, alert, expr, for: duration, keepFiringFor, labels, annotations, group });
    }
  }
  return found;
}

const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

export function snapshotRules(
  rules: readonly WrittenRule[],
  unscope: Unscope,
  covered: (reach: Reach) => readonly string[],
  hints: OutputHints,
): SnapshotRule[] {
  return rules.map((rule) => {
    const known = hints.get(rule.alert);
    const { expr, scope, pieces, jobs } = unscope(rule);
    return {
      template: rule.alert,
      aggregate: rule.group === null || (known?.aggregate ?? !asksOwnGroup(scope)),
      group: rule.group,
      severity: SEVERITIES.find((severity) => severity === rule.labels.severity) ?? 'warning',
      file: rule.file,
      ruleGroup: rule.ruleGroup,
      alert: rule.alert,
      labels: rule.labels,
      for: rule.for,
      keepFiringFor: rule.keepFiringFor,
      annotations: rule.annotations,
      expr,
      targets: covered({ group: rule.group, scope, pieces, jobs, requires: known?.requires ?? null }),
      pieces,
      concrete: null,
    };
  });
}
