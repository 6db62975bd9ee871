const DURATIONS = ['for', 'keep_firing_for'];
const NESTED = ['levels', 'alerts'];

/** A bare `for: 0` is a number to YAML and a duration to Prometheus: `0s` for everybody further on. */
export function withDurationZeros(value: unknown): unknown {
  if (!isMapping(value)) return value;
  const changed: Record<string, unknown> = {};
  for (const key of DURATIONS) if (value[key] === 0) changed[key] = '0s';
  for (const key of NESTED) {
    const nested = value[key];
    if (!isMapping(nested)) continue;
    const converted = Object.entries(nested).map(([name, entry]) => [name, withDurationZeros(entry)] as const);
    if (converted.some(([name, entry]) => entry !== nested[name])) changed[key] = Object.fromEntries(converted);
  }
  return Object.keys(changed).length === 0 ? value : { ...value, ...changed };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
