import { byCodeUnit } from '../../diagnostics/order.js';
import type { Exporter, StaticRuleFile } from '../../model/types.js';
import type { Emitted, Emitter } from '../emitter.js';
import { header } from '../header.js';
import { sdFolder } from '../sd/index.js';
import { writeYaml, type YamlMapping, type YamlValue } from '../yaml.js';

export const PROMETHEUS_CONFIG = 'prometheus/prometheus.yml';

/**
 * prometheus.yml. It depends on the project and the folders of static rules only: a new target or rule
 * changes other files, and Prometheus finds those by itself or at its next reload.
 */
export const emitPrometheus: Emitter = ({ model }): Emitted => {
  const { project, staticRules } = model.repo;
  const config: YamlMapping = {
    global: Object.keys(project.global).length === 0 ? undefined : project.global,
    alerting:
      project.alertmanagers.length === 0
        ? undefined
        : { alertmanagers: [{ static_configs: [{ targets: project.alertmanagers }] }] },
    rule_files: ['rules/*.yml', ...staticRuleGlobs(staticRules)],
    scrape_configs: [...project.exporters.values()].map(scrapeConfig),
  };
  const content = header([project.origin.document.file]) + writeYaml(config);
  return {
    files: [{ file: { path: PROMETHEUS_CONFIG, content, origins: [] }, claimedBy: project.origin }],
    findings: [],
  };
};

function scrapeConfig(exporter: Exporter): YamlValue {
  return {
    job_name: exporter.job,
    scrape_interval: exporter.scrapeInterval ?? undefined,
    scrape_timeout: exporter.scrapeTimeout ?? undefined,
    metrics_path: exporter.metricsPath ?? undefined,
    scheme: exporter.scheme ?? undefined,
    file_sd_configs: [{ files: [`${sdFolder(exporter)}/*.json`] }],
  };
}

/** Prometheus's globs have no `**`, so each folder and file extension that occurs is listed. */
function staticRuleGlobs(files: readonly StaticRuleFile[]): string[] {
  const globs = new Set<string>();
  for (const { path } of files) {
    const slash = path.lastIndexOf('/') + 1;
    const dot = path.lastIndexOf('.');
    const name = dot > slash ? `*${escapeGlob(path.slice(dot))}` : escapeGlob(path.slice(slash));
    globs.add(`rules/static/${escapeGlob(path.slice(0, slash))}${name}`);
  }
  return [...globs].sort(byCodeUnit);
}

/** What Go's filepath.Match would read as a pattern. */
function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
