import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { nearest } from '../diagnostics/nearest.js';
import type { ScheduleDocument } from '../schema/documents.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { TimeInterval, TimeOfDayRange } from './types.js';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/**
 * A schedule in Alertmanager's terms. There, a time of day ends on the day on which it begins, and a range of days ends
 * in the week in which it begins; here, both may run over.
 */
export function timeIntervals(raw: ScheduleDocument, origin: Origin): Staged<readonly TimeInterval[]> {
  const times = raw.times ?? [];
  const overnight = times.filter(({ start_time, end_time }) => end_time <= start_time);
  const weekdays = raw.weekdays === undefined ? undefined : daysOf(raw.weekdays);
  const rest = {
    ...(raw.days_of_month === undefined ? {} : { days_of_month: raw.days_of_month.map(String) }),
    ...(raw.months === undefined ? {} : { months: raw.months.flatMap(monthsOf) }),
    ...(raw.time_zone === undefined ? {} : { location: raw.time_zone }),
  };
  const findings = [
    ...times.flatMap((time, index) => timeProblem(time, raw, below(origin, 'times', index))),
    ...(raw.days_of_month ?? []).flatMap((days, index) => dayProblem(days, below(origin, 'days_of_month', index))),
    ...zoneProblem(raw.time_zone, below(origin, 'time_zone')),
  ];
  const interval = (days: readonly number[] | undefined, at: readonly TimeOfDayRange[]): TimeInterval => ({
    ...(at.length === 0 ? {} : { times: at }),
    ...(days === undefined ? {} : { weekdays: days.map((day) => WEEKDAYS[day] ?? '') }),
    ...rest,
  });
  const onTheDay = times.map((time) => (overnight.includes(time) ? { ...time, end_time: '24:00' } : time));
  const onTheNext = overnight
    .filter(({ end_time }) => end_time !== '00:00')
    .map(({ end_time }) => ({ start_time: '00:00', end_time }));
  const value = [interval(weekdays, onTheDay)];
  if (onTheNext.length > 0) value.push(interval(weekdays === undefined ? undefined : nextDays(weekdays), onTheNext));
  return { value, findings };
}

/** Days of the week by their numbers, in order: `friday:monday` goes over the end of the week. */
function daysOf(ranges: readonly string[]): readonly number[] {
  const days = ranges.flatMap((range) => {
    const [first = '', last = first] = range.split(':');
    const from = WEEKDAYS.indexOf(first);
    const count = (WEEKDAYS.indexOf(last) - from + 7) % 7;
    return Array.from({ length: count + 1 }, (_, index) => (from + index) % 7);
  });
  return inOrder(days);
}

const nextDays = (days: readonly number[]): readonly number[] => inOrder(days.map((day) => (day + 1) % 7));

const inOrder = (days: readonly number[]): readonly number[] => [...new Set(days)].sort((a, b) => a - b);

/** `november:february` goes over the end of the year. */
function monthsOf(range: string): string[] {
  const [first = '', last = first] = range.split(':');
  if (first === last) return [first];
  if (MONTHS.indexOf(first) < MONTHS.indexOf(last)) return [range];
  return [`${first}:december`, `january:${last}`];
}

/** The day after may be one of another month, so only days of the week run over. */
function timeProblem({ start_time, end_time }: TimeOfDayRange, raw: ScheduleDocument, origin: Origin): Finding[] {
  const bad = (key: string, message: string, hint: string): Finding[] => [
    finding('schema/bad-value', message, spanOf(below(origin, key)), { hint }),
  ];
  if (start_time === '24:00') {
    return bad('start_time', '`24:00` is the end of a day, where nothing begins', 'Write `00:00`, on the next day.');
  }
  if (start_time === end_time) {
    return bad('end_time', 'The time ends when it begins', 'The whole day is `00:00` to `24:00`.');
  }
  if (end_time > start_time || (raw.days_of_month === undefined && raw.months === undefined)) return [];
  return bad(
    'end_time',
    'A time on days of the month or in months must end on the day on which it begins',
    'End this one at `24:00`, and write a second Maintenance for the day after.',
  );
}

/** Alertmanager counts from the end of the month with negative numbers, on both sides of a range. */
function dayProblem(days: string | number, origin: Origin): Finding[] {
  const [first = 0, last = first] = String(days).split(':').map(Number);
  const hint = 'Days are `1` to `31`, or `-31` to `-1` from the end of the month, the earlier one first.';
  if (first !== 0 && first < 0 === last < 0 && first <= last) return [];
  return [finding('schema/bad-value', `\`${days}\` is no range of days of a month`, spanOf(origin), { hint })];
}

function zoneProblem(zone: string | undefined, origin: Origin): Finding[] {
  if (zone === undefined) return [];
  const known = knownZone(zone);
  // Alertmanager looks a zone up as a file, whose name has upper and lower case.
  if (known !== null && (known === zone || known.toLowerCase() !== zone.toLowerCase())) return [];
  const meant = known ?? nearest(zone, ['UTC', ...Intl.supportedValuesOf('timeZone')]);
  return [
    finding('schema/bad-value', `There is no time zone \`${zone}\``, spanOf(origin), {
      hint: meant === null ? 'E.g. `Europe/Berlin` or `UTC`.' : `Did you mean \`${meant}\`?`,
    }),
  ];
}

/** What the tz database calls the zone by its first name; null where it has none of that name. */
function knownZone(zone: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
