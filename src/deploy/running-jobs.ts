import { isListOf, isMapping, isText } from '../diff/output/shape.js';
import { readPlain } from '../drift/plain-yaml.js';

/** The scrape jobs of a prometheus.yml. */
export function jobNamesIn(config: string): ReadonlySet<string> {
  const value = readPlain(config);
  const jobs = isMapping(value) ? value.scrape_configs : null;
  return new Set(isListOf(jobs, isMapping) ? jobs.map(({ job_name: name }) => name).filter(isText) : []);
}
