import { byCodeUnit } from '../diagnostics/order.js';
import { type Meaning, meanings, sameMeaning } from './expressions.js';
import { duration, fieldDrift, labelDrift } from './fields.js';
import { liveFiles } from './live-files.js';
import { pairRules } from './rule-pairs.js';
import type { FieldDrift, Rule, RuleDrift, RuleGroup, RulePlace, RunningGroup, RunningRule } from './types.js';

export interface RulesDrift {
  readonly drift: readonly RuleDrift[];
  /** Rules that run as they were built, in good health or not. */
  readonly asBuilt: number;
  /** Rules that come from files that aami did not install; they are nobody's drift. */
  readonly foreign: number;
  /** The folder of aami's rules, as the server names it; null: it has none of them. */
  readonly folder: string | null;
}

/**
 * What the rules that run differ in from those that were built.
 *
 * @param installed files that aami has put there, relative to the folder of rules, beside those of the build: what runs
 *   of them is known to be left over
 */
export function compareRules(
  built: readonly RuleGroup[],
  running: readonly RunningGroup[],
  installed: Iterable<string> = [],
): RulesDrift {
  const own = liveFiles(
    [...built.map(({ file }) => file), ...installed],
    running.map(({ file }) => file),
  );
  const meaning = meanings();
  const texts: Expressions = { meaning, same: sameMeaning(meaning) };
  const drift: RuleDrift[] = [];
  let [asBuilt, foreign] = [0, 0];
  const live = new Map<string, RunningGroup>();
  for (const group of running) {
    const file = own.files.get(group.file);
    if (file === undefined) foreign += group.rules.length;
    else live.set(keyOf(file, group.name), { ...group, file });
  }
  const wanted = new Map(built.map((group) => [keyOf(group.file, group.name), group]));
  for (const key of [...new Set([...wanted.keys(), ...live.keys()])].sort(byCodeUnit)) {
    const found = compareGroup(wanted.get(key), live.get(key), texts);
    asBuilt += found.asBuilt;
    for (const one of found.drift) drift.push(one);
  }
  return { drift, asBuilt, foreign, folder: own.folder };
}

interface Expressions {
  readonly meaning: Meaning;
  readonly same: (one: string, other: string) => boolean;
}

const keyOf = (file: string, group: string): string => JSON.stringify([file, group]);

type Found = Pick<RulesDrift, 'drift' | 'asBuilt'>;

function compareGroup(built: RuleGroup | undefined, running: RunningGroup | undefined, texts: Expressions): Found {
  if (built === undefined || running === undefined) {
    const missing = (built?.rules ?? []).map((rule) => oneSided('rule-not-running', built, rule));
    const extra = (running?.rules ?? []).map((rule) => oneSided('rule-not-built', running, rule));
    return { drift: [...missing, ...extra], asBuilt: 0 };
  }
  const { pairs, onlyBuilt, onlyRunning, reordered } = pairRules(built.rules, running.rules, texts.meaning);
  const drift: RuleDrift[] = [];
  const fields = groupFields(built, running, reordered);
  if (fields.length > 0) drift.push({ kind: 'group-differs', file: built.file, group: built.name, fields });
  let asBuilt = 0;
  for (const [wanted, live] of pairs) {
    const differing = ruleFields(wanted, live, texts);
    const rule = placeOf(built, wanted);
    if (differing.length > 0) drift.push({ kind: 'rule-differs', rule, fields: differing });
    else asBuilt++;
    for (const ill of illness(rule, live, running)) drift.push(ill);
  }
  for (const rule of onlyBuilt) drift.push(oneSided('rule-not-running', built, rule));
  for (const rule of onlyRunning) drift.push(oneSided('rule-not-built', running, rule));
  const { evaluationSeconds, intervalSeconds } = running;
  if (intervalSeconds !== null && evaluationSeconds > intervalSeconds)
    drift.push({ kind: 'group-slow', file: built.file, group: built.name, evaluationSeconds, intervalSeconds });
  return { drift, asBuilt };
}

const oneSided = (
  kind: 'rule-not-running' | 'rule-not-built',
  group: RuleGroup | RunningGroup | undefined,
  rule: Rule,
): RuleDrift => ({ kind, rule: placeOf(group ?? { file: '', name: '' }, rule) });

const placeOf = ({ file, name: group }: Pick<RuleGroup, 'file' | 'name'>, rule: Rule): RulePlace => ({
  file,
  group,
  type: rule.type,
  name: rule.name,
  labels: rule.labels,
});

function groupFields(built: RuleGroup, running: RunningGroup, reordered: boolean): readonly FieldDrift[] {
  const interval = ({ intervalSeconds }: RuleGroup): string => duration(intervalSeconds ?? 0);
  return [
    ...(built.intervalSeconds === null ? [] : fieldDrift('interval', interval(built), interval(running))),
    ...fieldDrift('limit', String(built.limit), String(running.limit)),
    // A rule sees what those above it have recorded a moment ago.
    ...(reordered ? fieldDrift('order', 'as built', 'changed') : []),
  ];
}

function ruleFields(built: Rule, running: Rule, { same }: Expressions): readonly FieldDrift[] {
  return [
    ...(same(built.expr, running.expr) ? [] : fieldDrift('expr', built.expr, running.expr)),
    ...fieldDrift('for', duration(built.forSeconds), duration(running.forSeconds)),
    ...fieldDrift('keep_firing_for', duration(built.keepFiringForSeconds), duration(running.keepFiringForSeconds)),
    ...labelDrift('labels', built.labels, running.labels),
    ...labelDrift('annotations', built.annotations, running.annotations),
  ];
}

function illness(
  rule: RulePlace,
  { health, lastError }: RunningRule,
  { intervalSeconds }: RunningGroup,
): readonly RuleDrift[] {
  if (health === 'ok') return [];
  return health === 'failing'
    ? [{ kind: 'rule-failing', rule, error: lastError ?? 'no reason given' }]
    : [{ kind: 'rule-not-evaluated', rule, intervalSeconds: intervalSeconds ?? 0 }];
}
