import type { YamlMapping } from '../../emit/yaml.js';
import type { TargetPlan } from '../targets/types.js';
import type { SourcePrometheus } from '../types.js';
import { aamiDocument, orNothing, yamlFile } from './yaml-file.js';

/** aami.yaml. \`alertName\` is how alerts are called, where that is not as their templates. */
export function projectFile(
  name: string,
  plan: TargetPlan,
  prometheus: SourcePrometheus | null,
  alertName: string | null,
): string {
  const exporters: YamlMapping = Object.fromEntries(
    plan.exporters.map((exporter) => [
      exporter.name,
      {
        job: exporter.job,
        port: exporter.port,
        metrics_path: exporter.metricsPath ?? undefined,
        scheme: exporter.scheme ?? undefined,
        scrape_interval: exporter.scrapeInterval ?? undefined,
        scrape_timeout: exporter.scrapeTimeout ?? undefined,
      },
    ]),
  );
  const server: YamlMapping = {
    global: prometheus === null ? undefined : orNothing(prometheus.global),
    alertmanagers: prometheus === null || prometheus.alertmanagers.length === 0 ? undefined : prometheus.alertmanagers,
  };
  const body = {
    name,
    exporters: orNothing(exporters),
    rules: alertName === null ? undefined : { alert_name: alertName },
    prometheus: Object.values(server).some((value) => value !== undefined) ? server : undefined,
  };
  return yamlFile([], [aamiDocument('Project', body)]);
}
