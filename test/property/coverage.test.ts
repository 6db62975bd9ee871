import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Labels, Repo, Target } from '../../src/model/types.js';
import { parseExpr } from '../../src/promql/index.js';
import { resolve } from '../../src/resolve/resolve.js';
import { buildRules } from '../../src/rules/build.js';
import type { ConcreteRule } from '../../src/rules/types.js';
import { discoveryLabels } from './discovery.js';
import { accepts, canonical, naive, tieExists } from './naive.js';
import { repoArbitrary, SERIES_LABELS, SERIES_VALUES } from './repos.js';

const RUNS = Number(process.env.AAMI_PROPERTY_RUNS ?? 1000);

const seriesSets: readonly Labels[] = SERIES_VALUES.flatMap((first) =>
  SERIES_VALUES.map((second) => ({ [SERIES_LABELS[0] ?? '']: first, [SERIES_LABELS[1] ?? '']: second })),
);

/** How many selectors of the emitted expression select a series: `up` stands in it once a piece. */
function selections(rule: ConcreteRule, labels: Labels): number {
  const { expr } = parseExpr(rule.expr);
  return (expr?.selectors ?? []).filter(({ matchers }) =>
    matchers.every((one) => accepts(one, labels[one.label] ?? '')),
  ).length;
}

const canSee = (repo: Repo, rule: string, target: Target): boolean =>
  target.active &&
  (repo.alertTemplates.get(rule)?.requires.exporters ?? []).every((needed) =>
    target.exporters.some((own) => own.exporter === needed),
  );

/** What a rule says, in the words of the naive evaluation. */
function said({ resolved: rule, labels: emitted }: ConcreteRule): object {
  const { severity, config, for: duration, labels } = rule.effective;
  expect(emitted.severity).toBe(severity);
  return { level: rule.level, severity, config: canonical(config), for: duration, labels: canonical(labels) };
}

/** The rules that cover one series, each as often as its pieces select it. */
function covering(rules: readonly ConcreteRule[], template: string, labels: Labels): ConcreteRule[] {
  return rules
    .filter((rule) => rule.resolved.template.name === template)
    .flatMap((rule) => Array.from({ length: selections(rule, labels) }, () => rule));
}

/** The rules as they are emitted, or null where the repo has errors. */
async function emitted(repo: Repo): Promise<ConcreteRule[] | null> {
  const { value: model, findings } = await resolve(repo);
  if (findings.some((one) => one.severity === 'error')) return null;
  const built = buildRules(model);
  expect(built.findings.filter((one) => one.severity === 'error')).toEqual([]);
  return built.value.flatMap((file) => file.groups.flatMap((group) => group.rules));
}

describe('every bound target and series is covered by exactly one rule', () => {
  it('with the parameters of the naive evaluation, and no rule covers nothing', async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(repoArbitrary, async (repo) => {
        const all = await emitted(repo);
        if (all === null) return;
        checked++;
        const selecting = new Set<ConcreteRule>();
        for (const template of repo.alertTemplates.values()) {
          for (const target of repo.targets.filter((one) => canSee(repo, template.name, one))) {
            for (const series of seriesSets) {
              const expected = naive(repo, template, target, series);
              expect(expected, 'a tie that was not reported').not.toBeNull();
              const rules = covering(all, template.name, { ...discoveryLabels(target), ...series });
              for (const rule of rules) selecting.add(rule);
              expect(
                rules
                  .map(said)
                  .map((one) => JSON.stringify(one))
                  .sort(),
              ).toEqual((expected ?? []).map((one) => JSON.stringify(one)).sort());
            }
          }
        }
        expect(all.filter((rule) => !selecting.has(rule))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(checked).toBeGreaterThan(RUNS / 2);
  });

  it('and conflicts are reported only where equally strong policies meet', async () => {
    await fc.assert(
      fc.asyncProperty(repoArbitrary, async (repo) => {
        if ((await emitted(repo)) !== null) return;
        const tie = [...repo.alertTemplates.values()].some((template) =>
          repo.targets.some(
            (target) => target.active && seriesSets.some((series) => tieExists(repo, template, target, series)),
          ),
        );
        expect(tie).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

/** File, rule group, alert name and the labels by which Prometheus knows a rule. */
const identity = ({ resolved: rule }: ConcreteRule): string =>
  JSON.stringify([
    rule.scope.kind === 'fleet' ? '' : rule.scope.group.id,
    rule.template.name,
    rule.effective.severity,
    rule.override,
    rule.effective.labels,
  ]);

describe('rules keep their identity', () => {
  it('two rules never share one', async () => {
    await fc.assert(
      fc.asyncProperty(repoArbitrary, async (repo) => {
        const all = await emitted(repo);
        if (all === null) return;
        const names = all.map((rule) => JSON.stringify([JSON.parse(identity(rule)).slice(0, 4)]));
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('whichever other targets exist, and in whatever order policies are written', async () => {
    await fc.assert(
      fc.asyncProperty(repoArbitrary, fc.nat(7), async (repo, drop) => {
        const all = await emitted(repo);
        if (all === null) return;
        const fewer: Repo = {
          ...repo,
          targets: repo.targets.filter((_, index) => index !== drop),
          alertPolicies: [...repo.alertPolicies].reverse(),
        };
        const after = await emitted(fewer);
        if (after === null) return;
        for (const target of fewer.targets) {
          for (const series of seriesSets) {
            const labels = { ...discoveryLabels(target), ...series };
            for (const template of repo.alertTemplates.keys()) {
              if (!canSee(repo, template, target)) continue;
              expect(covering(after, template, labels).map(identity).sort()).toEqual(
                covering(all, template, labels).map(identity).sort(),
              );
            }
          }
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });
});
