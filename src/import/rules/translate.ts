import { parseExpr } from '../../promql/index.js';
import type { SourceRule } from '../types.js';
import { ADDED_LABELS, type HasAdded, withoutAdded } from './added-labels.js';
import { applyEdits } from './edits.js';
import { readdress } from './instances.js';
import { parsed, type Renames, renameInExpr, renameInTexts } from './rename.js';
import type { TranslatedRule } from './types.js';
import type { World } from './world.js';

/**
 * New names of labels, by their old ones. Labels of targets get a prefix. An exporter’s own label of such a name was
 * called `exported_…`, and is so no more; one that has the name of a label that aami gives is from now on.
 */
export function renamesOf(targetLabels: Iterable<string>): Renames {
  const labels = new Set(targetLabels);
  const added = ADDED_LABELS.filter((label) => !labels.has(label)).map(
    (label) => [label, `exported_${label}`] as const,
  );
  const own = [...labels]
    .filter((label) => !ADDED_LABELS.some((one) => one === label))
    .map((label) => [`exported_${label}`, label] as const);
  return new Map([...added, ...own, ...[...labels].map((label) => [label, `target_label_${label}`] as const)]);
}

/** A rule over the series that the imported targets have now; null where its expression is none. */
export function translate(source: SourceRule, renames: Renames, has: HasAdded, world: World): TranslatedRule | null {
  const { expr } = parseExpr(source.expr);
  if (expr === null) return null;
  // Without targets, nothing is known to change.
  if (world.targets.length === 0)
    return { source, expr, labels: source.labels, annotations: source.annotations, trouble: null };
  const labels = renameInTexts(source.labels, renames);
  const texts = {
    labels: source.kind === 'record' ? renameKeys(labels, renames) : labels,
    annotations: renameInTexts(source.annotations, renames),
  };
  const renamed = renameInExpr(expr, renames);
  if (renamed.kind === 'unclear') return { source, expr, ...texts, trouble: renamed.why };
  const renamedExpr = parsed(renamed.text);
  const matched = parsed(applyEdits(renamedExpr.text, withoutAdded(renamedExpr, has)));
  const addressed = readdress(matched, world);
  return addressed.kind === 'differs'
    ? { source, expr: matched, ...texts, trouble: addressed.why }
    : { source, expr: parsed(addressed.text), ...texts, trouble: null };
}

/** What a recording rule adds is a label of series. */
function renameKeys(labels: SourceRule['labels'], renames: Renames): SourceRule['labels'] {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [renames.get(name) ?? name, value]));
}
