import type { Format } from '../formats.js';
import type {
  Imported,
  InputFile,
  Loss,
  SourceEndpoint,
  SourceGroup,
  SourceHost,
  SourceJob,
  SourcePrometheus,
  SourceRuleFile,
} from '../types.js';
import { looksLikeIni, readAnsibleIni } from './ansible-ini.js';
import { isAnsibleYaml, readAnsibleYaml } from './ansible-yaml.js';
import { isServerExport, isServerFile, readServer, type ServerRead, serverOf } from './config-server.js';
import { looksLikeCsv, readCsv } from './csv.js';
import { type Cursor, placeOf, readYaml } from './cursor.js';
import { fileMatches } from './file-patterns.js';
import { isTargetList, readTargetLists } from './file-sd.js';
import { isPrometheusConfig, readPrometheusConfig } from './prometheus-config.js';
import { isRuleFile, readRules } from './prometheus-rules.js';

/** Everything that the readers have found so far; only this file writes to it. */
interface Reading {
  readonly ruleFiles: SourceRuleFile[];
  readonly jobs: SourceJob[];
  readonly endpoints: SourceEndpoint[];
  readonly lists: { readonly file: string; readonly list: Cursor }[];
  readonly hosts: SourceHost[];
  readonly groups: SourceGroup[];
  readonly server: ServerRead[];
  readonly losses: Loss[];
  readonly errors: Loss[];
  prometheus: SourcePrometheus | null;
}

/** Reads all files, each by what it holds, or all of them as `format`. */
export function readInputs(files: readonly InputFile[], format: Format | null): Imported {
  const reading: Reading = {
    ...{ ruleFiles: [], jobs: [], endpoints: [], lists: [], hosts: [], groups: [], server: [], losses: [], errors: [] },
    prometheus: null,
  };
  for (const file of files) readFile(reading, file, format);
  // Which job a list of targets belongs to is known when all of prometheus.yml is.
  for (const { file, list } of reading.lists) {
    const job = reading.jobs.find(({ files: patterns }) => patterns.some((pattern) => fileMatches(pattern, file)));
    reading.endpoints.push(...readTargetLists(list, job?.name ?? stem(file), reading.losses));
  }
  const server = serverOf(reading.server, reading.losses);
  return {
    ruleFiles: reading.ruleFiles,
    jobs: reading.jobs,
    endpoints: reading.endpoints,
    hosts: [...reading.hosts, ...server.hosts],
    groups: [...reading.groups, ...server.groups],
    prometheus: reading.prometheus,
    server: server.server,
    losses: reading.losses,
    errors: reading.errors,
  };
}

function readFile(reading: Reading, file: InputFile, format: Format | null): void {
  if (format === 'csv' || (format === null && looksLikeCsv(file))) {
    reading.hosts.push(...readCsv(file, reading.losses, reading.errors));
    return;
  }
  if (looksLikeIni(file) && (format === null || format === 'ansible')) {
    const { hosts, groups } = readAnsibleIni(file, reading.losses);
    reading.hosts.push(...hosts);
    reading.groups.push(...groups);
    return;
  }
  const read = readYaml(file);
  if ('errors' in read) {
    reading.errors.push(...read.errors);
    return;
  }
  readDocuments(reading, file, read.documents, format);
}

function readDocuments(reading: Reading, file: InputFile, documents: readonly Cursor[], format: Format | null): void {
  const [first] = documents;
  if (first === undefined) return;
  const is = (one: Format, looks: boolean): boolean => format === one || (format === null && looks);
  if (is('config-server', isServerFile(file.path, first) || isServerExport(first))) {
    reading.server.push(...readServer(file.path, first));
  } else if (is('prometheus', isPrometheusConfig(first))) {
    const { prometheus, jobs, endpoints } = readPrometheusConfig(first, reading.losses);
    if (reading.prometheus !== null)
      reading.losses.push({
        place: placeOf(first),
        what: 'the settings of a second prometheus.yml',
        why: 'a repo has one; its jobs are imported',
      });
    reading.prometheus ??= prometheus;
    reading.jobs.push(...jobs);
    reading.endpoints.push(...endpoints);
  } else if (is('rules', isRuleFile(first))) {
    const { file: rules, losses } = readRules(file, documents);
    reading.ruleFiles.push(rules);
    reading.losses.push(...losses);
  } else if (is('file-sd', isTargetList(first))) {
    reading.lists.push({ file: file.path, list: first });
  } else if (is('ansible', isAnsibleYaml(first))) {
    const { hosts, groups } = readAnsibleYaml(first, reading.losses);
    reading.hosts.push(...hosts);
    reading.groups.push(...groups);
  } else {
    const why = 'it is no rule file, file_sd list, prometheus.yml, inventory, CSV or export of a config server';
    reading.losses.push({ place: placeOf(first), what: 'the file', why });
  }
}

function stem(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  return name.replace(/\.(?:ya?ml|json)$/, '') || 'imported';
}
