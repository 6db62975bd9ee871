import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extentOf } from '../../src/diff/changed.js';
import { compareSnapshots } from '../../src/diff/compare.js';
import { snapshotOf } from '../../src/diff/of-compilation.js';
import type { Snapshot, SnapshotRule } from '../../src/diff/snapshot.js';
import type { AlertChange, Effect, FleetDiff, ValueChange } from '../../src/diff/types.js';
import type { Labels, Repo, Target } from '../../src/model/types.js';
import { parseExpr } from '../../src/promql/index.js';
import { resolve } from '../../src/resolve/resolve.js';
import { buildRules } from '../../src/rules/build.js';
import {
  changesByTarget,
  type Expected,
  expected,
  hasSeries,
  holdsFor,
  isTold,
  type NamedAlert,
  namedAlerts,
  seenOn,
  toldValues,
  toldWeakening,
} from './diff-oracle.js';
import { discoveryLabels } from './discovery.js';
import { accepts } from './naive.js';
import { SERIES_LABELS, SERIES_VALUES } from './repos.js';
import { type Revision, revisionArbitrary } from './revisions.js';

const RUNS = Number(process.env.AAMI_PROPERTY_RUNS ?? 200);

/** One of each class of values that policies can tell apart. */
const SAMPLES: readonly Labels[] = SERIES_VALUES.flatMap((first) =>
  SERIES_VALUES.map((second) => ({ [SERIES_LABELS[0] ?? '']: first, [SERIES_LABELS[1] ?? '']: second })),
);

/** null where the repo has errors. */
async function snapshot(repo: Repo): Promise<Snapshot | null> {
  const { value: model, findings } = await resolve(repo);
  if (findings.some((one) => one.severity === 'error')) return null;
  const built = buildRules(model);
  if (built.findings.some((one) => one.severity === 'error')) return null;
  return snapshotOf({ files: [], findings, later: [], model, ruleFiles: built.value }, model, new Map());
}

async function snapshots({ before, after }: Revision): Promise<[Snapshot, Snapshot] | null> {
  const [old, now] = [await snapshot(before), await snapshot(after)];
  return old === null || now === null ? null : [old, now];
}

const nameOf = ({ before, after }: NamedAlert): string => after?.name ?? before?.name ?? '';
const byId = ({ targets }: Repo): ReadonlyMap<string, Target> => new Map(targets.map((one) => [one.id, one]));

interface Pair {
  readonly alert: NamedAlert;
  readonly id: string;
  readonly old: Target | undefined;
  readonly now: Target | undefined;
}

/** Every alert and every target of either side. */
function pairsOf(revision: Revision): Pair[] {
  const [before, after] = [byId(revision.before), byId(revision.after)];
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return namedAlerts(revision).flatMap((alert) =>
    ids.map((id) => ({ alert, id, old: before.get(id), now: after.get(id) })),
  );
}

/** What a change says of an alert on a series, in the words of the oracle. */
const told = (change: AlertChange): Expected => ({
  kind: change.kind,
  severityBefore: change.severityBefore,
  severityAfter: change.severityAfter,
  values: change.kind === 'changed' ? toldValues(change.values) : [],
  weakens: toldWeakening(change),
});

/** What two scopes of an aggregate have in common is said once. */
const sorted = (list: readonly Expected[]): string[] => [...new Set(list.map((one) => JSON.stringify(one)))].sort();

describe('a diff says of every alert, target and series what the naive evaluation of both sides says', () => {
  it('no more and no less', async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(revisionArbitrary, async (revision) => {
        const both = await snapshots(revision);
        if (both === null) return;
        checked++;
        const diff = await compareSnapshots(...both);
        for (const { alert, id, old, now } of pairsOf(revision)) {
          const changes = changesByTarget(diff, nameOf(alert)).get(id) ?? [];
          const witnessed = new Set<AlertChange>();
          const comesOrGoes = (old?.active ?? false) !== (now?.active ?? false);
          const kinds = new Set<string>();
          for (const series of SAMPLES) {
            const found = changes.filter((change) => holdsFor(change, series));
            for (const change of found) witnessed.add(change);
            const wanted = expected(
              seenOn(revision.before, alert.before, old, series),
              seenOn(revision.after, alert.after, now, series),
            );
            for (const { kind } of wanted) kinds.add(kind);
            if (!comesOrGoes) expect(sorted(found.map(told)), `${nameOf(alert)} ${id}`).toEqual(sorted(wanted));
          }
          // A target that comes or goes does so with all its alerts: that is said once, and nothing of their values.
          if (comesOrGoes)
            expect(changes.map(({ kind, series, values }) => [kind, series, values])).toEqual(
              [...kinds].map((kind) => [kind, null, []]),
            );
          expect(changes.filter((change) => !witnessed.has(change))).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
    expect(checked).toBeGreaterThan(RUNS / 4);
  });
});

const OPPOSITE = { added: 'removed', removed: 'added', changed: 'changed' } as const;
const OTHER_WAY: Readonly<Record<Effect, Effect>> = {
  weaker: 'stronger',
  stronger: 'weaker',
  unclear: 'unclear',
  neutral: 'neutral',
};

// An expression that is rewritten and given other parameters may count as one or as both: that has two sides.
const flipped = ({ path, before, after, effect }: ValueChange): object => [path, after, before, OTHER_WAY[effect]];
const upright = ({ path, before, after, effect }: ValueChange): object => [path, before, after, effect];

/** All that a diff says of one series of a target, on either side of the mirror. */
function said(diff: FleetDiff, alert: string, target: string, series: Labels, mirrored: boolean): string[] {
  const all = (changesByTarget(diff, alert).get(target) ?? [])
    .filter((change) => holdsFor(change, series))
    .map(({ kind, severityBefore, severityAfter, values }) => {
      const told = values.filter(isTold);
      return JSON.stringify(
        mirrored
          ? [OPPOSITE[kind], severityAfter, severityBefore, told.map(flipped)]
          : [kind, severityBefore, severityAfter, told.map(upright)],
      );
    });
  return [...new Set(all)].sort();
}

describe('a diff', () => {
  it('of a repo and itself, in another order, is empty', async () => {
    await fc.assert(
      fc.asyncProperty(revisionArbitrary, async ({ before }) => {
        const reversed = { ...before, alertPolicies: [...before.alertPolicies].reverse() };
        const both = await snapshots({ before, after: reversed });
        if (both === null) return;
        expect(extentOf(await compareSnapshots(...both))).toBe('nothing');
      }),
      { numRuns: RUNS },
    );
  });

  it('says the opposite the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(revisionArbitrary, async (revision) => {
        const both = await snapshots(revision);
        if (both === null) return;
        const [forth, back] = [await compareSnapshots(both[0], both[1]), await compareSnapshots(both[1], both[0])];
        for (const { alert, id } of pairsOf(revision)) {
          for (const series of SAMPLES)
            expect(said(back, alert.before?.name ?? nameOf(alert), id, series, true), `${nameOf(alert)} ${id}`).toEqual(
              said(forth, nameOf(alert), id, series, false),
            );
        }
      }),
      { numRuns: RUNS },
    );
  });
});

/** The rule of an alert and a severity whose expression, as it is emitted, selects a series. */
function looking(rules: readonly SnapshotRule[], target: Target | undefined, series: Labels): SnapshotRule[] {
  if (target === undefined) return [];
  const labels = { ...discoveryLabels(target), ...series };
  return rules.filter(
    ({ concrete }) =>
      concrete !== null &&
      hasSeries(concrete.resolved.template, target) &&
      parseExpr(concrete.expr).expr?.selectors.some(({ matchers }) =>
        matchers.every((one) => accepts(one, labels[one.label] ?? '')),
      ),
  );
}

/** What Prometheus knows a rule by. */
const identity = ({ file, ruleGroup, alert, labels }: SnapshotRule): string =>
  JSON.stringify([file, ruleGroup, alert, Object.entries(labels).sort()]);

describe('state is lost', () => {
  it('exactly where another rule goes on looking at the same series', async () => {
    await fc.assert(
      fc.asyncProperty(revisionArbitrary, async (revision) => {
        const both = await snapshots(revision);
        if (both === null) return;
        const { stateLost } = await compareSnapshots(...both);
        for (const { alert, id, old, now } of pairsOf(revision)) {
          const [before, after] = [
            both[0].rules.filter(({ template }) => template === alert.before?.name),
            both[1].rules.filter(({ template }) => template === alert.after?.name),
          ];
          const sameSeries =
            old !== undefined &&
            now !== undefined &&
            JSON.stringify(Object.entries(discoveryLabels(old)).sort()) ===
              JSON.stringify(Object.entries(discoveryLabels(now)).sort());
          // What an aggregate gives has no labels of single targets.
          const scopes = alert.after?.aggregate ? new Set(before.map(({ group }) => group)) : [undefined];
          const lost = [...scopes].some((scope) => {
            const inScope = (rule: SnapshotRule): boolean => scope === undefined || rule.group === scope;
            return SAMPLES.some((series) => {
              const left = looking(before.filter(inScope), old, series);
              const right = looking(after.filter(inScope), now, series);
              const known = new Set(right.map(identity));
              const common = left.filter((rule) => known.has(identity(rule))).length;
              // Of the alerts that stay, whichever severity each has now, some are known by another identity.
              return common < Math.min(left.length, right.length);
            });
          });
          const found = stateLost.filter(
            ({ alerts, where }) => alerts.includes(nameOf(alert)) && where.some(({ targets }) => targets.includes(id)),
          );
          expect(found.length > 0, `${nameOf(alert)} ${id}`).toBe(
            (sameSeries || alert.after?.aggregate === true) && lost,
          );
          expect(found.every(({ because }) => because.length > 0)).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
