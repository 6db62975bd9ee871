import type { Silence, SilenceMatcher } from './types.js';

/** The silences in an answer of Alertmanager's API v2; null where it is something else. */
export function readSilences(answer: unknown): readonly Silence[] | null {
  if (!Array.isArray(answer)) return null;
  const silences = answer.map(readSilence);
  return silences.every((silence) => silence !== null) ? silences : null;
}

function readSilence(raw: unknown): Silence | null {
  const { id, status, startsAt, endsAt, createdBy, comment, matchers } = asObject(raw);
  const { state } = asObject(status);
  const [start, end] = [startsAt, endsAt].map((time) => (typeof time === 'string' ? Date.parse(time) : Number.NaN));
  const read = Array.isArray(matchers) ? matchers.map(readMatcher) : [null];
  const isState = state === 'pending' || state === 'active' || state === 'expired';
  if (typeof id !== 'string' || !isState || start === undefined || end === undefined) return null;
  if (Number.isNaN(start) || Number.isNaN(end) || !read.every((matcher) => matcher !== null)) return null;
  if (typeof createdBy !== 'string' || typeof comment !== 'string') return null;
  return { id, state, startsAt: start, endsAt: end, createdBy, comment, matchers: read };
}

/** Before Alertmanager 0.22 there were no negative matchers, and no `isEqual`. */
function readMatcher(raw: unknown): SilenceMatcher | null {
  const { name, value, isRegex, isEqual = true } = asObject(raw);
  if (typeof name !== 'string' || typeof value !== 'string') return null;
  if (typeof isRegex !== 'boolean' || typeof isEqual !== 'boolean') return null;
  return { name, value, isRegex, isEqual };
}

export function asObject(raw: unknown): Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null ? { ...raw } : {};
}
