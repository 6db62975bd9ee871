import type { Labels } from '../../model/types.js';
import type { Loss, Place, SourceEndpoint } from '../types.js';

/** What labels with two underscores say of the scrape. */
const SCRAPE_LABELS = { __scheme__: 'scheme', __metrics_path__: 'metricsPath' } as const;

/**
 * A target of Prometheus with its labels. Of the labels that begin with `__`, scheme and path are carried over; `job`
 * is the job. null, and a loss, for what is no address of a host.
 */
export function endpointOf(
  address: string,
  written: Labels,
  job: string | null,
  place: Place,
  losses: Loss[],
): SourceEndpoint | null {
  const { job: ownJob = null, ...rest } = written;
  const labels: Record<string, string> = {};
  const scrape: { scheme: string | null; metricsPath: string | null } = { scheme: null, metricsPath: null };
  for (const [name, value] of Object.entries(rest)) {
    if (isScrapeLabel(name)) scrape[SCRAPE_LABELS[name]] = value;
    else if (name.startsWith('__')) losses.push({ place, what: `the label ${name}`, why: 'aami has no such setting' });
    else if (value !== '') labels[name] = value;
  }
  const parts = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s/:[\]]+))(?::(\d{1,5}))?$/.exec(address);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3] ?? (scrape.scheme === 'https' ? 443 : 80));
  if (host === undefined || port < 1 || port > 65535) {
    losses.push({
      place,
      what: `the target ${withoutCredentials(address)}`,
      why: 'it is not an address of the form host:port',
    });
    return null;
  }
  return { job: ownJob ?? job, host, port, ...scrape, labels, place };
}

const isScrapeLabel = (name: string): name is keyof typeof SCRAPE_LABELS => Object.hasOwn(SCRAPE_LABELS, name);

/** A URL may hold a password before its host. */
function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//…@');
}
