import type { Labels } from '../../model/types.js';
import { isId, slug } from '../names.js';
import type { Loss, SourceEndpoint, SourceJob } from '../types.js';

/** The endpoints of one host that can be one target: their labels agree, and each job is there once. */
export interface Host {
  readonly hostname: string;
  readonly address: string;
  readonly labels: Labels;
  readonly endpoints: readonly (SourceEndpoint & { readonly job: string; readonly instance: string })[];
}

type Known = SourceEndpoint & { readonly job: string };

/** Puts together what is scraped on one host. A label `instance` is its name, else its address. */
export function hostsOf(endpoints: readonly Known[], jobs: ReadonlyMap<string, SourceJob>, losses: Loss[]): Host[] {
  const names = new Set<string>();
  const byName = new Map<string, Known[]>();
  for (const endpoint of endpoints) {
    const name = endpoint.labels.instance?.replace(/^(?:\[(.*)\]|([^:]*)):\d+$/, '$1$2') ?? endpoint.host;
    const key = JSON.stringify([name, endpoint.host]);
    byName.set(key, [...(byName.get(key) ?? []), endpoint]);
  }
  const hosts: Host[] = [];
  for (const [key, list] of byName) {
    const [name = ''] = JSON.parse(key) as [string];
    for (const [index, alike] of apart(list).entries()) {
      const [first] = alike;
      if (first === undefined) continue;
      const hostname = uniqueName(index === 0 ? name : `${name}-${first.port}`, first, names);
      if (hostname !== name) {
        const why =
          index === 0
            ? 'names of hosts are made of letters, digits, `_`, `.` and `-`, and each stands for one address'
            : 'its labels, or its port, differ from those of the host’s other targets';
        losses.push({ place: first.place, what: `the host ${name} is called ${hostname}`, why });
      }
      hosts.push({
        hostname,
        address: first.host,
        labels: mergedLabels(alike),
        endpoints: alike.map((one) => withInstance(one, jobs)),
      });
    }
  }
  return hosts;
}

function withInstance(endpoint: Known, jobs: ReadonlyMap<string, SourceJob>): Host['endpoints'][number] {
  const bare = jobs.get(endpoint.job)?.bareInstance === true;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return { ...endpoint, instance: endpoint.labels.instance ?? (bare ? host : `${host}:${endpoint.port}`) };
}

/** Parts endpoints that cannot be one target: with different values of a label, or twice in one job. */
function apart(endpoints: readonly Known[]): Known[][] {
  const parts: Known[][] = [];
  for (const endpoint of endpoints) {
    const fits = parts.find((part) =>
      part.every((other) => other.job !== endpoint.job && agree(other.labels, endpoint.labels)),
    );
    if (fits === undefined) parts.push([endpoint]);
    else fits.push(endpoint);
  }
  return parts;
}

const agree = (a: Labels, b: Labels): boolean =>
  Object.entries(a).every(([name, value]) => name === 'instance' || b[name] === undefined || b[name] === value);

function mergedLabels(endpoints: readonly Known[]): Labels {
  const { instance: _, ...labels } = Object.assign({}, ...endpoints.map(({ labels }) => labels)) as Record<
    string,
    string
  >;
  return labels;
}

function uniqueName(wanted: string, { port }: Known, names: Set<string>): string {
  const plain = isId(wanted) ? wanted : slug(wanted, 'host');
  let name = plain;
  for (let n = 1; names.has(name); n++) name = n === 1 ? `${plain}-${port}` : `${plain}-${port}-${n}`;
  names.add(name);
  return name;
}
