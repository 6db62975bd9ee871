import type { Finding } from '../../../src/diagnostics/finding.js';
import { positionAt } from '../../../src/diagnostics/position.js';

/** `source/tab 2:1`, for each finding in order. */
export function placesOf(findings: readonly Finding[], text: string): string[] {
  return findings.map(({ code, span }) => {
    const position = span === null ? null : positionAt(text, span.start);
    return position === null ? code : `${code} ${position.line}:${position.column}`;
  });
}
