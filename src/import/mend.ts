import type { Finding } from '../diagnostics/finding.js';
import { canonicalExpr } from '../promql/index.js';
import type { Carried, TranslatedRule } from './rules/types.js';
import type { Loss, SourceRule } from './types.js';

/**
 * Carried rules that a repo does not take. One that stands there twice goes; an alert that has the name and labels of
 * another gets a label of its own; any other is lost.
 */
export function mend(
  carried: readonly Carried[],
  blamed: ReadonlyMap<SourceRule, Finding>,
): { readonly carried: readonly Carried[]; readonly losses: readonly Loss[] } {
  const losses: Loss[] = [];
  const gone = new Set<Carried>();
  const mended = carried.flatMap((one): Carried[] => {
    const { source } = one.rule;
    const finding = blamed.get(source);
    if (finding === undefined) return [one];
    const what = `the ${source.kind === 'alert' ? 'alert' : 'recording rule'} ${source.name}`;
    const twin = carried.find((other) => other !== one && !gone.has(other) && isTwin(one.rule, other.rule));
    if (twin !== undefined) {
      const { file, line } = twin.rule.source.place;
      gone.add(one);
      losses.push({ place: source.place, what, why: `the same rule stands in ${file}:${line}` });
      return [];
    }
    if (finding.code !== 'lint/duplicate-rule' || source.kind === 'record') {
      losses.push({ place: source.place, what, why: finding.message });
      return [];
    }
    return [{ ...one, mark: String(Number(one.mark ?? '1') + 1) }];
  });
  return { carried: mended, losses };
}

function isTwin(a: TranslatedRule, b: TranslatedRule): boolean {
  return a.source.kind === b.source.kind && key(a) === key(b);
}

function key({ source, expr, labels, annotations }: TranslatedRule): string {
  const sorted = [labels, annotations].map((texts) => Object.entries(texts).sort());
  return JSON.stringify([source.name, canonicalExpr(expr), source.for, source.keepFiringFor, sorted]);
}
