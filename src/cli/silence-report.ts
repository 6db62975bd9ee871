import { oneLine } from '../diagnostics/display.js';
import { formatSilenceMatcher } from '../silence/matchers.js';
import type { NewSilence, Silence } from '../silence/types.js';

/** `2026-11-30T21:00:00Z` */
export function describeMoment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function describeMatchers({ matchers }: NewSilence): string {
  return oneLine(matchers.map(formatSilenceMatcher).join(', '));
}

/** As programs read it. */
export function silenceJson({ matchers, startsAt, endsAt, createdBy, comment }: NewSilence) {
  return {
    matchers: matchers.map(formatSilenceMatcher),
    starts_at: describeMoment(startsAt),
    ends_at: describeMoment(endsAt),
    created_by: createdBy,
    comment,
  };
}

export function existingJson(silence: Silence) {
  return { id: silence.id, state: silence.state, ...silenceJson(silence) };
}
