import { byCodeUnit } from '../diagnostics/order.js';
import { type AlertTemplate, type Group, type Json, SEVERITIES, type Severity } from '../model/types.js';
import { below, isWritten } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { durationSeconds } from '../template/index.js';
import type { Expressions } from './expressions.js';
import { sameTexts } from './fields.js';
import { type Difference, parameterChanges, parametersOf } from './parameters.js';
import type { SnapshotRule } from './snapshot.js';
import type { Effect, ValueChange } from './types.js';
import {
  changedValues,
  originOf,
  type Side,
  type Sides,
  type SideValues,
  textValues,
  UNSET,
  valueChange,
} from './values.js';

/** How the values of an alert change where one rule takes the place of another. None, where they mean the same. */
export type CompareRules = (before: SnapshotRule, after: SnapshotRule) => ValueChange[];

/** Compares many rules: most groups of a fleet meet the same values, which are compared once. */
export function ruleComparer(expressions: Expressions, sides: Sides): CompareRules {
  const known = new WeakMap<object, WeakMap<object, Map<string, ValueChange[]>>>();
  return (before, after) => {
    const labels = sameTexts(before.labels, after.labels)
      ? []
      : changedValues(labelsOf(before), labelsOf(after), () => 'neutral', sides);
    const own = (): ValueChange[] => ownChanges(before, after, expressions, sides);
    const [old, now] = [before.concrete?.resolved.effective, after.concrete?.resolved.effective];
    if (old === undefined || now === undefined) return [...own(), ...labels];
    const byNow = known.get(old) ?? new WeakMap<object, Map<string, ValueChange[]>>();
    known.set(old, byNow);
    const pairs = byNow.get(now) ?? new Map<string, ValueChange[]>();
    byNow.set(now, pairs);
    const key = [
      before.expr,
      after.expr,
      sameTexts(before.annotations, after.annotations),
      sameOwnLabels(before, after),
      before.for,
      after.for,
    ].join('\u0000');
    const changes = pairs.get(key) ?? own();
    pairs.set(key, changes);
    return labels.length === 0 ? changes : [...changes, ...labels];
  };
}

/** All but the labels, which the group has a part in. */
function ownChanges(before: SnapshotRule, after: SnapshotRule, expressions: Expressions, sides: Sides): ValueChange[] {
  const effect = expressions.effect(before.expr, after.expr);
  const differs = !expressions.same(before.expr, after.expr);
  const rewritten = differs && expressions.rewritten(before, after);
  const durations = [
    ...durationChange('for', before, after, sides),
    ...durationChange('keepFiringFor', before, after, sides),
  ];
  const difference: Difference = {
    ...{ expr: differs, rewritten, effect },
    durations: durations.length > 0,
    labels: !sameOwnLabels(before, after),
    annotations: !sameTexts(before.annotations, after.annotations),
  };
  return [
    ...severityChange(before, after, sides),
    ...parameterChanges(before, after, difference, expressions, sides),
    ...durations,
    ...(rewritten ? [exprChange(before, after, effect, sides)] : []),
    ...scopingChanges(before, after, sides),
    ...(difference.annotations
      ? changedValues(annotationsOf(before), annotationsOf(after), () => 'neutral', sides)
      : []),
  ];
}

/** The labels that templates and policies give: parameters may stand in them. */
function sameOwnLabels(before: SnapshotRule, after: SnapshotRule): boolean {
  const own = [before, after].flatMap(({ concrete }) => Object.keys(concrete?.resolved.effective.labels ?? {}));
  return own.every((name) => before.labels[name] === after.labels[name]);
}

/** Which series the selectors are narrowed to is no part of the expression: what the template says of it is. */
function scopingChanges(before: SnapshotRule, after: SnapshotRule, sides: Sides): ValueChange[] {
  const [one, other] = [before.concrete?.resolved.template, after.concrete?.resolved.template];
  if (one === undefined || other === undefined) return [];
  const values = ({ aggregate, unscoped, origin }: AlertTemplate): SideValues =>
    new Map([
      ['aggregate', { value: aggregate, origin: below(origin, 'aggregate') }],
      ['unscoped', { value: [...unscoped].sort(byCodeUnit), origin: below(origin, 'unscoped') }],
    ]);
  return changedValues(values(one), values(other), () => 'unclear', sides);
}

/** What there is to say of an alert that comes or goes. */
export function ruleSummary(rule: SnapshotRule, side: 'before' | 'after', sides: Sides): ValueChange[] {
  const values: [string, Side][] = [
    ['severity', { value: rule.severity, origin: severityOrigin(rule) }],
    ...parametersOf(rule),
    ['for', { value: rule.for, origin: originOf(rule, 'for') }],
  ];
  return values
    .filter(([, { value }]) => value !== null)
    .map(([path, value]) => {
      const [before, after] = side === 'before' ? [value, UNSET] : [UNSET, value];
      return valueChange(path, before, after, 'neutral', sides);
    });
}

function severityChange(before: SnapshotRule, after: SnapshotRule, sides: Sides): ValueChange[] {
  if (before.severity === after.severity) return [];
  const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
  const effect = rank(after.severity) > rank(before.severity) ? 'weaker' : 'stronger';
  const side = (rule: SnapshotRule): Side => ({ value: rule.severity, origin: severityOrigin(rule) });
  return [valueChange('severity', side(before), side(after), effect, sides)];
}

function severityOrigin(rule: SnapshotRule): Origin | null {
  return originOf(rule, 'severity');
}

/** An alert that waits longer, pages later or not at all. */
function durationChange(
  field: 'for' | 'keepFiringFor',
  before: SnapshotRule,
  after: SnapshotRule,
  sides: Sides,
): ValueChange[] {
  const seconds = (rule: SnapshotRule): number => durationSeconds(rule[field] ?? '0s') ?? 0;
  const difference = seconds(after) - seconds(before);
  if (difference === 0) return [];
  const effect: Effect = field === 'keepFiringFor' ? 'neutral' : difference > 0 ? 'weaker' : 'stronger';
  const side = (rule: SnapshotRule): Side => ({ value: rule[field], origin: originOf(rule, field) });
  return [valueChange(field === 'for' ? 'for' : 'keep_firing_for', side(before), side(after), effect, sides)];
}

function exprChange(before: SnapshotRule, after: SnapshotRule, effect: Effect, sides: Sides): ValueChange {
  const side = (rule: SnapshotRule): Side => {
    const template = rule.concrete?.resolved.template;
    const value: Json = (template?.expr ?? rule.expr).trim();
    return { value, origin: template === undefined ? null : below(template.origin, 'expr') };
  };
  return valueChange('expr', side(before), side(after), effect, sides);
}

/** Those that tell an alert by its place are said by other means: where it holds, and which rule it is. */
const OF_ITS_PLACE: ReadonlySet<string> = new Set(['severity', 'group', 'group_id', 'override']);

function labelsOf(rule: SnapshotRule): SideValues {
  const named = Object.entries(rule.labels).filter(([name]) => !OF_ITS_PLACE.has(name));
  return textValues(Object.fromEntries(named), 'labels', (name) => {
    const own = rule.concrete?.resolved.effective.provenance.get(`labels/${name}`);
    const scope = rule.concrete?.resolved.scope;
    return own ?? (scope === undefined || scope.kind === 'fleet' ? null : groupOrigin(scope.group, name));
  });
}

/** Where a group, or the ancestor that it has it from, sets a label or its namespace. */
function groupOrigin(group: Group, label: string): Origin {
  const line = [group, ...[...group.ancestors].reverse()].map(({ origin }) =>
    label === 'namespace' ? below(origin, 'namespace') : below(origin, 'labels', label),
  );
  return line.find(isWritten) ?? group.origin;
}

/** As they are written: a parameter that is named in one changes its text, and that is said of the parameter. */
function annotationsOf(rule: SnapshotRule): SideValues {
  const texts = rule.concrete?.resolved.effective.annotations ?? rule.annotations;
  return textValues(texts, 'annotations', (name) => originOf(rule, `annotations/${name}`));
}
