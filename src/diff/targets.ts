import { byCodeUnit } from '../diagnostics/order.js';
import { lifeChange } from './causes.js';
import { fieldChanges } from './fields.js';
import type { Snapshot, SnapshotTarget } from './snapshot.js';
import type { FieldChange, TargetChange, WeakeningKind } from './types.js';
import { collection, countOf, type Placer } from './where.js';

export interface TargetChanges {
  readonly changes: readonly TargetChange[];
  /** Ids of the targets that stay, but whose series are new to Prometheus, because a label of theirs changed. */
  readonly newSeries: ReadonlySet<string>;
}

type Content = Pick<TargetChange, 'kind' | 'newSeries' | 'weakens'> & {
  readonly fields: readonly FieldChange[];
};

/** Targets that come, go, move, or are scraped or labelled in another way. */
export function targetChanges(before: Snapshot, after: Snapshot, place: Placer): TargetChanges {
  const byPaths = collection<Omit<Content, 'fields'> & { readonly paths: readonly string[] }>();
  const fieldsOf = new Map<string, readonly FieldChange[]>();
  const newSeries = new Set<string>();
  for (const id of new Set([...before.targets.keys(), ...after.targets.keys()])) {
    const [old, now] = [before.targets.get(id), after.targets.get(id)];
    const kind = lifeChange(old, now);
    if (kind !== null) {
      // It was neither scraped nor alerted on.
      const asleep = (kind === 'removed' && old?.active === false) || (kind === 'added' && now?.active === false);
      byPaths.add({ kind, newSeries: false, weakens: asleep ? [] : LOSSES[kind], paths: [] }, [id]);
    }
    if (old === undefined || now === undefined) continue;
    const fields = withoutEcho(fieldChanges(describe(old, before), describe(now, after)));
    if (fields.length === 0) continue;
    const isNew = now.active && old.active && fields.some(({ path }) => ON_SERIES.test(path));
    if (isNew) newSeries.add(id);
    fieldsOf.set(id, fields);
    const paths = fields.map(({ path }) => path);
    // Alerts that require the exporter are lost by name; what the others look at is gone, too.
    const unscraped =
      now.active && old.active && fields.some(({ path, after: left }) => IS_SCRAPED.test(path) && left === null);
    byPaths.add({ kind: 'changed', newSeries: isNew, weakens: unscraped ? ['exporter-removed'] : [], paths }, [id]);
  }
  const changes = byPaths.entries().flatMap(({ content: { paths, ...content }, targets }) => {
    const parts = paths.length === 0 ? [{ fields: [], targets: [...targets] }] : byFields([...targets], fieldsOf);
    return parts.map(({ fields, targets: some }): TargetChange => {
      const where = place(some);
      return { ...content, fields, where, count: countOf(where) };
    });
  });
  return { changes: sorted(changes), newSeries };
}

const LOSSES: Readonly<Record<Exclude<TargetChange['kind'], 'changed'>, readonly WeakeningKind[]>> = {
  added: [],
  removed: ['target-removed'],
  activated: [],
  deactivated: ['target-inactive'],
};

/** The fields that Prometheus puts on a target's series. */
const ON_SERIES = /^(?:hostname|group|group name|groups|labels\..*|job of .*)$/;

/** Of an output, only the job of an exporter is known. */
const IS_SCRAPED = /^(?:exporter|job(?! of)) /;

function describe(target: SnapshotTarget, { groups }: Snapshot): Readonly<Record<string, string>> {
  const [primary = '', ...others] = target.groups;
  const labels = Object.entries(target.labels).map(([name, value]) => [`labels.${name}`, value] as const);
  return {
    ...target.fields,
    ...Object.fromEntries(labels),
    hostname: target.hostname,
    group: primary,
    'group name': groups.get(primary)?.name ?? primary,
    ...(others.length === 0 ? {} : { groups: target.groups.join(', ') }),
  };
}

/** Targets with equal changes of the fields that say much; a field that is each one's own, such as its address, varies. */
function byFields(
  targets: readonly string[],
  fieldsOf: ReadonlyMap<string, readonly FieldChange[]>,
): { readonly fields: TargetChange['fields']; readonly targets: readonly string[] }[] {
  const own = (path: string): boolean => path === 'address' || path === 'hostname';
  const shared = collection<readonly FieldChange[]>();
  for (const id of targets)
    shared.add(
      (fieldsOf.get(id) ?? []).filter(({ path }) => !own(path)),
      [id],
    );
  return shared.entries().map(({ content, targets: some }) => {
    const examples = [...some].map((id) => (fieldsOf.get(id) ?? []).filter(({ path }) => own(path)));
    const [first = []] = examples;
    const varying = first.map((field) => {
      const varies = examples.some((fields) =>
        fields.every((other) => JSON.stringify(other) !== JSON.stringify(field)),
      );
      return varies ? { path: field.path, before: null, after: null, varies } : { ...field, varies };
    });
    const fixed = content.map((field) => ({ ...field, varies: false }));
    return { fields: [...fixed, ...varying], targets: [...some] };
  });
}

/** A target that moves has the name of its new group, too, and one that gets an exporter its job: that goes without saying. */
function withoutEcho(fields: readonly FieldChange[]): FieldChange[] {
  const moved = fields.some(({ path }) => path === 'group');
  return fields.filter(({ path, before, after }) =>
    path.startsWith('job of ') ? before !== null && after !== null : !moved || path !== 'group name',
  );
}

const ORDER: readonly TargetChange['kind'][] = ['removed', 'deactivated', 'changed', 'activated', 'added'];

function sorted(changes: readonly TargetChange[]): TargetChange[] {
  const key = ({ where }: TargetChange): string =>
    JSON.stringify(where.map(({ group, targets }) => [group, targets[0]]));
  return [...changes].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || byCodeUnit(key(a), key(b)));
}
