import { distance } from 'fastest-levenshtein';

/** The candidate that a misspelt word most probably meant, or null when none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = simplified(word);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of [...candidates].sort()) {
    if (candidate === word) continue;
    const found = slips(wanted, simplified(candidate));
    if (found < bestDistance && found <= tolerance(word, candidate)) {
      best = candidate;
      bestDistance = found;
    }
  }
  return best;
}

/** `Did you mean `x`?`, or null: the usual hint. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const found = nearest(word, candidates);
  return found === null ? null : `Did you mean \`${found}\`?`;
}

/** A word cut short (`crit`) is one slip, however many letters are missing. */
function slips(word: string, candidate: string): number {
  if ((word.length >= 3 && candidate.startsWith(word)) || isSwap(word, candidate)) return 1;
  return distance(word, candidate);
}

/** Whether the words differ only by two adjacent letters having changed places, one slip of the fingers. */
function isSwap(word: string, candidate: string): boolean {
  if (word.length !== candidate.length) return false;
  const letters = word.split('');
  const at = letters.findIndex((letter, index) => letter !== candidate[index]);
  if (at < 0) return false;
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2) === candidate;
}

/** Case and the choice of separator are the commonest slips, so they cost nothing. */
function simplified(word: string): string {
  return word.toLowerCase().replace(/[-_. ]/g, '');
}

/** Two slips in five letters, one in three; words of one or two letters are alike by chance only. */
function tolerance(word: string, candidate: string): number {
  return Math.floor(Math.max(word.length, candidate.length) * 0.4);
}
