import { finding } from '../diagnostics/codes.js';
import type { Finding, Span, Staged } from '../diagnostics/finding.js';
import { byCodeUnit } from '../diagnostics/order.js';
import { spanOf } from '../source/positions.js';
import { emitAgent } from './agent/index.js';
import { emitAlertmanager } from './alertmanager/index.js';
import { emitChecks } from './checks/index.js';
import type { EmitInput, EmittedFile, Emitter } from './emitter.js';
import { emitPrometheus } from './prometheus/index.js';
import { emitRules } from './rules/index.js';
import { emitSd } from './sd/index.js';
import type { OutputFile } from './types.js';

export type { EmitInput } from './emitter.js';

/** Every output format. A new one is a new folder and a line here. */
const EMITTERS: readonly Emitter[] = [emitRules, emitSd, emitPrometheus, emitAlertmanager, emitChecks, emitAgent];

/** All output files, in order of path. */
export function emit(input: EmitInput): Staged<readonly OutputFile[]> {
  const emitted = EMITTERS.map((emitter) => emitter(input));
  const claims = emitted.flatMap(({ files }) => files);
  const findings = [...emitted.flatMap((one) => one.findings), ...pathClashes(claims)];
  const files = claims.map(({ file }) => file).sort((a, b) => byCodeUnit(a.path, b.path));
  return { value: files, findings };
}

/** Two files of one path; also where only the case differs, because some file systems see no difference there. */
function pathClashes(claims: readonly EmittedFile[]): Finding[] {
  const findings: Finding[] = [];
  const byPath = new Map<string, EmittedFile>();
  for (const claim of claims) {
    const key = claim.file.path.toLowerCase();
    const first = byPath.get(key);
    if (first === undefined) byPath.set(key, claim);
    else findings.push(pathClash(first, claim));
  }
  return findings;
}

function pathClash(first: EmittedFile, second: EmittedFile): Finding {
  const [a, b] = [first.file.path, second.file.path];
  const message =
    a === b ? `Two outputs would be written to "${b}"` : `"${a}" and "${b}" are one file where case does not count`;
  const other = place(first.claimedBy);
  return finding('output/path-clash', message, place(second.claimedBy), {
    related: other === null ? [] : [{ span: other, message: 'the other output comes from here' }],
    hint: 'File names are made of names and ids: change one of them.',
  });
}

function place(claimedBy: EmittedFile['claimedBy']): Span | null {
  return claimedBy === null || 'file' in claimedBy ? claimedBy : spanOf(claimedBy);
}
