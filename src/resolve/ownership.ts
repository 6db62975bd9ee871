import type { Group, Notify, NotifyKey, Repo, Severity, Timing } from '../model/types.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';

/** The alerts that receivers are told apart for: those of a severity, and those that have none of ours. */
export type AlertClass = NotifyKey;
export const ALERT_CLASSES: readonly AlertClass[] = ['critical', 'warning', 'info', 'default'];

export function alertClass(severity: string | undefined): AlertClass {
  return ALERT_CLASSES.find((one) => one === severity) ?? 'default';
}

/** Which layer names the receivers; the default receiver is told where none does. */
export type NotifiedBy =
  | { readonly kind: 'default-receiver' | 'project' }
  | { readonly kind: 'namespace'; readonly name: string }
  | { readonly kind: 'group'; readonly group: Group };

/** Who is told of some alerts, and when. */
export interface Duty {
  /** Names, each once, in the order in which they are written. */
  readonly receivers: readonly string[];
  readonly timing: Timing;
  /** Where the receivers are named; null: nobody named any, and the default receiver is told. */
  readonly origin: Origin | null;
  readonly by: NotifiedBy;
}

/** Who is told of the alerts of a group, by class. */
export type Ownership = Readonly<Record<AlertClass, Duty>>;

export interface Ownerships {
  /** Of alerts that belong to no group: those of fleet-wide and of hand-written rules. */
  readonly fleet: Ownership;
  /** Of alerts that name a namespace, but no group. */
  readonly namespaces: ReadonlyMap<string, Ownership>;
  readonly groups: ReadonlyMap<Group, Ownership>;
}

/**
 * Receivers come in layers, weakest first: the default receiver, the project's `notify`, that of the namespace, those
 * of the groups from the root down. They merge key by key; a severity that no layer names takes what `default` comes to.
 */
export function resolveOwnerships({ project, groups }: Repo): Ownerships | null {
  const { alertmanager } = project;
  const { defaultReceiver, timings } = alertmanager;
  if (defaultReceiver === null) return null;
  const ownership = (layers: readonly NotifyLayer[], line: readonly Group[]): Ownership => {
    const duty = (alerts: AlertClass): Duty => ({
      ...namedReceivers(layers, alerts, defaultReceiver),
      timing: mergedTiming([timings, ...line.map((group) => group.timings)], alerts),
    });
    return { critical: duty('critical'), warning: duty('warning'), info: duty('info'), default: duty('default') };
  };
  const ofProject: NotifyLayer = { notify: alertmanager.notify, by: { kind: 'project' } };
  const ofNamespace = (name: string | null): NotifyLayer[] => {
    const notify = name === null ? undefined : alertmanager.namespaces.get(name);
    if (name === null || notify === undefined) return [ofProject];
    return [ofProject, { notify, by: { kind: 'namespace', name } }];
  };
  const ofGroup = (group: Group): NotifyLayer => ({ notify: group.notify, by: { kind: 'group', group } });
  return {
    fleet: ownership([ofProject], []),
    namespaces: new Map([...alertmanager.namespaces.keys()].map((name) => [name, ownership(ofNamespace(name), [])])),
    groups: new Map(
      [...groups.values()].map((group) => {
        const line = [...group.ancestors, group];
        return [group, ownership([...ofNamespace(group.namespace), ...line.map(ofGroup)], line)];
      }),
    ),
  };
}

interface NotifyLayer {
  readonly notify: Notify;
  readonly by: NotifiedBy;
}

function namedReceivers(
  layers: readonly NotifyLayer[],
  alerts: AlertClass,
  defaultReceiver: string,
): Omit<Duty, 'timing'> {
  for (const key of alerts === 'default' ? [alerts] : [alerts, 'default' as const]) {
    const layer = layers.findLast(({ notify }) => notify.receivers[key] !== undefined);
    if (layer === undefined) continue;
    const { notify, by } = layer;
    return { receivers: notify.receivers[key] ?? [], origin: below(notify.origin, key), by };
  }
  return { receivers: [defaultReceiver], origin: null, by: { kind: 'default-receiver' } };
}

type TimingLayer = { readonly common: Timing; readonly severities: Readonly<Partial<Record<Severity, Timing>>> };

/** What is said of a severity goes over what is said of all, whichever layer says either; as with `notify` and `levels`. */
function mergedTiming(layers: readonly TimingLayer[], alerts: AlertClass): Timing {
  const common = layers.map((layer) => layer.common);
  const own = alerts === 'default' ? [] : layers.map(({ severities }) => severities[alerts]);
  return Object.assign({}, DEFAULT_TIMING, ...common, ...own) as Timing;
}

/** One message for each problem and group of hosts; a page that is not answered is repeated twice a shift. */
const DEFAULT_TIMING: Timing = {
  group_by: ['alertname', 'cluster', 'group'],
  group_wait: '30s',
  group_interval: '5m',
  repeat_interval: '4h',
};
