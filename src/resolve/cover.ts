import type { Matcher, Target } from '../model/types.js';
import { quoteRegex } from '../promql/index.js';
import { type ClassSet, type Conjunction, closedSpace, describe, type LabelSpace } from './label-space.js';
import { labelOf } from './layers.js';
import type { Narrowing } from './types.js';

/** Writes sets of targets as matchers on their series, against the targets that are really there. */
export interface TargetCover {
  /**
   * Disjoint conjunctions that together select exactly `wanted` among the targets of the cover.
   * `own`: labels to prefer, those by which the policies of the cell narrow.
   */
  readonly write: (wanted: ReadonlySet<Target>, own: ReadonlySet<string>) => Conjunction[];
}

/** The series label that carries a label of the target. */
export const targetLabel = (label: string): string => `target_label_${label}`;

/** The value of the series label `groups`. */
export const groupsLabel = (target: Target): string => target.groups.map((group) => group.id).join(',');

/** Selects the series of targets that have one of the groups, first or further down. */
export function membershipMatcher(ids: readonly string[]): Matcher {
  const quoted = [...ids].sort().map(quoteRegex);
  const alternatives = quoted.length === 1 ? quoted[0] : `(?:${quoted.join('|')})`;
  return { label: 'groups', op: '=~', value: `(?:.*,)?${alternatives}(?:,.*)?` };
}

/** A label by which targets can be told apart, with the class of each target. */
interface Dimension {
  readonly space: LabelSpace;
  readonly classOf: ReadonlyMap<Target, ClassSet>;
}

/**
 * @param targets all targets that have series for the rule, also those that it must leave out
 * @param matchers the policies' matchers by which targets are told apart, on series labels
 */
export function targetCover(targets: readonly Target[], matchers: readonly Matcher[]): TargetCover {
  // Most rules cover all targets of their unit and never ask.
  let dimensions: readonly Dimension[] | null = null;
  return {
    write: (wanted, own) => {
      if (wanted.size === targets.length) return [[]];
      dimensions ??= dimensionsOf(targets, matchers);
      const inside = targets.filter((target) => wanted.has(target));
      const outside = targets.filter((target) => !wanted.has(target));
      return oneBox(inside, outside, dimensions, own) ?? fewestBoxes(inside, outside, dimensions);
    },
  };
}

function dimensionsOf(targets: readonly Target[], matchers: readonly Matcher[]): Dimension[] {
  const labels = [...new Set(matchers.map((matcher) => matcher.label))].sort();
  return labels.map((label) => {
    const own = matchers.filter((matcher) => matcher.label === label);
    const values = targets.map((target) => seriesLabel(target, label));
    const { space, classOf: classOfValue } = closedSpace(label, values, own, label === 'groups');
    const classes = targets.map((target) => [target, classOfValue(seriesLabel(target, label))] as const);
    return { space, classOf: new Map(classes) };
  });
}

function seriesLabel(target: Target, label: string): string {
  return label === 'groups' ? groupsLabel(target) : labelOf(target, label.slice('target_label_'.length));
}

type Projection = readonly (readonly [Dimension, ClassSet])[];

/** The smallest product around the wanted targets, if it holds no other; with as few labels as will do. */
function oneBox(
  inside: readonly Target[],
  outside: readonly Target[],
  dimensions: readonly Dimension[],
  own: ReadonlySet<string>,
): Conjunction[] | null {
  const separates = (box: Projection): boolean =>
    outside.every((target) => box.some(([dimension, set]) => (classOf(dimension, target) & set) === 0n));
  const full: Projection = dimensions.map((dimension) => [dimension, classesOf(dimension, inside)]);
  if (!separates(full)) return null;
  // Labels that nobody narrowed this cell by go first.
  const candidates = [...full].sort(
    ([a], [b]) =>
      Number(own.has(a.space.label)) - Number(own.has(b.space.label)) || (a.space.label < b.space.label ? 1 : -1),
  );
  const needed = candidates.reduce<Projection>((box, side) => {
    const without = box.filter((other) => other !== side);
    return separates(without) ? without : box;
  }, full);
  return product(needed.map(([dimension, set]) => describe(dimension.space, set)));
}

/** A decision list over the labels, in the order of labels that needs the fewest conjunctions. */
function fewestBoxes(
  inside: readonly Target[],
  outside: readonly Target[],
  dimensions: readonly Dimension[],
): Conjunction[] {
  let best: Conjunction[] | null = null;
  for (const order of orders(dimensions)) {
    const boxes = decide(inside, outside, order);
    if (best === null || boxes.length < best.length) best = boxes;
  }
  return best ?? [];
}

function decide(
  inside: readonly Target[],
  outside: readonly Target[],
  dimensions: readonly Dimension[],
): Conjunction[] {
  if (inside.length === 0) return [];
  if (outside.length === 0) return [[]];
  const [dimension, ...rest] = dimensions;
  if (dimension === undefined) throw new Error('Targets with equal labels have different settings');
  const branches = new Map<string, { set: ClassSet; below: Conjunction[] }>();
  for (const bit of new Set([...inside, ...outside].map((target) => classOf(dimension, target)))) {
    const here = (target: Target): boolean => classOf(dimension, target) === bit;
    const below = decide(inside.filter(here), outside.filter(here), rest);
    const key = JSON.stringify(below);
    const branch = branches.get(key);
    branches.set(key, { set: (branch?.set ?? 0n) | bit, below });
  }
  return [...branches.values()].flatMap(({ set, below }) =>
    below.length === 0 ? [] : product([describe(dimension.space, set), below]),
  );
}

const classOf = (dimension: Dimension, target: Target): ClassSet => dimension.classOf.get(target) ?? 0n;

const classesOf = (dimension: Dimension, targets: readonly Target[]): ClassSet =>
  targets.reduce((set, target) => set | classOf(dimension, target), 0n);

/** Every choice of one conjunction from each list. */
export function product(lists: readonly (readonly Conjunction[])[]): Conjunction[] {
  return lists.reduce<Conjunction[]>(
    (starts, list) => starts.flatMap((start) => list.map((rest) => [...start, ...rest])),
    [[]],
  );
}

/** All orders of a few items; of many only those that differ in the first. */
export function orders<T>(items: readonly T[]): T[][] {
  if (items.length > 4) return items.map((item) => [item, ...items.filter((other) => other !== item)]);
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

/** The series label that a narrowing puts a matcher on. */
export function narrowingLabel(narrowing: Narrowing): string {
  return narrowing.kind === 'targets' ? targetLabel(narrowing.label) : narrowing.label;
}
