import { amount, thousands } from '../diagnostics/amounts.js';
import type { OutputChanges } from '../output/plan.js';
import { type Counts, describeCounts, describeTime } from './summary.js';

/** What a build did. */
export interface BuildReport {
  /** The output folder, as it is shown. */
  readonly output: string;
  readonly counts: Counts;
  readonly files: OutputChanges;
  /** null: by aami's own checks alone. */
  readonly verified: VerifiedBy | null;
  readonly milliseconds: number;
}

export interface VerifiedBy {
  readonly tool: string;
  readonly version: string;
  /** Files that the tool looked at now, and those that it is known to accept. */
  readonly checked: number;
  readonly remembered: number;
}

/** For people: what, where, what changed, who vouches for it. */
export function describeBuild({ output, counts, files, verified, milliseconds }: BuildReport): string {
  return [
    `Built ${output}: ${describeCounts(counts)}`,
    `  files     ${describeChanges(files)}`,
    `  verified  ${describeVerification(verified)}`,
    `  time      ${describeTime(milliseconds)}`,
    '',
  ].join('\n');
}

function describeChanges({ added, changed, removed, unchanged }: OutputChanges): string {
  const parts = [
    [added.length, 'added'],
    [changed.length, 'changed'],
    [removed.length, 'removed'],
    [unchanged, 'unchanged'],
  ] as const;
  const some = parts.filter(([count]) => count > 0).map(([count, what]) => `${thousands(count)} ${what}`);
  return some.length === 0 ? 'none' : some.join(', ');
}

function describeVerification(verified: VerifiedBy | null): string {
  if (verified === null) return 'by aami alone, not by promtool';
  const { tool, version, checked, remembered } = verified;
  const known = remembered === 0 ? '' : `, ${amount(remembered, 'file')} known to be good`;
  return `by ${tool} ${version}: ${amount(checked, 'file')} checked${known}`;
}
