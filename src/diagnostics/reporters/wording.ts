import { oneLine } from '../display.js';
import type { Finding } from '../finding.js';
import type { Places } from './places.js';

/** The message on one line; with the place where no link can lead there. */
export function statement({ message, span }: Finding, places: Places): string {
  const text = oneLine(message);
  return span === null || places.inRepo(span) !== null ? text : `${text} (${places.named(span)}, which aami ships)`;
}

/** What there is to say beside the message: the hint, and related places, each on a line. */
export function details(finding: Finding, places: Places): string[] {
  const hint = finding.hint === null ? [] : [`hint: ${oneLine(finding.hint)}`];
  return [...hint, ...relatedPlaces(finding, places)];
}

export function relatedPlaces({ related }: Finding, places: Places): string[] {
  return related.map(({ span, message }) => `${places.named(span)} ${oneLine(message)}`);
}

/** Message and hint as running text. */
export function sentences(finding: Finding, places: Places): string {
  const text = statement(finding, places);
  if (finding.hint === null) return text;
  return `${text}${/[.!?]$/.test(text) ? '' : '.'} ${oneLine(finding.hint)}`;
}
