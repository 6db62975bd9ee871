import { byCodeUnit } from '../../diagnostics/order.js';
import { SD_FOLDER } from '../../emit/sd/index.js';
import type { SnapshotTarget } from '../snapshot.js';
import { isListOf, isMapping, isText, parseJson, textsOf } from './shape.js';

export interface OutputTargets {
  /** By id, in order of id. */
  readonly targets: ReadonlyMap<string, SnapshotTarget>;
  /** The jobs that scrape each target, as folders of the service discovery. */
  readonly jobs: ReadonlyMap<string, ReadonlySet<string>>;
  /** The names of groups that have targets, by id. */
  readonly groupNames: ReadonlyMap<string, string>;
}

/** One target in one job. */
interface Entry {
  readonly labels: Readonly<Record<string, string>>;
  readonly host: string;
  readonly port: string;
}

/**
 * The targets as service discovery tells them. One that nothing scrapes shows only by its checks: of it no more than
 * the id is known, so it has no groups, and no rule covers it.
 */
export function readTargets(
  files: ReadonlyMap<string, string>,
  withChecks: Iterable<string>,
  trouble: (path: string) => void,
): OutputTargets {
  const scraped = new Map<string, Map<string, Entry>>();
  for (const [path, text] of files) {
    const job = path.startsWith(`${SD_FOLDER}/`) ? path.slice(SD_FOLDER.length + 1).split('/')[0] : undefined;
    if (job === undefined) continue;
    const entries = entriesOf(text);
    if (entries === null) trouble(path);
    for (const entry of entries ?? []) {
      const id = entry.labels.target_id ?? '';
      const byJob = scraped.get(id) ?? new Map<string, Entry>();
      scraped.set(id, byJob.set(job, entry));
    }
  }
  const ids = [...new Set([...scraped.keys(), ...withChecks])].sort(byCodeUnit);
  const groupNames = new Map<string, string>();
  for (const byJob of scraped.values())
    for (const { labels } of byJob.values()) groupNames.set(labels.group_id ?? '', labels.group ?? '');
  return {
    targets: new Map(ids.map((id) => [id, snapshotTarget(id, scraped.get(id) ?? new Map())])),
    jobs: new Map([...scraped].map(([id, byJob]) => [id, new Set(byJob.keys())])),
    groupNames,
  };
}

function entriesOf(text: string): Entry[] | null {
  const list = parseJson(text);
  if (!isListOf(list, isMapping)) return null;
  const entries: Entry[] = [];
  for (const { targets, labels: written } of list) {
    const labels = textsOf(written);
    if (!isListOf(targets, isText) || labels?.target_id === undefined || labels.group_id === undefined) return null;
    for (const target of targets) {
      const colon = target.lastIndexOf(':');
      const host = target.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
      entries.push({ labels, host, port: target.slice(colon + 1) });
    }
  }
  return entries;
}

const TARGET_LABEL = 'target_label_';

function snapshotTarget(id: string, byJob: ReadonlyMap<string, Entry>): SnapshotTarget {
  const [first] = byJob.values();
  const told = first?.labels ?? {};
  const labels = Object.entries(told)
    .filter(([name]) => name.startsWith(TARGET_LABEL))
    .map(([name, value]) => [name.slice(TARGET_LABEL.length), value] as const);
  return {
    id,
    hostname: told.instance ?? id,
    groups: first === undefined ? [] : (told.groups ?? told.group_id ?? '').split(','),
    labels: Object.fromEntries(labels),
    active: true,
    fields: fieldsOf([...byJob].sort(([a], [b]) => byCodeUnit(a, b))),
  };
}

function fieldsOf(byJob: readonly (readonly [job: string, entry: Entry])[]): Record<string, string> {
  const hosts = new Set(byJob.map(([, { host }]) => host));
  const fields: Record<string, string> = {};
  for (const [job, { host, port, labels }] of byJob) {
    fields[hosts.size === 1 ? 'address' : `address ${job}`] = host;
    const { __scheme__: scheme, __metrics_path__: path } = labels;
    fields[`job ${job}`] = `${scheme === undefined ? '' : `${scheme} `}${port}${path ?? ''}`;
  }
  return fields;
}
