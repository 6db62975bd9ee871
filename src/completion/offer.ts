import { oneLine } from '../diagnostics/display.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { Candidate } from './wanted.js';

/** More candidates than this are not worth a shell's time. */
export const MAX_OFFERED = 2_000;
const MAX_DESCRIPTION = 80;

/** What the shell shall do: the first line of the answer. The words, if any, follow. */
export type Directive = 'words' | 'files' | 'folders';

/** The candidates that go on from what is typed. If none does in this case of letters, those that do in another. */
export function goingOn(candidates: readonly Candidate[], typed: string): Candidate[] {
  const safe = candidates.filter(({ word }) => isSafe(word));
  const exact = safe.filter(({ word }) => word.startsWith(typed));
  const begin = typed.toLowerCase();
  const found = exact.length > 0 ? exact : safe.filter(({ word }) => word.toLowerCase().startsWith(begin));
  const byWord = new Map(found.map((candidate) => [candidate.word, candidate]));
  return cut([...byWord.values()].sort((a, b) => byCodeUnit(a.word, b.word)));
}

/** The answer to the shell's script. `before` stands before each word: the `--format=` of `--format=json`. */
export function answer(directive: Directive, candidates: readonly Candidate[] = [], before = ''): string {
  const lines = candidates.map(
    ({ word, description }) => `${before}${description === '' ? word : `${word}\t${inShort(description)}`}\n`,
  );
  return `${directive}\n${lines.join('')}`;
}

/** Names are a stranger's: whatever a shell might do something with is left out. */
function isSafe(word: string): boolean {
  return /^[A-Za-z0-9_.:@/+-]+$/.test(word);
}

/** The last one stays, so that the shell does not take the beginning of the others for that of all. */
function cut(sorted: readonly Candidate[]): Candidate[] {
  return sorted.length <= MAX_OFFERED ? [...sorted] : [...sorted.slice(0, MAX_OFFERED - 1), ...sorted.slice(-1)];
}

function inShort(description: string): string {
  const characters = [...oneLine(description.trim().split('\n', 1)[0]?.trimEnd() ?? '')];
  const text = characters.slice(0, MAX_DESCRIPTION).join('');
  return characters.length > MAX_DESCRIPTION ? `${text}…` : text;
}
