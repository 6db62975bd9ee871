import { effectOf, pathsOf, type StackedLayer, sameValue } from './merge.js';
import type { FlatSettings } from './settings.js';

/**
 * The value of the `override` label: the narrowings that set something in a cell, sorted; null for the plain rule.
 *
 * It tells the cells of an alert in one scope apart. Suppose two cells with equal narrowings differed at a path. Each
 * narrowing holds in both cells, so the layers that established either value meet in both, and the stronger one wins
 * in both. Only the order of secondary groups can differ between targets; where it matters, they are listed by strength.
 */
export function overrideOf(shapedBy: readonly StackedLayer[], bottom: FlatSettings): string | null {
  const texts = new Set(shapedBy.flatMap((layer) => layer.narrowings.map((narrowing) => narrowing.text)));
  if (texts.size === 0) return null;
  const groups = groupsByStrength(shapedBy);
  const sorted = [...texts].sort();
  if (!orderMatters(shapedBy, bottom)) return sorted.join(',');
  const rest = sorted.filter((text) => !groups.includes(text));
  return [groups.join('>'), ...rest].join(',');
}

/** The secondary groups among the narrowings, strongest first. */
function groupsByStrength(layers: readonly StackedLayer[]): string[] {
  const steps = new Map<string, number>();
  for (const layer of layers) {
    const group = layer.narrowings.find((narrowing) => narrowing.kind === 'group');
    if (group !== undefined) steps.set(group.text, layer.step);
  }
  return [...steps].sort(([, a], [, b]) => b - a).map(([text]) => text);
}

/** Two secondary groups set one path to different values. */
function orderMatters(layers: readonly StackedLayer[], bottom: FlatSettings): boolean {
  const secondary = layers.filter((layer) => layer.secondary !== null);
  return secondary.some((layer, index) =>
    secondary.slice(index + 1).some(
      (other) =>
        other.step !== layer.step &&
        pathsOf(bottom, [layer, other]).some((path) => {
          const [one, two] = [effectOf(layer, path, bottom), effectOf(other, path, bottom)];
          return one !== undefined && two !== undefined && !sameValue(one, two);
        }),
    ),
  );
}
