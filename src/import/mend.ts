import type { Finding } from '../diagnostics/finding.js';
import type { Carried } from './rules/types.js';
import type { Loss, SourceRule } from './types.js';

/**
 * Carried rules that a repo does not take. An alert that has the name and labels of another gets a label of its own; any
 * other is lost.
 */
export function mend(
  carried: readonly Carried[],
  blamed: ReadonlyMap<SourceRule, Finding>,
): { readonly carried: readonly Carried[]; readonly losses: readonly Loss[] } {
  const losses: Loss[] = [];
  const mended = carried.flatMap((one): Carried[] => {
    const { source } = one.rule;
    const finding = blamed.get(source);
    if (finding === undefined) return [one];
    if (finding.code === 'lint/duplicate-rule' && source.kind === 'alert')
      return [{ ...one, mark: String(Number(one.mark ?? '1') + 1) }];
    const what = `the ${source.kind === 'alert' ? 'alert' : 'recording rule'} ${source.name}`;
    losses.push({ place: source.place, what, why: finding.message });
    return [];
  });
  return { carried: mended, losses };
}
