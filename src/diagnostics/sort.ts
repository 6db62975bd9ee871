import type { Finding } from './finding.js';
import { byCodeUnit } from './order.js';

/** Findings in the order in which they are shown, each once: those of the whole repo, then by file, place and code. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return [...findings].sort(compare).filter((finding) => {
    const key = JSON.stringify([finding.code, finding.span, finding.message]);
    return !seen.has(key) && seen.add(key);
  });
}

function compare(a: Finding, b: Finding): number {
  return (
    byCodeUnit(a.span?.file ?? '', b.span?.file ?? '') ||
    (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
    (a.span?.end ?? 0) - (b.span?.end ?? 0) ||
    byCodeUnit(a.code, b.code) ||
    byCodeUnit(a.message, b.message)
  );
}
