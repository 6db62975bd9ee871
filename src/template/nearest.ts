import { distance } from 'fastest-levenshtein';

/** The known spelling that someone who wrote `word` most likely meant, or null when none is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const lower = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.ceil(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = distance(lower, candidate.toLowerCase());
    if (far < bestDistance && far < Math.max(word.length, candidate.length)) {
      best = candidate;
      bestDistance = far;
    }
  }
  return best;
}

/** `Did you mean "x"?`, or null when nothing known is near. */
export function didYouMean(word: string, known: Iterable<string>): string | null {
  const near = nearest(word, known);
  return near === null ? null : `Did you mean "${near}"?`;
}
