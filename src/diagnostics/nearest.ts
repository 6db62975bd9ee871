import { distance } from 'fastest-levenshtein';

/** The candidate that a misspelt word most probably meant, or null when none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = simplified(word);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of [...candidates].sort()) {
    if (candidate === word) continue;
    const found = distance(wanted, simplified(candidate));
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

/** Case and the choice of separator are the commonest slips, so they cost nothing. */
function simplified(word: string): string {
  return word.toLowerCase().replace(/[-_. ]/g, '');
}

/** About one slip in three letters; two words of one or two letters have nothing in common but chance. */
function tolerance(word: string, candidate: string): number {
  return Math.floor(Math.max(word.length, candidate.length) / 3);
}
