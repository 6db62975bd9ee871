import type { Finding } from '../diagnostics/finding.js';

/** Takes findings; one mistake, which many targets may meet, is taken once. */
export interface Report {
  readonly add: (key: string, make: () => Finding) => void;
  readonly findings: readonly Finding[];
}

export function makeReport(): Report {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  return {
    findings,
    add: (key, make) => {
      if (seen.has(key)) return;
      seen.add(key);
      findings.push(make());
    },
  };
}
