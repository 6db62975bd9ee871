import type {
  AlertChange,
  Cause,
  CheckChange,
  FieldChange,
  FilesChange,
  FleetDiff,
  GroupChange,
  MaintenanceChange,
  NotifiedChange,
  Place,
  Pointer,
  ReceiverChange,
  Rename,
  RouteChange,
  ScriptChange,
  ScriptHunk,
  StateLoss,
  StaticRuleChange,
  TargetChange,
  TimingChange,
  ValueChange,
  Weakening,
  Where,
} from '../types.js';

/** Each key of a type, in the order in which it is written, and how: `true` as it is. */
type Shape<T> = { readonly [K in keyof T]-?: true | ((value: T[K]) => unknown) };

/** A value with the keys of its shape and no others, always in the same order, whoever made it. */
function shaped<T extends object>(shape: Shape<T>): (value: T) => Readonly<Record<string, unknown>> {
  const keys = Object.keys(shape) as (keyof T)[];
  return (value) =>
    Object.fromEntries(
      keys.map((key) => {
        const write = shape[key];
        return [key, write === true ? value[key] : write(value[key])];
      }),
    );
}

function each<T extends object>(shape: Shape<T>): (list: readonly T[]) => unknown {
  const one = shaped(shape);
  return (list) => list.map(one);
}

const place = shaped<Place>({ side: true, file: true, line: true });
const placeOrNull = (at: Place | null): unknown => (at === null ? null : place(at));
const where = each<Where>({ group: true, groupName: true, targets: true });

const POINTER: Shape<Pointer> = { section: true, index: true };
const FIELD: Shape<FieldChange> = { path: true, before: true, after: true };
const fields = each(FIELD);
const values = each<ValueChange>({
  ...FIELD,
  beforeAt: placeOrNull,
  afterAt: placeOrNull,
  reason: true,
  effect: true,
});

function cause(one: Cause): unknown {
  const { kind } = one;
  if (kind === 'requirement') return { kind, what: one.what };
  if (kind === 'target') return { kind, change: one.change };
  return { kind, at: place(one.at), reason: one.reason };
}
const causes = (list: readonly Cause[]): unknown => list.map(cause);

const hunk = each<ScriptHunk>({
  beforeLine: true,
  afterLine: true,
  lines: each<ScriptHunk['lines'][number]>({ kind: true, text: true }),
});

/** The sections of a diff as they are written. */
export const shapedDiff = shaped<FleetDiff>({
  weakened: each<Weakening>({ kind: true, ...POINTER, count: true }),
  unclear: each(POINTER),
  alerts: each<AlertChange>({
    kind: true,
    alerts: true,
    series: true,
    severityBefore: true,
    severityAfter: true,
    values,
    causes,
    where,
    count: true,
    weakens: true,
  }),
  notified: each<NotifiedChange>({
    of: true,
    alerts: true,
    names: true,
    gained: true,
    lost: true,
    beforeAt: placeOrNull,
    afterAt: placeOrNull,
    timing: each<TimingChange>({ ...FIELD, beforeAt: placeOrNull, afterAt: placeOrNull }),
    where,
    count: true,
    weakens: true,
  }),
  receivers: each<ReceiverChange>({ kind: true, name: true, at: place }),
  routes: each<RouteChange>({ kind: true, name: true, fields, at: place }),
  maintenances: each<MaintenanceChange>({
    kind: true,
    name: true,
    values,
    at: place,
    where,
    count: true,
    weakens: true,
  }),
  checks: each<CheckChange>({
    kind: true,
    checks: true,
    values,
    scriptChanged: true,
    causes,
    where,
    count: true,
    weakens: true,
  }),
  scripts: each<ScriptChange>({ check: true, count: true, hunks: hunk }),
  targets: each<TargetChange>({
    kind: true,
    fields: each<TargetChange['fields'][number]>({ ...FIELD, varies: true }),
    newSeries: true,
    where,
    count: true,
    weakens: true,
  }),
  groups: each<GroupChange>({ kind: true, id: true, name: true, fields }),
  staticRules: each<StaticRuleChange>({
    kind: true,
    type: true,
    name: true,
    file: true,
    values,
    stateLost: true,
    weakens: true,
  }),
  renamed: each<Rename>({ kind: true, before: true, after: true, at: placeOrNull }),
  settings: fields,
  stateLost: each<StateLoss>({ alerts: true, because: fields, where, count: true }),
  files: shaped<FilesChange>({ added: true, changed: true, removed: true }),
});
