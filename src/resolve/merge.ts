import { compareStrength, type Layer } from './layers.js';
import { type FlatSettings, isObject, type Leaf } from './settings.js';

/** The outcome of stacking layers at one path. */
export interface MergedLeaf {
  /** null: no layer sets it, or a stronger one took it away. */
  readonly leaf: Leaf | null;
  /**
   * The layers that made the final value what it is: the weakest ones from which on no layer changes it.
   * Empty: the template did. So a policy that repeats what already holds shapes nothing.
   */
  readonly establishedBy: readonly StackedLayer[];
}

export type Merged = ReadonlyMap<string, MergedLeaf>;

/** A layer with its values flattened. */
export type StackedLayer = Layer<unknown, unknown> & { readonly flat: FlatSettings };

/** What a layer does at a path: sets a leaf, takes it away (null), or leaves it alone (undefined). */
type Effect = Leaf | null | undefined;

/** The paths that any of the layers, or what lies below them, touch. */
export function pathsOf(bottom: FlatSettings, layers: readonly StackedLayer[]): string[] {
  const paths = new Set(bottom.keys());
  for (const layer of layers) for (const path of layer.flat.keys()) paths.add(path);
  return [...paths];
}

/**
 * Stacks layers, weakest first, on the template's own values. What a layer does at a path depends on that layer
 * alone, never on what lies below it; `establishedBy`, and with it the identity of rules, rests on that.
 */
export function merge(bottom: FlatSettings, layers: readonly StackedLayer[]): Merged {
  const merged = new Map<string, MergedLeaf>();
  for (const path of pathsOf(bottom, layers)) {
    let leaf: Leaf | null = bottom.get(path) ?? null;
    let establishedBy: StackedLayer[] = [];
    for (const layer of layers) {
      const effect = effectOf(layer, path, bottom);
      if (effect === undefined) continue;
      if (!sameValue(effect, leaf)) establishedBy = [layer];
      else if (establishedBy[0] !== undefined && compareStrength(establishedBy[0], layer) === 0)
        establishedBy.push(layer);
      else continue;
      leaf = effect;
    }
    merged.set(path, { leaf, establishedBy });
  }
  return merged;
}

export function effectOf(layer: StackedLayer, path: string, bottom: FlatSettings): Effect {
  const own = layer.flat.get(path);
  if (own !== undefined) return own;
  if (displaces(layer.flat, path)) return null;
  return layer.entry.replace ? (bottom.get(path) ?? null) : undefined;
}

/** A scalar takes the place of an object and the reverse: `x` displaces `x/a`, and `x/a` displaces a scalar `x`. */
function displaces(flat: FlatSettings, path: string): boolean {
  // The parameters lie below `config`, or below `levels/<level>/config`.
  const [, top] = /^((?:levels\/[^/]+\/)?config)\//.exec(path) ?? [];
  if (top === undefined) return false;
  for (let cut = path.lastIndexOf('/'); cut > top.length; cut = path.lastIndexOf('/', cut - 1)) {
    const parent = flat.get(path.slice(0, cut));
    // Merging `{}` into an object changes nothing.
    if (parent !== undefined && !isObject(parent.value)) return true;
  }
  for (const other of flat.keys()) if (other.startsWith(`${path}/`)) return true;
  return false;
}

export function sameValue(a: Leaf | null, b: Leaf | null): boolean {
  if (a === null || b === null) return a === b;
  return a.value === b.value || JSON.stringify(a.value) === JSON.stringify(b.value);
}

/** Two equally strong layers that want different things, and the paths they differ in. */
export interface Clash {
  readonly weaker: StackedLayer;
  readonly stronger: StackedLayer;
  readonly paths: readonly string[];
}

export function clashes(bottom: FlatSettings, layers: readonly StackedLayer[]): Clash[] {
  const found: Clash[] = [];
  layers.forEach((layer, index) => {
    for (const other of layers.slice(index + 1)) {
      if (compareStrength(layer, other) !== 0) break;
      const paths = pathsOf(bottom, [layer, other]).filter((path) => {
        const one = effectOf(layer, path, bottom);
        const two = effectOf(other, path, bottom);
        return one !== undefined && two !== undefined && !sameValue(one, two);
      });
      if (paths.length > 0) found.push({ weaker: layer, stronger: other, paths });
    }
  });
  return found;
}
