import type { Finding } from '../diagnostics/finding.js';
import { canonicalExpr } from '../promql/index.js';
import type { Carried, RenamedRule } from './rules/types.js';
import type { Loss, SourceRule } from './types.js';

/** Tells apart alerts that had the same name and the same labels. */
const APART = 'imported_rule';

/**
 * Carried rules that a repo does not take. One that stands there twice goes; an alert that has the name and labels of
 * another gets a label of its own; any other is lost.
 */
export function mend(
  carried: readonly Carried[],
  blamed: ReadonlyMap<SourceRule, Finding>,
): { readonly carried: readonly Carried[]; readonly losses: readonly Loss[] } {
  const losses: Loss[] = [];
  const mended = carried.flatMap((one): Carried[] => {
    const { source, labels } = one.rule;
    const finding = blamed.get(source);
    if (finding === undefined) return [one];
    const what = `the ${source.kind === 'alert' ? 'alert' : 'recording rule'} ${source.name}`;
    const twin = carried.find((other) => !blamed.has(other.rule.source) && isTwin(one.rule, other.rule));
    if (twin !== undefined) {
      const { file, line } = twin.rule.source.place;
      losses.push({ place: source.place, what, why: `the same rule stands in ${file}:${line}` });
      return [];
    }
    if (finding.code !== 'lint/duplicate-rule' || source.kind === 'record') {
      losses.push({ place: source.place, what, why: finding.message });
      return [];
    }
    const number = Number(labels[APART] ?? '1') + 1;
    return [{ ...one, rule: { ...one.rule, labels: { ...labels, [APART]: String(number) } } }];
  });
  return { carried: mended, losses };
}

function isTwin(a: RenamedRule, b: RenamedRule): boolean {
  return a.source.kind === b.source.kind && key(a) === key(b);
}

function key({ source, expr, labels, annotations }: RenamedRule): string {
  const sorted = [labels, annotations].map((texts) => Object.entries(texts).sort());
  return JSON.stringify([source.name, canonicalExpr(expr), source.for, source.keepFiringFor, sorted]);
}
