import type { Labels } from '../../model/types.js';

/** Labels that commonly say which part of a fleet a host belongs to, the best first. */
const CANDIDATES = [
  ...['group', 'env', 'environment', 'stage', 'cluster', 'role', 'datacenter', 'dc', 'site', 'region', 'zone', 'team'],
];

/** The label by which hosts are put into groups; null where none of the usual ones is there. */
export function chooseGroupLabel(asked: string | null, hosts: readonly Labels[]): string | null {
  if (asked !== null) return asked;
  const has = (label: string): number => hosts.filter((labels) => labels[label] !== undefined).length;
  const everywhere = CANDIDATES.find((label) => hosts.length > 0 && has(label) === hosts.length);
  return everywhere ?? CANDIDATES.find((label) => has(label) > 0) ?? null;
}
