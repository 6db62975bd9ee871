import { SEVERITIES } from '../model/types.js';
import { matcherAccepts } from '../promql/index.js';
import type { RegexRegions } from '../resolve/regex-regions.js';
import { sameTexts } from './fields.js';
import { type Cell, overlay } from './regions.js';
import { type Snapshot, type SnapshotRule, type SnapshotTarget, seriesLabel } from './snapshot.js';

/** The rule that looks at some series of some targets before a change, and the one that does after it. Never null both. */
export interface CoveragePair {
  /** Name of the template after the change. */
  readonly template: string;
  readonly before: SnapshotRule | null;
  readonly after: SnapshotRule | null;
  /** Which series, as matchers; null: all. */
  readonly series: string | null;
  /** Whether another rule of the alert, of another severity, looks at them on the side where this one is missing. */
  readonly otherLevel: boolean;
  /** Ids. */
  readonly targets: readonly string[];
}

/**
 * Every pair of which the two sides differ, exactly: an alert is compared target by target and, where policies narrow
 * by series, region by region. Rules that are the same on both sides never come to that.
 */
export function changedCoverage(
  before: Snapshot,
  after: Snapshot,
  renamed: (alert: string) => string,
  regexes: RegexRegions | null,
): CoveragePair[] {
  const slots = slotsOf(before, after, renamed);
  return [...slots.values()].flatMap(({ template, byGroup }) => {
    const changed = [...byGroup.values()].filter((group) => !sameRules(group.before, group.after));
    const { aligned, others } = splitAligned(changed);
    const pairs = aligned.flatMap((group) => alignedPairs(template, group));
    if (others.length === 0) return pairs;
    const old = cellsByTarget(
      others.flatMap((group) => group.before),
      before,
    );
    const now = cellsByTarget(
      others.flatMap((group) => group.after),
      after,
    );
    return [...pairs, ...pairsOf(template, old, now, regexes)];
  });
}

interface RuleSets {
  readonly before: SnapshotRule[];
  readonly after: SnapshotRule[];
}

/** The rules that can look at one and the same series: those of an alert; of an aggregate, those of one scope. */
interface Slot {
  readonly template: string;
  readonly byGroup: Map<string | null, RuleSets>;
}

function slotsOf(before: Snapshot, after: Snapshot, renamed: (alert: string) => string): Map<string, Slot> {
  const plain = new Set<string>();
  for (const rule of before.rules) if (!rule.aggregate) plain.add(renamed(rule.template));
  for (const rule of after.rules) if (!rule.aggregate) plain.add(rule.template);
  const slots = new Map<string, Slot>();
  const add = (rule: SnapshotRule, template: string, side: 'before' | 'after'): void => {
    const key = plain.has(template) ? template : JSON.stringify([template, rule.group]);
    const slot = slots.get(key) ?? { template, byGroup: new Map() };
    slots.set(key, slot);
    const sets = slot.byGroup.get(rule.group) ?? { before: [], after: [] };
    slot.byGroup.set(rule.group, sets);
    sets[side].push(rule);
  };
  for (const rule of before.rules) add(rule, renamed(rule.template), 'before');
  for (const rule of after.rules) add(rule, rule.template, 'after');
  return slots;
}

function sameRules(before: readonly SnapshotRule[], after: readonly SnapshotRule[]): boolean {
  return before.length === after.length && before.every((rule, index) => sameRule(rule, after[index]));
}

/** Groups whose rules cover the same on both sides, rule by rule: there is no need to look at each target. */
function splitAligned(groups: readonly RuleSets[]): { readonly aligned: RuleSets[]; readonly others: RuleSets[] } {
  const aligned: RuleSets[] = [];
  const others: RuleSets[] = [];
  for (const group of groups) (isAligned(group) ? aligned : others).push(group);
  return { aligned, others };
}

function isAligned({ before, after }: RuleSets): boolean {
  return (
    before.length === after.length &&
    before.every((rule, index) => {
      const other = after[index];
      return (
        other !== undefined &&
        (rule.severity === other.severity || before.length === 1) &&
        sameList(rule.targets, other.targets) &&
        [...rule.pieces, ...other.pieces].every(({ series }) => series.length === 0)
      );
    })
  );
}

function alignedPairs(template: string, { before, after }: RuleSets): CoveragePair[] {
  return before.map((rule, index) => ({
    ...{ template, before: rule, after: after[index] ?? null },
    ...{ series: null, otherLevel: false, targets: rule.targets },
  }));
}

/** Equal to the byte but for how the targets are written: what Prometheus and a person see of it. */
function sameRule(one: SnapshotRule, other: SnapshotRule | undefined): boolean {
  return (
    other !== undefined &&
    sameIdentity(one, other) &&
    one.expr === other.expr &&
    one.concrete?.expr === other.concrete?.expr &&
    one.for === other.for &&
    one.keepFiringFor === other.keepFiringFor &&
    sameTexts(one.annotations, other.annotations) &&
    sameList(one.targets, other.targets) &&
    JSON.stringify(one.pieces) === JSON.stringify(other.pieces)
  );
}

/** What Prometheus takes for the same rule after a reload, with its pending and firing alerts. */
export function sameIdentity(one: SnapshotRule, other: SnapshotRule): boolean {
  return (
    one.file === other.file &&
    one.ruleGroup === other.ruleGroup &&
    one.alert === other.alert &&
    sameTexts(one.labels, other.labels)
  );
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || (one.length === other.length && one.every((id, index) => id === other[index]));

/** The cells of each target, and a key that is equal for targets with the same ones. */
type Cells = ReadonlyMap<string, { readonly key: string; readonly cells: readonly Cell[] }>;

function cellsByTarget(rules: readonly SnapshotRule[], { targets }: Snapshot): Cells {
  const found = new Map<string, { key: string; cells: Cell[] }>();
  rules.forEach((rule, number) => {
    for (const id of rule.targets) {
      const target = targets.get(id);
      const pieces = target === undefined ? [] : piecesOf(rule, target);
      if (pieces.length === 0) continue;
      const own = found.get(id) ?? { key: '', cells: [] };
      found.set(id, own);
      own.key += `${number}:${pieces.join(',')} `;
      own.cells.push({ rule, series: pieces.map((index) => rule.pieces[index]?.series ?? []) });
    }
  });
  return found;
}

/** Which pieces of a rule hold series of a target. */
function piecesOf(rule: SnapshotRule, target: SnapshotTarget): number[] {
  return rule.pieces.flatMap((piece, index) =>
    piece.target.every((matcher) => matcherAccepts(matcher, seriesLabel(target, matcher))) ? [index] : [],
  );
}

function pairsOf(template: string, before: Cells, after: Cells, regexes: RegexRegions | null): CoveragePair[] {
  const classes = new Map<string, (CoveragePair & { readonly targets: string[] })[]>();
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(id), after.get(id)];
    const key = `${old?.key ?? ''}|${now?.key ?? ''}`;
    let pairs = classes.get(key);
    if (pairs === undefined) {
      pairs = overlay(old?.cells ?? [], now?.cells ?? [], regexes).flatMap((region) =>
        pairUp(region.before, region.after).map((pair) => ({ template, ...pair, series: region.series, targets: [] })),
      );
      classes.set(key, pairs);
    }
    for (const pair of pairs) pair.targets.push(id);
  }
  return [...classes.values()].flat();
}

/** Rules over the same series, one of each severity: those of one severity belong together, then the strongest of the rest. */
function pairUp(
  before: readonly SnapshotRule[],
  after: readonly SnapshotRule[],
): Pick<CoveragePair, 'before' | 'after' | 'otherLevel'>[] {
  const rank = ({ severity }: SnapshotRule): number => SEVERITIES.indexOf(severity);
  const left = [...before].sort((a, b) => rank(a) - rank(b));
  const right = [...after].sort((a, b) => rank(a) - rank(b));
  const pairs: { before: SnapshotRule | null; after: SnapshotRule | null; otherLevel: boolean }[] = [];
  for (const one of [...left]) {
    const match = right.find(({ severity }) => severity === one.severity);
    if (match === undefined) continue;
    left.splice(left.indexOf(one), 1);
    right.splice(right.indexOf(match), 1);
    pairs.push({ before: one, after: match, otherLevel: false });
  }
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const pair = { before: left[at] ?? null, after: right[at] ?? null };
    pairs.push({ ...pair, otherLevel: pair.after === null ? after.length > 0 : before.length > 0 });
  }
  return pairs;
}
