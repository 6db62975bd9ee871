import type { Labels } from '../../model/types.js';
import { durationMs } from '../../promql/index.js';
import type { ImportOptions } from '../import.js';
import { idGiver, isId, slug } from '../names.js';
import { fileMatches } from '../read/file-patterns.js';
import type { Imported, Loss, Place, SourceEndpoint, SourceGroup, SourceHost, SourceJob } from '../types.js';
import { chooseGroupLabel } from './group-label.js';
import { type Host, hostsOf } from './hosts.js';
import type { PlannedExporter, PlannedGroup, PlannedTarget, TargetPlan } from './types.js';

/** Hosts without a group of their own. */
const UNGROUPED = 'ungrouped';
const EVERYTHING = 'all';

/** Targets, their groups and exporters, of whatever the files say of hosts. */
export function planTargets(
  imported: Imported,
  { groupLabel, exporters: given }: Pick<ImportOptions, 'groupLabel' | 'exporters'>,
): TargetPlan {
  const losses: Loss[] = [];
  const listedHosts = imported.hosts.map((host) => ({
    ...host,
    labels: usableLabels(host, losses),
    exporters: host.exporters.length === 0 ? given : host.exporters,
  }));
  const jobs = new Map(imported.jobs.map((job) => [job.name, job]));
  const known = imported.endpoints.map((endpoint) => ({
    ...endpoint,
    job: endpoint.job ?? 'imported',
    labels: usableLabels(endpoint, losses),
  }));
  const hosts = hostsOf(known, jobs, losses);
  const exporters = planExporters([...known, ...endpointsOf(listedHosts)], jobs, losses);
  const chosen = chooseGroupLabel(
    groupLabel,
    [...hosts, ...listedHosts.filter(({ groups }) => groups.length === 0)].map(({ labels }) => labels),
  );
  const groups = groupPlanner(imported, chosen);
  const targets = [
    ...hosts.map((host) => scraped(host, exporters, groups.of(host.labels, []), losses)),
    ...listedHosts.map((host) => listed(host, exporters, groups.of(host.labels, host.groups), losses)),
  ];
  return {
    exporters: [...exporters.values()],
    groups: groups.all(),
    targets: unique(targets, losses),
    groupLabel: chosen,
    complete: isComplete(imported, known, losses),
    relabelled: imported.jobs.filter(({ name, relabels }) => relabels && exporters.has(name)).map(({ name }) => name),
    losses,
  };
}

const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

function usableLabels({ labels, place }: { labels: Labels; place: Place }, losses: Loss[]): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => {
      if (LABEL.test(name)) return true;
      losses.push({ place, what: `the label ${name}`, why: 'names of labels are made of letters, digits and `_`' });
      return false;
    }),
  );
}

/** Whether the files say all that Prometheus scrapes and records; a loss for each pattern that none of them fits. */
function isComplete(imported: Imported, endpoints: readonly SourceEndpoint[], losses: Loss[]): boolean {
  const { prometheus, jobs, ruleFiles } = imported;
  if (prometheus === null) return false;
  const missing = prometheus.ruleFiles.filter((pattern) => !ruleFiles.some(({ path }) => fileMatches(pattern, path)));
  for (const pattern of missing)
    losses.push({ place: prometheus.place, what: `the rule files ${pattern}`, why: 'none of the given files is one' });
  const silent = jobs.filter((job) => !hasTargets(job, endpoints));
  for (const { name, place } of silent)
    losses.push({ place, what: `the targets of the job ${name}`, why: 'none of the given files lists them' });
  return missing.length + silent.length === 0 && jobs.every(({ complete }) => complete);
}

/** A job whose files were not given has targets that nobody told of. */
const hasTargets = (job: SourceJob, endpoints: readonly SourceEndpoint[]): boolean =>
  job.files.length === 0 || endpoints.some((endpoint) => endpoint.job === job.name);

const endpointsOf = (
  hosts: readonly SourceHost[],
): { job: string; port: number; scheme: null; metricsPath: string | null }[] =>
  hosts.flatMap(({ exporters }) => exporters.map((exporter) => ({ ...exporter, scheme: null })));

type Scraped = {
  readonly job: string;
  readonly port: number;
  readonly scheme: string | null;
  readonly metricsPath: string | null;
};

/** One exporter for each job, on the port that most of its targets have. */
function planExporters(
  endpoints: readonly Scraped[],
  jobs: ReadonlyMap<string, SourceJob>,
  losses: Loss[],
): Map<string, PlannedExporter> {
  const ports = new Map<string, Map<number, number>>();
  for (const { job, port } of endpoints) {
    const counts = ports.get(job) ?? new Map<number, number>();
    ports.set(job, counts.set(port, (counts.get(port) ?? 0) + 1));
  }
  const ids = idGiver('job');
  const planned = new Map<string, PlannedExporter>();
  for (const [job, counts] of ports) {
    const settings = jobs.get(job);
    const [[port] = [80]] = [...counts].sort(([a, many], [b, more]) => more - many || a - b);
    const name = ids.of(job.replace(/^[^A-Za-z0-9]+/, ''));
    if (name !== job && settings !== undefined) {
      const why =
        'names of jobs are made of letters, digits, `_`, `.` and `-`; rules that name the job would not see it';
      losses.push({ place: settings.place, what: `the job ${job} is called ${name}`, why });
    }
    planned.set(job, {
      name,
      job: name,
      port,
      metricsPath: settings?.metricsPath === '/metrics' ? null : (settings?.metricsPath ?? null),
      scheme: settings?.scheme === 'http' ? null : (settings?.scheme ?? null),
      scrapeInterval: duration(settings?.scrapeInterval),
      scrapeTimeout: duration(settings?.scrapeTimeout),
    });
  }
  return planned;
}

function duration(text: string | null | undefined): string | null {
  return text === null || text === undefined || (durationMs(text) ?? 0) === 0 ? null : text;
}

interface GroupPlanner {
  /** Ids of the groups of a host. */
  readonly of: (labels: Labels, named: readonly string[]) => readonly string[];
  readonly all: () => readonly PlannedGroup[];
}

function groupPlanner(imported: Imported, label: string | null): GroupPlanner {
  const planned = new Map<string, PlannedGroup>();
  const given = new Map(
    imported.groups.flatMap(({ name, id }) => (id === null || !isId(id) ? [] : [[name, id] as const])),
  );
  const ids = idGiver('group', given.values());
  const names = new Set(imported.groups.map(({ name }) => name));
  const idOf = (name: string): string => given.get(name) ?? ids.of(name);
  const add = (name: string, labels: Labels, source: SourceGroup | null = null): string => {
    const id = idOf(name);
    const parent = source === null || !names.has(source.parent ?? '') ? null : source.parent;
    const group = {
      id,
      name: groupName(source?.label ?? name, id),
      parent: parent === null ? null : idOf(parent),
      namespace: source?.namespace ?? null,
      labels,
    };
    if (!planned.has(id)) planned.set(id, group);
    return id;
  };
  for (const group of imported.groups) add(group.name, {}, group);
  return {
    of: (labels, named) => {
      if (named.length > 0) return [...new Set(named.map((name) => add(name, {})))];
      if (label === null) return [add(EVERYTHING, {})];
      const value = labels[label];
      return [value === undefined ? add(UNGROUPED, {}) : add(value, ALERT_LABEL.test(label) ? { [label]: value } : {})];
    },
    all: () => [...planned.values()],
  };
}

/** A label that alerts of a group may be given. */
const ALERT_LABEL = /^(?!__)(?!(?:severity|group|group_id|namespace|override|alertname)$)[a-zA-Z_][a-zA-Z0-9_]*$/;

function groupName(name: string, id: string): string {
  return /^[^/\\\u0000-\u001f\u007f]{1,100}$/.test(name) && !name.startsWith('.') ? name : id;
}

function scraped(
  host: Host,
  exporters: ReadonlyMap<string, PlannedExporter>,
  groups: readonly string[],
  losses: Loss[],
): PlannedTarget {
  const [first] = host.endpoints;
  return {
    id: null,
    hostname: host.hostname,
    address: host.address,
    groups,
    labels: host.labels,
    spreadLabels: Object.keys(host.labels).filter((label) =>
      host.endpoints.some(({ labels }) => labels[label] === undefined),
    ),
    exporters: host.endpoints.flatMap((endpoint) => {
      const exporter = exporters.get(endpoint.job);
      const { scheme } = endpoint;
      if (exporter === undefined) return [];
      if (scheme !== null && scheme !== 'http' && scheme !== 'https')
        losses.push({ place: endpoint.place, what: 'the label __scheme__', why: 'it is neither http nor https' });
      return [
        {
          exporter,
          port: endpoint.port,
          metricsPath: endpoint.metricsPath === exporter.metricsPath ? null : endpoint.metricsPath,
          scheme: scheme === 'http' || scheme === 'https' ? scheme : null,
          instance: endpoint.instance,
        },
      ];
    }),
    active: true,
    place: first?.place ?? { file: '', line: 1 },
  };
}

function listed(
  host: SourceHost,
  exporters: ReadonlyMap<string, PlannedExporter>,
  groups: readonly string[],
  losses: Loss[],
): PlannedTarget {
  const hostname = slug(host.hostname, 'host');
  if (hostname !== host.hostname)
    losses.push({
      place: host.place,
      what: `the host ${host.hostname} is called ${hostname}`,
      why: 'names of hosts are made of letters, digits, `_`, `.` and `-`',
    });
  const hasAddress = host.address !== null && ADDRESS.test(host.address);
  if (host.address !== null && !hasAddress)
    losses.push({
      place: host.place,
      what: `the address of ${hostname}`,
      why: 'it is neither a name nor an IP address',
    });
  return {
    id: host.id === hostname || host.id === null || !isId(host.id) ? null : host.id,
    hostname,
    address: hasAddress ? (host.address ?? hostname) : hostname,
    groups,
    labels: host.labels,
    spreadLabels: [],
    exporters: host.exporters.flatMap(({ job, port, metricsPath }) => {
      const exporter = exporters.get(job);
      return exporter === undefined ? [] : [{ exporter, port, metricsPath, scheme: null, instance: hostname }];
    }),
    active: host.active,
    place: host.place,
  };
}

const ADDRESS = /^[A-Za-z0-9_.:%-]{1,253}$/;

/** The first of several targets of one name, and each address once in a job. */
function unique(targets: readonly PlannedTarget[], losses: Loss[]): PlannedTarget[] {
  const seen = new Map<string, PlannedTarget>();
  const scrapes = new Set<string>();
  for (const target of targets) {
    const { hostname, address, place } = target;
    const other = seen.get(hostname);
    if (other !== undefined) {
      const why = `the one of ${other.place.file}:${other.place.line} has the same name`;
      losses.push({ place, what: `a second host ${hostname}`, why });
      continue;
    }
    const exporters = target.exporters.filter(({ exporter, port }) => {
      const scrape = `${address} ${port} ${exporter.job}`;
      const isNew = !scrapes.has(scrape);
      scrapes.add(scrape);
      const what = `the target ${address}:${port} of the job ${exporter.job}`;
      if (!isNew) losses.push({ place, what, why: 'the job has it already' });
      return isNew;
    });
    // What was nothing but the second of two is none.
    if (exporters.length > 0 || target.exporters.length === 0) seen.set(hostname, { ...target, exporters });
  }
  return [...seen.values()];
}
