import { parse } from 'yaml';
import { PROMETHEUS_CONFIG } from '../emit/prometheus/index.js';
import type { Json } from '../model/types.js';
import { fieldChanges } from './fields.js';
import type { Snapshot } from './snapshot.js';
import type { FieldChange } from './types.js';

/** What the project says to Prometheus itself, e.g. `global.scrape_interval`, `scrape_configs.node-exporter.scheme`. */
export function settingsChanges(before: Snapshot, after: Snapshot): FieldChange[] {
  const config = (snapshot: Snapshot): string => snapshot.files.get(PROMETHEUS_CONFIG) ?? '';
  const changed = config(before) !== config(after);
  const fields = (snapshot: Snapshot): Readonly<Record<string, Json>> => ({
    ...snapshot.settings,
    ...(changed ? flat(parse(config(snapshot)) as Json) : {}),
  });
  return fieldChanges(fields(before), fields(after));
}

function flat(value: Json, path = ''): Record<string, Json> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return { [path]: value };
  // Of list items, those with a name are known by it: jobs.
  const entries = Array.isArray(value)
    ? value.map((item: Json, index) => [nameOf(item) ?? String(index), item] as const)
    : Object.entries(value);
  return Object.assign(
    {},
    ...entries.map(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`)),
  ) as Record<string, Json>;
}

function nameOf(item: Json): string | null {
  const name = typeof item === 'object' && item !== null && 'job_name' in item ? item.job_name : null;
  return typeof name === 'string' ? name : null;
}
