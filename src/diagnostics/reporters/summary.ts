import { amount } from '../amounts.js';
import type { Finding, FindingSeverity } from '../finding.js';

export type Counts = Readonly<Record<FindingSeverity, number>>;

export function countFindings(findings: readonly Finding[]): Counts {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** `2 errors, 1 warning`; empty without findings. */
export function summaryOf(counts: Counts): string {
  const parts = [
    counts.error > 0 && amount(counts.error, 'error'),
    counts.warning > 0 && amount(counts.warning, 'warning'),
    counts.info > 0 && amount(counts.info, 'note'),
  ];
  return parts.filter((part) => part !== false).join(', ');
}
