const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
/** Seconds of each unit, in the order of the pattern's groups. */
const UNITS = [31_536_000, 604_800, 86_400, 3_600, 60, 1, 0.001];
/** Prometheus keeps durations as 64-bit nanoseconds. */
const MAX_SECONDS = 9_223_372_036;

/** Seconds of a Prometheus duration (`1h30m`, `500ms`, `0`), or null when the text is none. */
export function durationSeconds(text: string): number | null {
  if (text === '0') return 0;
  if (text === '' || text.length > 100) return null;
  const match = DURATION.exec(text);
  if (match === null) return null;
  let milliseconds = 0;
  for (const [index, unit] of UNITS.entries()) {
    milliseconds += Number(match[index + 1] ?? 0) * unit * 1000;
  }
  const seconds = milliseconds / 1000;
  return seconds <= MAX_SECONDS ? seconds : null;
}

/** Whether Prometheus takes the text as a duration, e.g. for `for`. */
export function isDuration(text: string): boolean {
  return durationSeconds(text) !== null;
}
