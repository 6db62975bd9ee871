import { finding } from '../diagnostics/codes.js';
import type { Target } from '../model/types.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import { clashes, type StackedLayer } from './merge.js';
import type { Report } from './report.js';
import type { FlatSettings } from './settings.js';

/** Equally strong layers that want different values are an error that shows both places. */
export function reportClashes(
  report: Report,
  bottom: FlatSettings,
  layers: readonly StackedLayer[],
  example: Target,
): void {
  for (const clash of clashes(bottom, layers)) {
    const [first, second] = inSourceOrder(clash.weaker, clash.stronger);
    const name = first.entry.template as { readonly name: string };
    report.add(`conflict ${entryKey(first)} ${entryKey(second)}`, () => {
      const what = clash.paths.map((path) => path.replace(/^config\//, '').replaceAll('/', '.')).sort();
      const [path = ''] = [...clash.paths].sort();
      return finding(
        'policy/conflict',
        `Two equally strong policies set ${what.join(', ')} of ${name.name} to different values for ${example.id}`,
        spanOf(placeOf(second, path), 'value'),
        {
          related: [{ span: spanOf(placeOf(first, path), 'value'), message: 'the other value' }],
          hint: 'Narrow one of them, give one a higher `priority`, or let one policy set the value.',
        },
      );
    });
  }
}

/** Narrowings by many labels that are independent of each other: every combination would be a rule. */
export function reportTooMany(report: Report, layers: readonly StackedLayer[], example: Target): void {
  const narrowed = layers.filter((layer) => layer.policy.series.length > 0);
  const last = narrowed.at(-1);
  if (last === undefined) return;
  const name = last.entry.template as { readonly name: string };
  const labels = new Set(narrowed.flatMap((layer) => layer.policy.series.map((matcher) => matcher.label)));
  report.add(`too many ${name.name}`, () =>
    finding(
      'policy/too-many-narrowings',
      `The ${narrowed.length} series narrowings of ${name.name} by ${labels.size} labels meet in too many ways for ${example.id}`,
      spanOf(below(last.policy.origin, 'series')),
      { hint: 'Narrow an alert by a few labels, or write a second template for the rest.' },
    ),
  );
}

function inSourceOrder(a: StackedLayer, b: StackedLayer): readonly [StackedLayer, StackedLayer] {
  const [one, two] = [spanOf(a.entry.origin), spanOf(b.entry.origin)];
  const before = one.file === two.file ? one.start <= two.start : one.file < two.file;
  return before ? [a, b] : [b, a];
}

/** Where a layer sets a path, or the entry itself where it takes the path away. */
const placeOf = (layer: StackedLayer, path: string): Origin => layer.flat.get(path)?.origin ?? layer.entry.origin;

function entryKey(layer: StackedLayer): string {
  const span = spanOf(layer.entry.origin);
  return `${span.file}:${span.start}`;
}
