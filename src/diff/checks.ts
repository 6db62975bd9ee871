import { byCodeUnit } from '../diagnostics/order.js';
import { durationSeconds } from '../template/index.js';
import { type Causes, isTargetsLife, type TemplatePart } from './causes.js';
import type { Snapshot, SnapshotCheck } from './snapshot.js';
import type { CheckChange, ValueChange } from './types.js';
import { changedValues, configValues, type Side, type Sides, type SideValues } from './values.js';
import { collection, countOf, type Placer } from './where.js';

/** A check that runs on both sides, with another script after the change. */
export interface ScriptPair {
  readonly before: SnapshotCheck;
  readonly after: SnapshotCheck;
  readonly targets: ReadonlySet<string>;
}

export interface CheckChanges {
  readonly changes: readonly CheckChange[];
  readonly scripts: readonly ScriptPair[];
}

export interface CheckContext {
  readonly renamed: (check: string) => string;
  readonly causes: Causes;
  readonly sides: Sides;
  readonly place: Placer;
}

type Content = Omit<CheckChange, 'checks' | 'where' | 'count'> & { readonly check: string };

/** Which targets gain or lose a check, and how its settings change for the others. */
export function checkChanges(before: Snapshot, after: Snapshot, context: CheckContext): CheckChanges {
  const found = collection<Content>();
  const scripts = new Map<string, { before: SnapshotCheck; after: SnapshotCheck; targets: Set<string> }>();
  for (const { old, now, targets } of changedBundles(before, after)) {
    for (const [name, one, other] of matched(old, now, context.renamed)) {
      if (one !== null && other !== null) {
        const change = changed(name, one, other, context.sides);
        if (change !== null) found.add(change, targets);
        if (one.script !== other.script) {
          const pair = scripts.get(name) ?? { before: one, after: other, targets: new Set() };
          scripts.set(name, pair);
          for (const target of targets) pair.targets.add(target);
        }
      } else addOneSided(name, one, targets, context, found.add);
    }
  }
  const changes = found.entries().map(({ content: { check, ...content }, targets }): CheckChange => {
    const where = context.place(targets);
    return { ...content, checks: [check], where, count: countOf(where) };
  });
  const byName = [...scripts].sort(([a], [b]) => byCodeUnit(a, b)).map(([, pair]) => pair);
  return { changes: sorted(joined(changes)), scripts: byName };
}

interface Bundles {
  readonly old: readonly SnapshotCheck[];
  readonly now: readonly SnapshotCheck[];
  readonly targets: string[];
}

/** Targets by their checks on both sides: those with the same ones share arrays. */
function changedBundles(before: Snapshot, after: Snapshot): Bundles[] {
  const byOld = new Map<readonly SnapshotCheck[], Map<readonly SnapshotCheck[], Bundles>>();
  for (const id of new Set([...before.checks.keys(), ...after.checks.keys()])) {
    const [old, now] = [before.checks.get(id) ?? NONE, after.checks.get(id) ?? NONE];
    const byNow = byOld.get(old) ?? new Map<readonly SnapshotCheck[], Bundles>();
    byOld.set(old, byNow);
    const bundles = byNow.get(now) ?? { old, now, targets: [] };
    byNow.set(now, bundles);
    bundles.targets.push(id);
  }
  return [...byOld.values()].flatMap((byNow) => [...byNow.values()]);
}

const NONE: readonly SnapshotCheck[] = [];

function matched(
  before: readonly SnapshotCheck[],
  after: readonly SnapshotCheck[],
  renamed: (check: string) => string,
): [name: string, before: SnapshotCheck | null, after: SnapshotCheck | null][] {
  const old = new Map(before.map((check) => [renamed(check.name), check]));
  const now = new Map(after.map((check) => [check.name, check]));
  return [...new Set([...old.keys(), ...now.keys()])].map((name) => [
    name,
    old.get(name) ?? null,
    now.get(name) ?? null,
  ]);
}

function changed(check: string, before: SnapshotCheck, after: SnapshotCheck, sides: Sides): Content | null {
  const values = changedValues(valuesOf(before), valuesOf(after), () => 'neutral', sides).filter(isReal);
  const scriptChanged = before.script !== after.script;
  if (values.length === 0 && !scriptChanged) return null;
  return { kind: 'changed', check, values, scriptChanged, causes: [], weakens: [] };
}

function addOneSided(
  name: string,
  before: SnapshotCheck | null,
  targets: readonly string[],
  { causes }: CheckContext,
  add: (content: Content, targets: Iterable<string>) => void,
): void {
  const part: TemplatePart = { before: before?.name ?? name, after: name, scope: undefined, level: null };
  for (const target of targets) {
    const why = before === null ? causes.ofGain(part, target) : causes.ofLoss(part, target);
    const withTarget = why.some(isTargetsLife);
    const base = { check: name, values: [], scriptChanged: false, causes: why };
    if (before === null) add({ kind: 'added', ...base, weakens: [] }, [target]);
    else add({ kind: 'removed', ...base, weakens: withTarget ? [] : ['check-removed'] }, [target]);
  }
}

/** Equal durations are equal however they are written. */
function isReal({ path, before, after }: ValueChange): boolean {
  if (path !== 'interval' && path !== 'timeout') return true;
  return durationSeconds(String(before)) !== durationSeconds(String(after));
}

function valuesOf(check: SnapshotCheck): SideValues {
  const { resolved } = check;
  const origin = (path: string): Side['origin'] =>
    resolved === null ? null : (resolved.provenance.get(path) ?? resolved.template.origin);
  const of = (path: string, value: Side['value']): [string, Side] => [path, { value, origin: origin(path) }];
  return new Map([
    ...configValues(check.config, origin),
    of('interval', check.interval),
    of('timeout', check.timeout),
    of('args', check.args),
    of('version', check.version),
    of('language', check.language),
    ...(check.user === null ? [] : [of('user', check.user)]),
    ...Object.entries(check.metrics ?? {}).map(([name, metric]) => of(`metrics.${name}`, metric)),
  ]);
}

function joined(changes: readonly CheckChange[]): CheckChange[] {
  const byRest = new Map<string, CheckChange>();
  for (const change of changes) {
    const { checks, ...rest } = change;
    // Two scripts are two changes, even if nothing else tells them apart.
    const key = JSON.stringify(change.scriptChanged ? change : rest);
    const known = byRest.get(key);
    byRest.set(key, known === undefined ? change : { ...known, checks: [...known.checks, ...checks].sort(byCodeUnit) });
  }
  return [...byRest.values()];
}

const ORDER: readonly CheckChange['kind'][] = ['removed', 'changed', 'added'];

function sorted(changes: readonly CheckChange[]): CheckChange[] {
  const key = ({ checks, where }: CheckChange): string => JSON.stringify([checks, where.map(({ group }) => group)]);
  return [...changes].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || byCodeUnit(key(a), key(b)));
}
