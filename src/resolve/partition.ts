import type { Matcher } from '../model/types.js';
import { type ClassSet, type Conjunction, describe, type LabelSpace } from './label-space.js';

/** A set of label values as a product: for each label the classes that it may have; a missing label may have any. */
export type Box = ReadonlyMap<LabelSpace, ClassSet>;

/** A set of conditions, as bits. */
export type Alive = bigint;

/** A conjunction of matchers, as a policy's `series` holds it. */
export type Condition = readonly Matcher[];

/** A decision diagram: the classes of one label lead on to the next. Equal diagrams are one object. */
export type Diagram = { readonly kind: 'leaf'; readonly alive: Alive } | Split;
interface Split {
  readonly kind: 'split';
  readonly space: LabelSpace;
  readonly branches: readonly (readonly [ClassSet, Diagram])[];
}

/**
 * Cuts all label sets into regions by which of the conditions hold there. Every combination of conditions that some
 * label set meets gets its boxes; they are disjoint and cover everything. Null where there are
 * more combinations than rules could be read.
 */
export function partition(spaces: readonly LabelSpace[], conditions: readonly Condition[]): Diagram | null {
  const masks = spaces.map((space) =>
    conditions.map((condition) =>
      condition
        .filter((matcher) => matcher.label === space.label)
        .reduce((set, matcher) => set & space.accepted(matcher), space.all),
    ),
  );
  const known = new Map<string, Diagram>();
  const build = (depth: number, alive: Alive): Diagram | null => {
    const key = `${depth}:${alive}`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const diagram = known.size < MAX_NODES ? split(depth, alive) : null;
    if (diagram !== null) known.set(key, diagram);
    return diagram;
  };
  const split = (depth: number, alive: Alive): Diagram | null => {
    const space = spaces[depth];
    if (space === undefined) return { kind: 'leaf', alive };
    const branches = new Map<Diagram, ClassSet>();
    for (let bit = 1n; bit <= space.all; bit <<= 1n) {
      let left = 0n;
      masks[depth]?.forEach((mask, index) => {
        const condition = 1n << BigInt(index);
        if ((alive & condition) !== 0n && (mask & bit) !== 0n) left |= condition;
      });
      const next = build(depth + 1, left);
      if (next === null) return null;
      branches.set(next, (branches.get(next) ?? 0n) | bit);
    }
    return join(space, branches);
  };
  return build(0, (1n << BigInt(conditions.length)) - 1n);
}

function join(space: LabelSpace, branches: ReadonlyMap<Diagram, ClassSet>): Diagram {
  const [only] = branches.keys();
  if (branches.size === 1 && only !== undefined) return only;
  return { kind: 'split', space, branches: [...branches].map(([diagram, set]) => [set, diagram]) };
}

/** Narrowings by ten labels that are independent of each other meet in about as many ways. */
const MAX_NODES = 2_000;
/** Pieces of one expression. */
const MAX_BOXES = 60;

/** The combinations of conditions that occur. */
export function combinations(diagram: Diagram): Alive[] {
  const found = new Set<Alive>();
  const visited = new Set<Diagram>();
  const walk = (node: Diagram): void => {
    if (visited.has(node)) return;
    visited.add(node);
    if (node.kind === 'leaf') found.add(node.alive);
    else for (const [, next] of node.branches) walk(next);
  };
  walk(diagram);
  return [...found];
}

/** The boxes of all label sets whose combination of conditions `belongs`; few, disjoint. Null where they are too many. */
export function boxesWhere(diagram: Diagram, belongs: (alive: Alive) => boolean): Box[] | null {
  const reduced = reduce(diagram, belongs);
  const boxes: Box[] = [];
  const walk = (node: Reduced, box: Box): void => {
    if (node === true) boxes.push(box);
    if (typeof node === 'boolean' || boxes.length > MAX_BOXES) return;
    for (const [set, next] of node.branches) walk(next, new Map([...box, [node.space, set]]));
  };
  walk(reduced, new Map());
  return boxes.length > MAX_BOXES ? null : boxes;
}

/** A diagram that only says in or out, with equal branches merged. */
type Reduced = boolean | ReducedSplit;
interface ReducedSplit {
  readonly id: number;
  readonly space: LabelSpace;
  readonly branches: readonly (readonly [ClassSet, Reduced])[];
}

function reduce(diagram: Diagram, belongs: (alive: Alive) => boolean): Reduced {
  const nodes = new Map<string, ReducedSplit>();
  const known = new Map<Diagram, Reduced>();
  const visit = (node: Diagram): Reduced => {
    if (node.kind === 'leaf') return belongs(node.alive);
    const seen = known.get(node);
    if (seen !== undefined) return seen;
    const branches = new Map<Reduced, ClassSet>();
    for (const [set, next] of node.branches) {
      const child = visit(next);
      branches.set(child, (branches.get(child) ?? 0n) | set);
    }
    const result = unique(node.space, branches);
    known.set(node, result);
    return result;
  };
  const unique = (space: LabelSpace, branches: ReadonlyMap<Reduced, ClassSet>): Reduced => {
    const [only] = branches.keys();
    if (branches.size === 1 && only !== undefined) return only;
    const list = [...branches].map(([child, set]) => [set, child] as const);
    const name = (child: Reduced): string => (typeof child === 'boolean' ? String(child) : String(child.id));
    const key = `${space.label}|${list
      .map(([set, child]) => `${set}:${name(child)}`)
      .sort()
      .join(',')}`;
    const seen = nodes.get(key);
    if (seen !== undefined) return seen;
    const made: ReducedSplit = { id: nodes.size, space, branches: list };
    nodes.set(key, made);
    return made;
  };
  return visit(diagram);
}

/** A box as matchers; more than one conjunction only where one cannot say it. */
export function writeBox(box: Box): Conjunction[] {
  let conjunctions: Conjunction[] = [[]];
  for (const [space, set] of box) {
    const alternatives = describe(space, set);
    conjunctions = conjunctions.flatMap((start) => alternatives.map((rest) => [...start, ...rest]));
  }
  return conjunctions;
}
