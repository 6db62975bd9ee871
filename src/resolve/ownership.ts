import type { Group, Notify, NotifyKey, Repo, Severity, Timing } from '../model/types.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';

/** The alerts that receivers are told apart for: those of a severity, and those that have none of ours. */
export type AlertClass = NotifyKey;
export const ALERT_CLASSES: readonly AlertClass[] = ['critical', 'warning', 'info', 'default'];

export function alertClass(severity: string | undefined): AlertClass {
  return ALERT_CLASSES.find((one) => one === severity) ?? 'default';
}

/** Who is told of some alerts, and when. */
export interface Duty {
  /** Names, each once, in the order in which they are written. */
  readonly receivers: readonly string[];
  readonly timing: Timing;
  /** Where the receivers are named; null: nobody named any, and the default receiver is told. */
  readonly origin: Origin | null;
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
  const ownership = (layers: readonly Notify[], line: readonly Group[]): Ownership => {
    const duty = (alerts: AlertClass): Duty => ({
      ...namedReceivers(layers, alerts, defaultReceiver),
      timing: mergedTiming([timings, ...line.map((group) => group.timings)], alerts),
    });
    return { critical: duty('critical'), warning: duty('warning'), info: duty('info'), default: duty('default') };
  };
  const ofNamespace = (name: string | null): Notify[] => {
    const notify = name === null ? undefined : alertmanager.namespaces.get(name);
    return notify === undefined ? [alertmanager.notify] : [alertmanager.notify, notify];
  };
  return {
    fleet: ownership([alertmanager.notify], []),
    namespaces: new Map([...alertmanager.namespaces.keys()].map((name) => [name, ownership(ofNamespace(name), [])])),
    groups: new Map(
      [...groups.values()].map((group) => {
        const line = [...group.ancestors, group];
        return [group, ownership([...ofNamespace(group.namespace), ...line.map(({ notify }) => notify)], line)];
      }),
    ),
  };
}

function namedReceivers(
  layers: readonly Notify[],
  alerts: AlertClass,
  defaultReceiver: string,
): Pick<Duty, 'receivers' | 'origin'> {
  for (const key of alerts === 'default' ? [alerts] : [alerts, 'default' as const]) {
    const layer = layers.findLast(({ receivers }) => receivers[key] !== undefined);
    if (layer !== undefined) return { receivers: layer.receivers[key] ?? [], origin: below(layer.origin, key) };
  }
  return { receivers: [defaultReceiver], origin: null };
}

type TimingLayer = { readonly common: Timing; readonly severities: Readonly<Partial<Record<Severity, Timing>>> };

/** Within a layer, what is said of a severity is stronger than what is said of all. */
function mergedTiming(layers: readonly TimingLayer[], alerts: AlertClass): Timing {
  const parts = layers.flatMap(({ common, severities }) => [common, alerts === 'default' ? {} : severities[alerts]]);
  return Object.assign({}, DEFAULT_TIMING, ...parts) as Timing;
}

/** One message for each problem and group of hosts; a page that is not answered is repeated twice a shift. */
const DEFAULT_TIMING: Timing = {
  group_by: ['alertname', 'cluster', 'group'],
  group_wait: '30s',
  group_interval: '5m',
  repeat_interval: '4h',
};
