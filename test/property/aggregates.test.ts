import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Group, Repo, Target } from '../../src/model/types.js';
import { resolve } from '../../src/resolve/resolve.js';
import type { RuleScope } from '../../src/resolve/types.js';
import { discoveryLabels } from './discovery.js';
import { accepts, canonical, naive } from './naive.js';
import { repoArbitrary } from './repos.js';

const RUNS = Number(process.env.AAMI_PROPERTY_RUNS ?? 1000);

/** The same repo with aggregates, bound without narrowings. */
function withAggregates(repo: Repo): Repo {
  const templates = new Map(
    [...repo.alertTemplates].map(([name, template]) => [name, { ...template, aggregate: true }]),
  );
  return {
    ...repo,
    alertTemplates: templates,
    alertPolicies: repo.alertPolicies.map((policy) => ({
      ...policy,
      targets: [],
      series: [],
      entries: policy.entries.map((entry) => ({
        ...entry,
        template: templates.get(entry.template.name) ?? entry.template,
      })),
    })),
  };
}

const isWithin = (group: Group, other: Group): boolean => group === other || group.ancestors.includes(other);

const scopeName = (scope: RuleScope): string => (scope.kind === 'fleet' ? '' : scope.group.id);

describe('an aggregate has one rule per binding', () => {
  it('over all targets of the group and its descendants, with the values of that group', async () => {
    await fc.assert(
      fc.asyncProperty(repoArbitrary.map(withAggregates), async (repo) => {
        const { value: model, findings } = await resolve(repo);
        if (findings.some((one) => one.severity === 'error')) return;
        for (const template of repo.alertTemplates.values()) {
          const canSee = (target: Target): boolean =>
            target.active &&
            template.requires.exporters.every((needed) => target.exporters.some((own) => own.exporter === needed));
          const visible = repo.targets.filter(canSee);
          const bindings = repo.alertPolicies
            .filter((policy) => policy.entries.some((entry) => entry.template === template))
            .flatMap((policy): (Group | null)[] =>
              policy.scope.kind === 'global' ? [null] : [...policy.scope.groups],
            );
          const expected = [...new Set(bindings)].flatMap((group) => {
            const members = visible.filter(
              (target) => group === null || target.groups.some((one) => isWithin(one, group)),
            );
            if (members.length === 0) return [];
            // The values are those of a target whose only group is that of the binding, or of one without any.
            const stand = { ...members[0], labels: {}, groups: group === null ? [] : [group] } as unknown as Target;
            return (naive(repo, template, stand, {}) ?? []).map((values) => ({
              scope: group?.id ?? '',
              members: members.map((target) => target.id),
              values: JSON.stringify([values.level, values.severity, values.config, values.for, values.labels]),
            }));
          });
          const actual = model.rules
            .filter((rule) => rule.template === template)
            .map((rule) => ({
              scope: scopeName(rule.scope),
              members: visible
                .filter((target) =>
                  rule.scopeMatchers.every((one) => accepts(one, discoveryLabels(target)[one.label] ?? '')),
                )
                .map((target) => target.id),
              values: JSON.stringify([
                rule.level,
                rule.effective.severity,
                canonical(rule.effective.config),
                rule.effective.for,
                canonical(rule.effective.labels),
              ]),
            }));
          const sorted = (list: typeof actual): string[] => list.map((one) => JSON.stringify(one)).sort();
          expect(sorted(actual)).toEqual(sorted(expected));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
