import { byCodeUnit } from '../../diagnostics/order.js';
import type { Exporter, Target, TargetExporter } from '../../model/types.js';
import type { Emitted, EmittedFile, Emitter } from '../emitter.js';
import { fileNamePart } from '../names.js';

/** Where the targets lie in the output. */
export const SD_FOLDER = 'prometheus/sd';

/** Where the targets of a job lie, relative to the folder of prometheus.yml. */
export function sdFolder(exporter: Exporter): string {
  return `sd/${fileNamePart(exporter.job)}`;
}

/** One file_sd list for each job and primary group; its content is also what an HTTP SD endpoint would answer. */
export const emitSd: Emitter = ({ model }): Emitted => {
  const files: EmittedFile[] = [];
  const byExporter = activeTargets(model.repo.targets);
  for (const exporter of model.repo.project.exporters.values()) {
    const folder = `prometheus/${sdFolder(exporter)}`;
    const byGroup = byExporter.get(exporter) ?? new Map<string, string[]>();
    for (const [groupId, entries] of byGroup) {
      files.push(sdFile(`${folder}/${groupId}.json`, `[\n${entries.join(',\n')}\n]\n`, exporter));
    }
    // Prometheus cannot watch a folder that does not exist: it would log an error and miss the first target.
    if (byGroup.size === 0) files.push(sdFile(`${folder}/_empty.json`, '[]\n', exporter));
  }
  return { files, findings: [] };
};

function sdFile(path: string, content: string, exporter: Exporter): EmittedFile {
  return { file: { path, content, origins: [] }, claimedBy: exporter.origin };
}

/** Written entries by exporter and id of the primary group, in order of the targets. */
function activeTargets(targets: readonly Target[]): Map<Exporter, Map<string, string[]>> {
  const byExporter = new Map<Exporter, Map<string, string[]>>();
  for (const target of targets) {
    if (!target.active) continue;
    const labels = targetLabels(target);
    for (const targetExporter of target.exporters) {
      const byGroup = getOrAdd(byExporter, targetExporter.exporter, () => new Map<string, string[]>());
      getOrAdd(byGroup, target.groups[0].id, () => []).push(entry(target, targetExporter, labels));
    }
  }
  return byExporter;
}

function targetLabels(target: Target): Readonly<Record<string, string>> {
  const [primary] = target.groups;
  const labels: Record<string, string> = {
    instance: target.hostname,
    group: primary.name,
    group_id: primary.id,
    groups: target.groups.map((group) => group.id).join(','),
    target_id: target.id,
  };
  for (const key of Object.keys(target.labels).sort(byCodeUnit))
    labels[`target_label_${key}`] = target.labels[key] ?? '';
  return labels;
}

/** A target on one line, so that a diff shows which one changed. */
function entry(
  target: Target,
  { port, metricsPath, scheme }: TargetExporter,
  labels: Readonly<Record<string, string>>,
): string {
  const all = {
    ...labels,
    ...(metricsPath === null ? {} : { __metrics_path__: metricsPath }),
    ...(scheme === null ? {} : { __scheme__: scheme }),
  };
  return `  {"targets": [${JSON.stringify(`${hostOfUrl(target.address)}:${port}`)}], "labels": ${JSON.stringify(all)}}`;
}

/** An IPv6 address stands in brackets before a port. */
function hostOfUrl(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
