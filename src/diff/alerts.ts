import { byCodeUnit } from '../diagnostics/order.js';
import { type Causes, isTargetsLife, type TemplatePart } from './causes.js';
import type { CoveragePair } from './coverage.js';
import { type CompareRules, ruleSummary } from './rule-values.js';
import type { SnapshotRule } from './snapshot.js';
import type { AlertChange, Cause, Place, ValueChange, WeakeningKind } from './types.js';
import type { Sides } from './values.js';
import { collection, countOf, type Placer } from './where.js';

/** All that is the same for the targets of one change. */
type Content = Pick<
  AlertChange,
  'kind' | 'series' | 'severityBefore' | 'severityAfter' | 'values' | 'causes' | 'weakens'
> & { readonly alert: string };

export interface AlertContext {
  readonly compare: CompareRules;
  readonly causes: Causes;
  readonly sides: Sides;
  readonly place: Placer;
  /** Whether an alert has any rule after the change. */
  readonly survives: (template: string) => boolean;
}

/** Which targets gain or lose an alert, and how its values change for the others: the same change once, however many it meets. */
export function alertChanges(pairs: readonly CoveragePair[], context: AlertContext): AlertChange[] {
  const found = collection<Content>();
  for (const pair of pairs) {
    if (pair.before !== null && pair.after !== null) addChanged(pair, pair.before, pair.after, context, found.add);
    else if (pair.after !== null) addOneSided('added', pair, pair.after, context, found.add);
    else if (pair.before !== null) addOneSided('removed', pair, pair.before, context, found.add);
  }
  const changes = found.entries().map(({ content: { alert, ...content }, targets }): AlertChange => {
    const where = context.place(targets);
    return { ...content, alerts: [alert], where, count: countOf(where) };
  });
  return sorted(joined(changes));
}

type Add = (content: Content, targets: Iterable<string>) => void;

function addChanged(
  { template, series, targets }: CoveragePair,
  before: SnapshotRule,
  after: SnapshotRule,
  { compare }: AlertContext,
  add: Add,
): void {
  const values = compare(before, after);
  if (values.length === 0) return;
  const severities = { severityBefore: before.severity, severityAfter: after.severity };
  add(
    { kind: 'changed', alert: template, series, ...severities, values, causes: [], weakens: weakening(values) },
    targets,
  );
}

function weakening(values: readonly ValueChange[]): WeakeningKind[] {
  const kinds = values.flatMap(({ path, effect }): WeakeningKind[] => {
    if (effect !== 'weaker') return [];
    return [path === 'severity' ? 'severity-lowered' : path === 'for' ? 'for-lengthened' : 'threshold-quieter'];
  });
  return [...new Set(kinds)];
}

function addOneSided(
  kind: 'added' | 'removed',
  pair: CoveragePair,
  rule: SnapshotRule,
  context: AlertContext,
  add: Add,
): void {
  const part: TemplatePart = {
    before: pair.before?.template ?? pair.template,
    after: pair.template,
    scope: rule.aggregate ? rule.group : undefined,
    level: rule.concrete?.resolved.level ?? null,
  };
  const severities = {
    severityBefore: kind === 'removed' ? rule.severity : null,
    severityAfter: kind === 'added' ? rule.severity : null,
  };
  const values = ruleSummary(rule, kind === 'added' ? 'after' : 'before', context.sides);
  for (const [causes, targets] of byCauses(kind, part, pair.targets, context.causes)) {
    const base = { kind, alert: pair.template, causes };
    // A target that comes or goes does so with all its alerts: what they are is not the news.
    if (causes.some(isTargetsLife))
      add({ ...base, series: null, severityBefore: null, severityAfter: null, values: [], weakens: [] }, targets);
    else {
      const weakens = kind === 'added' ? [] : [lossKind(pair, causes, context)];
      add({ ...base, series: pair.series, ...severities, values, weakens }, targets);
    }
  }
}

function lossKind(pair: CoveragePair, causes: readonly Cause[], { survives }: AlertContext): WeakeningKind {
  if (pair.otherLevel) return 'level-removed';
  if (causes.some((cause) => cause.kind === 'muted')) return 'muted';
  return survives(pair.template) ? 'coverage-lost' : 'alert-removed';
}

function byCauses(
  kind: 'added' | 'removed',
  part: TemplatePart,
  targets: readonly string[],
  { ofGain, ofLoss }: Causes,
): Iterable<[readonly Cause[], string[]]> {
  const found = new Map<string, [readonly Cause[], string[]]>();
  for (const target of targets) {
    const causes = kind === 'added' ? ofGain(part, target) : ofLoss(part, target);
    const key = JSON.stringify(causes);
    const known = found.get(key);
    if (known === undefined) found.set(key, [causes, [target]]);
    else known[1].push(target);
  }
  return found.values();
}

/** So many alerts that change alike are one entry, although each has its value from a line of its own. */
const MANY = 4;

/** One change that meets several alerts in the same place is one entry. */
function joined(changes: readonly AlertChange[]): AlertChange[] {
  const same = grouped(changes, ({ alerts: _, ...rest }) => rest).map(merged);
  const alike = grouped(same, ({ alerts: _, values, ...rest }) => ({ ...rest, values: values.map(withoutPlaces) }));
  return alike.flatMap((group) =>
    group.length > 1 && group.flatMap(({ alerts }) => alerts).length >= MANY ? [merged(group)] : group,
  );
}

type Group = readonly [AlertChange, ...AlertChange[]];

function grouped(changes: readonly AlertChange[], keyOf: (change: AlertChange) => unknown): Group[] {
  const groups = new Map<string, [AlertChange, ...AlertChange[]]>();
  for (const change of changes) {
    const key = JSON.stringify(keyOf(change));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [change]);
    else known.push(change);
  }
  return [...groups.values()];
}

/** Changes that differ in nothing but the alerts, and perhaps in where the values stand: then no place is named. */
function merged(group: Group): AlertChange {
  const [first, ...others] = group;
  if (others.length === 0) return first;
  const shared = (index: number, side: 'beforeAt' | 'afterAt'): Place | null => {
    const place = first.values[index]?.[side] ?? null;
    const agree = others.every(({ values }) => JSON.stringify(values[index]?.[side]) === JSON.stringify(place));
    return agree ? place : null;
  };
  return {
    ...first,
    alerts: group.flatMap(({ alerts }) => alerts).sort(byCodeUnit),
    values: first.values.map((value, index) => ({
      ...value,
      beforeAt: shared(index, 'beforeAt'),
      afterAt: shared(index, 'afterAt'),
    })),
  };
}

const withoutPlaces = ({ beforeAt: _, afterAt: __, ...value }: ValueChange): unknown => value;

const ORDER: readonly AlertChange['kind'][] = ['removed', 'changed', 'added'];

function sorted(changes: readonly AlertChange[]): AlertChange[] {
  const key = ({ alerts, series, where }: AlertChange): string =>
    JSON.stringify([alerts, series ?? '', where.map(({ group }) => group)]);
  return [...changes].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || byCodeUnit(key(a), key(b)));
}
