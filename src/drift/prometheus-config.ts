import { isMapping, isText, type Mapping } from '../diff/output/shape.js';
import { configPart, namedParts } from './config-parts.js';
import { type IsDefault, valueDrift } from './config-values.js';
import type { ConfigDrift } from './types.js';

/** What the configuration of a Prometheus differs in from the one that was built; it shows its own defaults as well. */
export function comparePrometheusConfig(built: Mapping, running: Mapping): readonly ConfigDrift[] {
  const defaults = defaultsIn(running);
  return [
    ...configPart('global', built.global, running.global, defaults),
    ...configPart('alerting', built.alerting, running.alerting, defaults),
    ...configPart('rule_files', { rule_files: built.rule_files }, { rule_files: running.rule_files }, defaults),
    ...namedParts('job', 'job_name', built.scrape_configs, running.scrape_configs, (one, other) =>
      valueDrift(one, other, defaults),
    ),
    ...OTHERS.flatMap((part) => configPart(part, built[part], running[part], () => false)),
  ];
}

/** Parts that no Prometheus has by itself. */
const OTHERS = ['remote_write', 'remote_read', 'scrape_config_files'];

/** Values that a Prometheus fills in. Of others, only lists, mappings and limits are sure to be somebody's choice. */
const DEFAULTS: Readonly<Record<string, string>> = {
  scrape_interval: '1m',
  scrape_timeout: '10s',
  evaluation_interval: '1m',
  metrics_path: '/metrics',
  scheme: 'http',
  honor_labels: 'false',
  honor_timestamps: 'true',
  follow_redirects: 'true',
  timeout: '10s',
  refresh_interval: '5m',
};
const FILLED_LISTS = new Set(['scrape_protocols']);

function defaultsIn({ global }: Mapping): IsDefault {
  const ofGlobal = isMapping(global) ? global : {};
  const interval = isText(ofGlobal.scrape_interval) ? ofGlobal.scrape_interval : DEFAULTS.scrape_interval;
  return (path, value) => {
    const key = path.at(-1) ?? '';
    if (path.includes('external_labels')) return false;
    if (!isText(value)) return FILLED_LISTS.has(key);
    // Each job has its own, if only that of all.
    if (key === 'scrape_interval') return value === interval;
    // It is never longer than the interval.
    if (key === 'scrape_timeout') return true;
    if (key.endsWith('_limit')) return value === '0';
    return !Object.hasOwn(DEFAULTS, key) || DEFAULTS[key] === value;
  };
}
