import type { YamlMapping } from '../../emit/yaml.js';
import { foldHosts } from '../../model/fold-hosts.js';
import { ADDRESS_ALPHABET, expandRange } from '../../model/host-range.js';
import type { PlannedTarget, TargetPlan } from '../targets/types.js';
import { aamiDocument, orNothing, type WrittenDocument, yamlFile } from './yaml-file.js';

/** Files of `groups/` and `targets/`, by path. */
export function targetFiles(plan: TargetPlan): Map<string, string> {
  const files = new Map<string, string>();
  if (plan.groups.length > 0)
    files.set('groups/groups.yaml', yamlFile(aboutGroups(plan), plan.groups.map(groupDocument)));
  const byGroup = new Map<string, PlannedTarget[]>();
  for (const target of plan.targets) {
    const [primary = ''] = target.groups;
    byGroup.set(primary, [...(byGroup.get(primary) ?? []), target]);
  }
  for (const [group, targets] of byGroup) files.set(`targets/${group}.yaml`, yamlFile([], targetDocuments(targets)));
  return files;
}

function aboutGroups({ groupLabel }: TargetPlan): string[] {
  return groupLabel === null ? [] : [`The groups are the values of the label ${groupLabel}.`];
}

function groupDocument({ id, name, parent, namespace, labels }: TargetPlan['groups'][number]): WrittenDocument {
  return aamiDocument('Group', {
    id,
    name: name === id ? undefined : name,
    parent: parent ?? undefined,
    namespace: namespace ?? undefined,
    labels: orNothing(labels),
  });
}

/** Hosts that share all but their names become sets. */
function targetDocuments(targets: readonly PlannedTarget[]): WrittenDocument[] {
  const alike = new Map<string, PlannedTarget[]>();
  for (const target of targets) {
    const key = target.id === null ? JSON.stringify(sharedBody(target)) : `${target.hostname} alone`;
    alike.set(key, [...(alike.get(key) ?? []), target]);
  }
  return [...alike.values()].flatMap(folded);
}

function folded(targets: readonly PlannedTarget[]): WrittenDocument[] {
  const byName = new Map(targets.map((target) => [target.hostname, target]));
  return foldHosts([...byName.keys()]).flatMap((range): WrittenDocument[] => {
    const expansion = expandRange(range);
    const members = (expansion.ok ? expansion.names : [range]).flatMap((name) => byName.get(name) ?? []);
    const address = addressRange(members);
    const [first] = members;
    if (first === undefined) return [];
    if (members.length === 1 || address === null) return members.map(single);
    return [
      aamiDocument('TargetSet', {
        hosts: range,
        address: address === range ? undefined : address,
        ...sharedBody(first),
      }),
    ];
  });
}

/** One range of addresses in step with the hosts; null where there is none. */
function addressRange(targets: readonly PlannedTarget[]): string | null {
  const addresses = targets.map(({ address }) => address);
  const [range, ...others] = foldHosts(addresses);
  if (range === undefined || others.length > 0) return null;
  const expansion = expandRange(range, ADDRESS_ALPHABET);
  return expansion.ok && expansion.names.join() === addresses.join() ? range : null;
}

function single(target: PlannedTarget): WrittenDocument {
  const { id, hostname, address } = target;
  return aamiDocument('Target', {
    id: id ?? undefined,
    hostname,
    address: address === hostname ? undefined : address,
    ...sharedBody(target),
  });
}

function sharedBody({ groups, labels, exporters, active }: PlannedTarget): YamlMapping {
  return {
    groups,
    labels: orNothing(labels),
    exporters:
      exporters.length === 0
        ? undefined
        : exporters.map(({ exporter, port, metricsPath, scheme }) => {
            const own = {
              port: port === exporter.port ? undefined : port,
              metrics_path: metricsPath ?? undefined,
              scheme: scheme ?? undefined,
            };
            return Object.values(own).every((value) => value === undefined)
              ? exporter.name
              : { type: exporter.name, ...own };
          }),
    status: active ? undefined : 'inactive',
  };
}
