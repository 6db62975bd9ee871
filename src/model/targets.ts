import { finding } from '../diagnostics/codes.js';
import type { Finding, Staged } from '../diagnostics/finding.js';
import { byCodeUnit } from '../diagnostics/order.js';
import type { TargetDocument, TargetSetDocument } from '../schema/documents.js';
import { spanInScalar, spanOf } from '../source/positions.js';
import type { Origin, SourceDocument } from '../source/types.js';
import type { MayExist } from './broken.js';
import { unknownGroup } from './groups.js';
import { ADDRESS_ALPHABET, type Expansion, expandRange, HOST_ALPHABET } from './host-range.js';
import { buildTargetExporters } from './target-exporters.js';
import type { Group, Project, Target } from './types.js';

export type RawTarget =
  | { readonly kind: 'Target'; readonly document: SourceDocument; readonly value: TargetDocument }
  | { readonly kind: 'TargetSet'; readonly document: SourceDocument; readonly value: TargetSetDocument };

/** What targets refer to. */
export interface TargetContext {
  readonly project: Project;
  /** false where aami.yaml itself is broken: then nobody knows the exporters. */
  readonly projectKnown: boolean;
  readonly groups: ReadonlyMap<string, Group>;
  readonly mayExist: MayExist;
}

interface Host {
  readonly id: string;
  readonly hostname: string;
  readonly address: string;
}

/** Every host of every document, in the order of the documents: also those that clash. */
export function buildTargets(raw: readonly RawTarget[], context: TargetContext): Staged<Target[]> {
  const targets: Target[] = [];
  const findings: Finding[] = [];
  for (const one of raw) {
    const hosts = one.kind === 'Target' ? singleHost(one.document, one.value) : hostsOf(one.document, one.value);
    const groups = groupsOf(one, context);
    const exporters = buildTargetExporters(one.document, one.value.exporters ?? [], context);
    findings.push(...hosts.findings, ...groups.findings, ...exporters.findings);
    const [primary, ...secondary] = groups.value;
    if (primary === undefined) continue;
    const shared = {
      groups: [primary, ...secondary] as const,
      labels: one.value.labels ?? {},
      exporters: exporters.value,
      active: one.value.status !== 'inactive',
      origin: { document: one.document, path: [] },
    };
    for (const host of hosts.value) targets.push({ ...host, ...shared });
  }
  return { value: targets.sort((a, b) => byCodeUnit(a.id, b.id)), findings };
}

function singleHost(document: SourceDocument, raw: TargetDocument): Staged<Host[]> {
  const { hostname, address = hostname } = raw;
  const origin: Origin = { document, path: ['address'] };
  const expansion = expandRange(address, ADDRESS_ALPHABET);
  const findings = raw.address === undefined ? [] : rangeFindings(expansion, origin);
  if (expansion.ok && expansion.names.length > 1) findings.push(mismatch(origin, 1, expansion.names.length));
  return { value: [{ id: raw.id ?? hostname, hostname, address }], findings };
}

function hostsOf(document: SourceDocument, raw: TargetSetDocument): Staged<Host[]> {
  const hosts = expandRange(raw.hosts, HOST_ALPHABET);
  const addresses = raw.address === undefined ? hosts : expandRange(raw.address, ADDRESS_ALPHABET);
  const addressOrigin: Origin = { document, path: ['address'] };
  const findings = [
    ...rangeFindings(hosts, { document, path: ['hosts'] }),
    ...(raw.address === undefined ? [] : rangeFindings(addresses, addressOrigin)),
  ];
  if (!hosts.ok) return { value: [], findings };
  const names = addresses.ok ? addresses.names : hosts.names;
  if (names.length !== hosts.names.length) findings.push(mismatch(addressOrigin, hosts.names.length, names.length));
  const value = hosts.names.map((hostname, i) => ({ id: hostname, hostname, address: names[i] ?? hostname }));
  return { value, findings };
}

function mismatch(origin: Origin, hosts: number, addresses: number): Finding {
  const some = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
  return finding(
    'schema/bad-host-range',
    `${some(addresses, 'address', 'addresses')} for ${some(hosts, 'host', 'hosts')}`,
    spanOf(origin),
    { hint: 'Hosts and addresses range in step: the first host has the first address, and so on.' },
  );
}

function rangeFindings(expansion: Expansion, origin: Origin): Finding[] {
  if (expansion.ok) return [];
  const { message, hint, start, end } = expansion.error;
  const span = start === end ? spanOf(origin) : spanInScalar(origin, start, end);
  return [finding('schema/bad-host-range', message, span, { hint })];
}

function groupsOf({ document, value }: RawTarget, { groups, mayExist }: TargetContext): Staged<Group[]> {
  const found = new Set<Group>();
  const findings: Finding[] = [];
  for (const [index, id] of value.groups.entries()) {
    const group = groups.get(id);
    if (group !== undefined) found.add(group);
    else if (!mayExist('Group', id))
      findings.push(unknownGroup(id, { document, path: ['groups', index] }, groups.keys()));
  }
  return { value: [...found], findings };
}
