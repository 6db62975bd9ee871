import type { Loss, Scalar, SourceEndpoint, SourceJob, SourcePrometheus } from '../types.js';
import { type Cursor, isList, isMapping, items, keys, member, placeOf, text, texts } from './cursor.js';
import { readTargetLists } from './file-sd.js';

export interface ReadPrometheus {
  readonly prometheus: SourcePrometheus;
  readonly jobs: readonly SourceJob[];
  readonly endpoints: readonly SourceEndpoint[];
}

/** Those keys of `global` that a Project takes. */
const GLOBAL_KEYS = ['scrape_interval', 'scrape_timeout', 'evaluation_interval'] as const;
const JOB_KEYS: ReadonlySet<string> = new Set([
  ...['job_name', 'scheme', 'metrics_path', 'scrape_interval', 'scrape_timeout', 'static_configs', 'file_sd_configs'],
  ...['relabel_configs', 'metric_relabel_configs', 'honor_timestamps'],
]);

/** Whether a document looks like prometheus.yml. */
export function isPrometheusConfig(document: Cursor): boolean {
  return isMapping(document) && isList(member(document, 'scrape_configs'));
}

/** prometheus.yml. What its keys hold beyond what is carried over is never looked at: it may be a secret. */
export function readPrometheusConfig(document: Cursor, losses: Loss[]): ReadPrometheus {
  const jobs: SourceJob[] = [];
  const endpoints: SourceEndpoint[] = [];
  for (const cursor of items(member(document, 'scrape_configs'))) {
    const job = readJob(cursor, losses);
    if (job === null) continue;
    jobs.push(job);
    // A job with parameters probes other addresses by way of one exporter.
    if (keys(cursor).includes('params')) continue;
    const targets = items(member(cursor, 'static_configs'));
    const lists = {
      document: cursor.document,
      path: [...cursor.path, 'static_configs'],
      value: targets.map(({ value }) => value),
    };
    endpoints.push(...readTargetLists(lists, job.name, losses));
  }
  for (const key of keys(document)) {
    if (['global', 'scrape_configs', 'alerting', 'rule_files'].includes(key)) continue;
    losses.push({
      place: placeOf(member(document, key)),
      what: key,
      why: 'aami does not write this part of prometheus.yml',
    });
  }
  return { prometheus: readGlobal(document, losses), jobs, endpoints };
}

function readGlobal(document: Cursor, losses: Loss[]): SourcePrometheus {
  const global = member(document, 'global');
  const carried: Record<string, Scalar | Record<string, string>> = {};
  for (const key of keys(global)) {
    const value = member(global, key);
    if (key === 'external_labels') carried[key] = texts(value);
    else if (GLOBAL_KEYS.some((known) => known === key)) carried[key] = text(value);
    else losses.push({ place: placeOf(value), what: `global.${key}`, why: 'it is not carried over' });
  }
  return {
    global: carried,
    alertmanagers: readAlertmanagers(member(document, 'alerting'), losses),
    ruleFiles: items(member(document, 'rule_files')).flatMap((file) => text(file) ?? []),
    place: placeOf(document),
  };
}

function readAlertmanagers(alerting: Cursor, losses: Loss[]): string[] {
  for (const key of keys(alerting)) {
    if (key === 'alertmanagers') continue;
    losses.push({ place: placeOf(member(alerting, key)), what: `alerting.${key}`, why: 'it is not carried over' });
  }
  return items(member(alerting, 'alertmanagers')).flatMap((config) => {
    for (const key of keys(config)) {
      if (key === 'static_configs') continue;
      losses.push({ place: placeOf(member(config, key)), what: `alertmanagers.${key}`, why: 'it is not carried over' });
    }
    const addresses = items(member(config, 'static_configs')).flatMap((list) => items(member(list, 'targets')));
    return addresses.flatMap((address) => {
      const written = text(address) ?? '';
      if (/^(?:\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_.-]+):[0-9]{1,5}$/.test(written)) return [written];
      losses.push({
        place: placeOf(address),
        what: 'an Alertmanager',
        why: 'its address is not of the form host:port',
      });
      return [];
    });
  });
}

function readJob(job: Cursor, losses: Loss[]): SourceJob | null {
  const name = text(member(job, 'job_name'));
  const place = placeOf(isMapping(job) ? member(job, 'job_name') : job);
  if (name === null) {
    losses.push({ place, what: 'a scrape job', why: 'it has no job_name' });
    return null;
  }
  const discoveries = keys(job).filter((key) => key.endsWith('_sd_configs') && key !== 'file_sd_configs');
  for (const key of keys(job)) {
    if (JOB_KEYS.has(key) && !key.endsWith('relabel_configs')) continue;
    const why = key.endsWith('_sd_configs')
      ? 'its targets are known to this discovery alone, so they are not imported'
      : key.endsWith('relabel_configs')
        ? relabelTrouble(member(job, key), key)
        : 'a Project has no such setting of a job; what it holds is not looked at';
    if (why !== null) losses.push({ place: placeOf(member(job, key)), what: `${key} of the job ${name}`, why });
  }
  const relabels =
    text(member(job, 'honor_labels')) === 'true' ||
    ['relabel_configs', 'metric_relabel_configs'].some((key) => relabelTrouble(member(job, key), key) !== null);
  return {
    name,
    scheme: text(member(job, 'scheme')),
    metricsPath: text(member(job, 'metrics_path')),
    scrapeInterval: text(member(job, 'scrape_interval')),
    scrapeTimeout: text(member(job, 'scrape_timeout')),
    files: items(member(job, 'file_sd_configs')).flatMap((config) =>
      items(member(config, 'files')).flatMap((file) => text(file) ?? []),
    ),
    relabels,
    bareInstance: items(member(job, 'relabel_configs')).some(takesPortAway),
    complete: discoveries.length === 0 && !keys(job).includes('params'),
    place,
  };
}

/** null: without effect on what is imported. */
function relabelTrouble(configs: Cursor, key: string): string | null {
  const trouble = items(configs).some((config) => !takesPortAway(config));
  if (!isList(configs) || !trouble) return null;
  return `aami does not relabel: the labels that ${key} makes or takes away, and what it drops, are not carried over`;
}

/** The usual `instance` without a port is what aami gives anyhow. */
function takesPortAway(config: Cursor): boolean {
  const [source] = items(member(config, 'source_labels'));
  const regex = text(member(config, 'regex')) ?? '';
  return (
    source?.value === '__address__' &&
    text(member(config, 'target_label')) === 'instance' &&
    [null, 'replace'].includes(text(member(config, 'action'))) &&
    ['$1', '${1}', null].includes(text(member(config, 'replacement'))) &&
    [
      '(.*):.*',
      '(.+):.+',
      '([^:]+):.*',
      '([^:]+)(:.*)?',
      '([^:]+)(?::\\d+)?',
      '(.*):\\d+',
      '([^:]+):\\d+',
      '(.+):\\d+',
    ].includes(regex)
  );
}
