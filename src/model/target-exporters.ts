import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { TargetExporterDocument } from '../schema/documents.js';
import { spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { Exporter, Project, TargetExporter } from './types.js';

interface ExporterContext {
  readonly project: Project;
  readonly projectKnown: boolean;
}

/** The exporters of a target: what the target says, over what the project says. In order of name. */
export function buildTargetExporters(
  document: SourceDocument,
  raw: readonly (string | TargetExporterDocument)[],
  { project, projectKnown }: ExporterContext,
): Staged<TargetExporter[]> {
  const found = new Map<string, TargetExporter>();
  const findings: Finding[] = [];
  for (const [index, item] of raw.entries()) {
    const entry = typeof item === 'string' ? { type: item } : item;
    const origin: Origin = {
      document,
      path: typeof item === 'string' ? ['exporters', index] : ['exporters', index, 'type'],
    };
    const exporter = project.exporters.get(entry.type);
    if (exporter === undefined) {
      if (projectKnown) findings.push(unknownExporter(entry.type, origin, project.exporters));
    } else if (found.has(exporter.name)) {
      findings.push(repeated(exporter, origin));
    } else {
      found.set(exporter.name, {
        exporter,
        port: entry.port ?? exporter.port,
        metricsPath: entry.metrics_path ?? exporter.metricsPath,
        scheme: entry.scheme ?? exporter.scheme,
      });
    }
  }
  return { value: [...found.values()].sort((a, b) => byCodeUnit(a.exporter.name, b.exporter.name)), findings };
}

/** Anything that names an exporter which the project does not define. */
export function unknownExporter(name: string, origin: Origin, known: ReadonlyMap<string, Exporter>): Finding {
  return finding('reference/unknown-exporter', `aami.yaml defines no exporter \`${name}\``, spanOf(origin), {
    hint: didYouMean(name, [...known.keys()]) ?? 'Add it under `exporters:` in aami.yaml.',
  });
}

function repeated(exporter: Exporter, origin: Origin): Finding {
  return finding(
    'reference/duplicate-endpoint',
    `\`${exporter.name}\` stands twice, which would give two targets of one instance in the job \`${exporter.job}\``,
    spanOf(origin),
    { hint: 'Define a second exporter, with a job of its own, in aami.yaml.' },
  );
}
