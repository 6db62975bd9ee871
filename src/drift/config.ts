import { isMapping } from '../diff/output/shape.js';
import { compareAlertmanagerConfig } from './alertmanager-config.js';
import { read, unreadable } from './answer.js';
import { readPlain } from './plain-yaml.js';
import { comparePrometheusConfig } from './prometheus-config.js';
import type { Answer, ConfigDrift } from './types.js';

/**
 * What the configuration that a server says it runs with differs in from the file of the build; both are YAML. Layout,
 * spelling and defaults are no difference, nor are paths that differ in the folder alone.
 */
export function compareConfig(
  server: 'prometheus' | 'alertmanager',
  built: string,
  running: string,
): Answer<readonly ConfigDrift[]> {
  const [one, other] = [readPlain(built), readPlain(running)];
  if (!isMapping(one)) return unreadable('the configuration of the build is no YAML');
  if (!isMapping(other)) return unreadable('its configuration is no YAML');
  return read(server === 'prometheus' ? comparePrometheusConfig(one, other) : compareAlertmanagerConfig(one, other));
}
