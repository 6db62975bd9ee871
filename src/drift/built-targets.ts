import { isListOf, isMapping, isText, type Mapping, parseJson, textsOf } from '../diff/output/shape.js';
import { PROMETHEUS_CONFIG } from '../emit/prometheus/index.js';
import type { Labels } from '../model/types.js';
import { readAll } from './answer.js';
import { readPlain } from './plain-yaml.js';
import type { Target } from './types.js';

type Files = ReadonlyMap<string, string>;

export interface BuiltTargets {
  /** Also of jobs without any target. */
  readonly jobs: readonly string[];
  readonly targets: readonly Target[];
}

/** The jobs of the build's prometheus.yml and the targets that its service discovery gives to each. */
export function builtTargets(files: Files, trouble: (path: string) => void): BuiltTargets {
  const jobs = jobsOf(files);
  if (jobs === null) trouble(PROMETHEUS_CONFIG);
  const targets = (jobs ?? []).flatMap((job) =>
    [...files].flatMap(([path, text]) => {
      if (!job.discovers(path)) return [];
      const found = targetsOf(job, text);
      if (found === null) trouble(path);
      return found ?? [];
    }),
  );
  return { jobs: (jobs ?? []).map(({ name }) => name), targets };
}

interface Job {
  readonly name: string;
  readonly scheme: string;
  readonly metricsPath: string;
  readonly discovers: (path: string) => boolean;
}

function jobsOf(files: Files): readonly Job[] | null {
  const text = files.get(PROMETHEUS_CONFIG);
  if (text === undefined) return [];
  const config = readPlain(text);
  if (!isMapping(config)) return null;
  const jobs = config.scrape_configs ?? [];
  return isListOf(jobs, isMapping) ? readAll(jobs, jobOf) : null;
}

function jobOf({ job_name: name, scheme = 'http', metrics_path: path = '/metrics', ...rest }: Mapping): Job | null {
  const discovery = rest.file_sd_configs ?? [];
  if (!isText(name) || !isText(scheme) || !isText(path) || !isListOf(discovery, isMapping)) return null;
  const folders = discovery.flatMap(({ files }) => (isListOf(files, isText) ? files : [])).map(folderOf);
  const inFolder = (file: string): boolean =>
    file.endsWith('.json') && folders.includes(file.slice(0, file.lastIndexOf('/') + 1));
  return { name, scheme, metricsPath: path, discovers: inFolder };
}

/** The service discovery of a build names all files of a folder, relative to prometheus.yml. */
const folderOf = (glob: string): string =>
  `${PROMETHEUS_CONFIG.slice(0, PROMETHEUS_CONFIG.lastIndexOf('/') + 1)}${glob.slice(0, glob.lastIndexOf('/') + 1)}`;

function targetsOf(job: Job, text: string): readonly Target[] | null {
  const entries = parseJson(text);
  if (!isListOf(entries, isMapping)) return null;
  const lists = readAll(entries, ({ targets, labels }) => {
    const given = textsOf(labels);
    if (!isListOf(targets, isText) || given === null) return null;
    return targets.map((address) => targetOf(job, address, given));
  });
  return lists?.flat() ?? null;
}

function targetOf({ name, scheme, metricsPath }: Job, address: string, given: Labels): Target {
  return {
    job: name,
    address,
    scheme: given.__scheme__ ?? scheme,
    metricsPath: given.__metrics_path__ ?? metricsPath,
    labels: { ...visible(given), job: given.job ?? name },
  };
}

/** Labels that begin with `__` do not reach the series. */
export const visible = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => !label.startsWith('__')));
