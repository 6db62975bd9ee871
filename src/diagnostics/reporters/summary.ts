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
    counts.error > 0 && plural(counts.error, 'error', 'errors'),
    counts.warning > 0 && plural(counts.warning, 'warning', 'warnings'),
    counts.info > 0 && plural(counts.info, 'note', 'notes'),
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
