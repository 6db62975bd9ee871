import { createHash } from 'node:crypto';
import type { Finding } from '../finding.js';

/** What tells each finding from the others, from run to run: no line numbers, so that it stays when lines move. */
export function fingerprints(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, span, message }) => {
    const key = JSON.stringify([code, span?.file ?? null, message]);
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return createHash('sha256').update(`${key} ${ordinal}`).digest('hex');
  });
}
