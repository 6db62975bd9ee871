import type { NotifyDocument, TimingDocument, TimingsDocument } from '../schema/documents.js';
import type { Origin } from '../source/types.js';
import type { Notify, NotifyKey, Timing, Timings } from './types.js';

/** Receivers by severity, each key a list. */
export function notifyOf(raw: NotifyDocument | undefined, origin: Origin): Notify {
  const receivers: Partial<Record<NotifyKey, readonly string[]>> = {};
  for (const key of ['critical', 'warning', 'info', 'default'] as const) {
    const names = raw?.[key];
    if (names !== undefined) receivers[key] = receiverList(names);
  }
  return { receivers, origin };
}

/** A receiver that is named twice is told once. */
export function receiverList(names: string | readonly string[]): readonly string[] {
  return [...new Set(typeof names === 'string' ? [names] : names)];
}

export function timingOf({ group_by, group_wait, group_interval, repeat_interval }: TimingDocument): Timing {
  return {
    ...(group_by === undefined ? {} : { group_by }),
    ...(group_wait === undefined ? {} : { group_wait: group_wait === 0 ? '0s' : group_wait }),
    ...(group_interval === undefined ? {} : { group_interval }),
    ...(repeat_interval === undefined ? {} : { repeat_interval }),
  };
}

export function timingsOf(raw: TimingsDocument | undefined): Timings {
  const severities = Object.entries(raw?.severities ?? {}).map(([severity, timing]) => [severity, timingOf(timing)]);
  return { common: timingOf(raw ?? {}), severities: Object.fromEntries(severities) as Timings['severities'] };
}
