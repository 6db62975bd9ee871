import { amount, thousands } from '../diagnostics/amounts.js';
import type { OutputChanges } from '../output/plan.js';
import { type Counts, describeCounts, describeTime } from './summary.js';

/** What a build did. */
export interface BuildReport {
  /** The output folder, as it is shown. */
  readonly output: string;
  readonly counts: Counts;
  readonly files: OutputChanges;
  /** By promtool; null: by aami's own checks alone. */
  readonly verified: VerifiedBy | null;
  /** The same of alertmanager.yml, where there is one. */
  readonly amtool?: VerifiedBy | null;
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
export function describeBuild({ output, counts, files, verified, amtool, milliseconds }: BuildReport): string {
  return [
    `Built ${output}: ${describeCounts(counts)}`,
    `  files     ${describeChanges(files)}`,
    `  verified  ${describeVerification(verified, amtool)}`,
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

function describeVerification(promtool: VerifiedBy | null, amtool: VerifiedBy | null | undefined): string {
  if (amtool === undefined) return promtool === null ? 'by aami alone, not by promtool' : describeOne(promtool);
  if (promtool === null && amtool === null) return 'by aami alone, not by promtool and amtool';
  return [
    promtool === null ? 'by aami alone, not by promtool' : describeOne(promtool),
    amtool === null ? 'alertmanager.yml by aami alone' : describeOne(amtool),
  ].join('; ');
}

function describeOne({ tool, version, checked, remembered }: VerifiedBy): string {
  const known = remembered === 0 ? '' : `, ${amount(remembered, 'file')} known to be good`;
  return `by ${tool} ${version}: ${amount(checked, 'file')} checked${known}`;
}
