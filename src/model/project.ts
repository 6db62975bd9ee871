import { parseDocument } from 'yaml';
import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { AlertmanagerDocument, ExporterDocument, ProjectDocument } from '../schema/documents.js';
import { below, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import { notifyOf, timingsOf } from './notify.js';
import { sortedMap, uniqueBy } from './order.js';
import type { Alertmanager, Exporter, Project } from './types.js';

interface RawProject {
  readonly document: SourceDocument;
  readonly value: ProjectDocument;
}

/** The one project; its defaults where a repo has none that can be read. */
export function buildProject(raw: readonly RawProject[]): Staged<Project> {
  const unique = uniqueBy(raw, () => 'the project', duplicateProject);
  const [project] = unique.value.values();
  if (project === undefined) return { value: fallbackProject(), findings: unique.findings };
  const exporters = buildExporters(project);
  const { value, document } = project;
  return {
    value: {
      name: value.name,
      output: value.output ?? 'build',
      exporters: exporters.value,
      alertName: value.rules?.alert_name ?? '${alert}',
      global: value.prometheus?.global ?? {},
      alertmanagers: value.prometheus?.alertmanagers ?? [],
      alertmanager: alertmanagerOf(value.alertmanager ?? {}, { document, path: ['alertmanager'] }),
      origin: { document, path: [] },
    },
    findings: [...unique.findings, ...exporters.findings],
  };
}

/** Also for repos without one, as tests make them. */
export function alertmanagerOf(raw: AlertmanagerDocument, origin: Origin): Alertmanager {
  const namespaces = Object.entries(raw.namespaces ?? {}).map(
    ([name, { notify }]) => [name, notifyOf(notify, below(origin, 'namespaces', name, 'notify'))] as const,
  );
  return {
    defaultReceiver: raw.default_receiver ?? null,
    global: raw.global ?? {},
    templates: raw.templates ?? [],
    notify: notifyOf(raw.notify, below(origin, 'notify')),
    timings: timingsOf(raw),
    namespaces: sortedMap(new Map(namespaces)),
    origin,
  };
}

function duplicateProject(first: RawProject, second: RawProject): Finding {
  return finding(
    'reference/duplicate-project',
    'A repo has one Project',
    spanOf({ document: second.document, path: ['kind'] }),
    { related: [{ span: spanOf({ document: first.document, path: ['kind'] }), message: 'the first one' }] },
  );
}

function buildExporters({ document, value }: RawProject): Staged<ReadonlyMap<string, Exporter>> {
  const all = Object.entries(value.exporters ?? {})
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, exporter]) => exporterOf(document, name, exporter));
  const jobs = uniqueBy(all, ({ job }) => job, duplicateJob);
  return { value: sortedMap(new Map(all.map((exporter) => [exporter.name, exporter]))), findings: jobs.findings };
}

function exporterOf(document: SourceDocument, name: string, raw: ExporterDocument): Exporter {
  return {
    name,
    job: raw.job ?? name,
    port: raw.port,
    metricsPath: raw.metrics_path ?? null,
    scheme: raw.scheme ?? null,
    scrapeInterval: raw.scrape_interval ?? null,
    scrapeTimeout: raw.scrape_timeout ?? null,
    origin: { document, path: ['exporters', name] },
  };
}

function duplicateJob(first: Exporter, second: Exporter): Finding {
  return finding(
    'reference/duplicate-job',
    `The exporters \`${first.name}\` and \`${second.name}\` share the job \`${second.job}\``,
    spanOf(below(second.origin, 'job')),
    {
      related: [
        {
          span: spanOf(below(first.origin, 'job')),
          message: 'the first to take this job',
        },
      ],
      hint: 'Give each exporter a job of its own.',
    },
  );
}

/** That the project is missing or broken is a finding already; the rest of the repo is judged nevertheless. */
function fallbackProject(): Project {
  const document: SourceDocument = {
    file: 'aami.yaml',
    text: '',
    folder: 'project',
    yaml: parseDocument(''),
    value: {},
  };
  return {
    name: '',
    output: 'build',
    exporters: new Map(),
    alertName: '${alert}',
    global: {},
    alertmanagers: [],
    alertmanager: alertmanagerOf({}, { document, path: ['alertmanager'] }),
    origin: { document, path: [] },
  };
}
