import { type Labels, SEVERITIES, type Severity } from '../../model/types.js';
import { droppedBy, namedLabels, type ParsedExpr, type ResultLabels, resultLabels } from '../../promql/index.js';
import { LABEL_NAME } from '../../promql/matchers.js';
import { inspectGoTemplate } from '../../template/index.js';

/** An alerting rule, as far as it tells what its alerts are about. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: ParsedExpr;
  readonly labels: Labels;
  /** What `identityOf` finds. */
  readonly identity: readonly string[];
}

/** The severity of a rule, where it is one of ours. */
export const severityOf = ({ labels }: AlertRule): Severity | null =>
  SEVERITIES.find((severity) => severity === labels.severity) ?? null;

/**
 * Labels by which the series of the usual exporters differ on one host. An expression that keeps all labels of its
 * series does not say which they are; a label that they lack does no harm here.
 */
const WELL_KNOWN: readonly string[] = [
  // Of the target, as service discovery gives them.
  ...['instance', 'job', 'target_id'],
  // dcgm-exporter, and those of other vendors.
  ...[
    'gpu',
    'UUID',
    'uuid',
    'pci_bus_id',
    'GPU_I_ID',
    'gpu_id',
    'gpu_partition_id',
    'serial_number',
    'nvswitch',
    'link',
  ],
  ...['xid', 'sxid', 'err_code', 'clock_event', 'health_watch', 'peer_gpu'],
  // node_exporter and the checks: disks, file systems, networks, sensors, processors, units, files.
  ...['device', 'mountpoint', 'path', 'port', 'interface', 'master', 'chip', 'sensor', 'label', 'controller', 'csrow'],
  ...[
    'cpu',
    'core',
    'package',
    'mode',
    'name',
    'id',
    'unit',
    'check',
    'file',
    'source',
    'state',
    'type',
    'kind',
    'zone',
  ],
  // What runs there, and what other exporters speak for.
  ...[
    'hpc_job',
    'pod',
    'container',
    'exported_namespace',
    'exported_instance',
    'exported_job',
    'node',
    'partition',
    'queue',
  ],
];

/** What a rule sets itself says nothing of the object; `group_id` is looked at apart. */
const NOT_OF_THE_OBJECT: ReadonlySet<string> = new Set(['__name__', 'alertname', 'severity', 'override', 'group_id']);

/** The labels of its result that tell what an alert is about. `texts` are its labels and annotations. */
export function identityOf(expr: ParsedExpr, texts: readonly string[], known: readonly string[]): readonly string[] {
  const result = resultLabels(expr);
  if (result.kind === 'only') return [...result.labels.keys()].filter((label) => LABEL_NAME.test(label));
  const shown = texts.flatMap((text) => inspectGoTemplate(text).labelsUsed.map(({ name }) => name));
  const all = new Set([...WELL_KNOWN, ...known, ...namedLabels(expr), ...shown]);
  return [...all].filter((label) => LABEL_NAME.test(label) && droppedBy(result, label) === null);
}

/**
 * The labels that alerts of both rules have, and in which they agree if and only if they are about one object. A label
 * that only one side has keeps them apart, which is the safe side.
 */
export function objectLabels(source: AlertRule, target: AlertRule): string[] {
  const [one, other] = [resultLabels(source.expr), resultLabels(target.expr)];
  const labels = new Set([...source.identity, ...target.identity]);
  return [...labels].filter(
    (label) =>
      !NOT_OF_THE_OBJECT.has(label) && source.labels[label] === target.labels[label] && !pinnedApart(label, one, other),
  );
}

/** `state="warn"` here and `state="crit"` there: the label tells the severities apart, not the objects. */
function pinnedApart(label: string, one: ResultLabels, other: ResultLabels): boolean {
  const [left, right] = [one.pinned.get(label), other.pinned.get(label)];
  return left !== undefined && right !== undefined && left !== right;
}
