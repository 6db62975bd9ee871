import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Compilation, compile } from '../../../src/compile.js';
import { explainAlert } from '../../../src/explain/alert.js';
import { explainAlertOnTarget } from '../../../src/explain/alert-on-target.js';
import { explainCheckOnTarget } from '../../../src/explain/check-on-target.js';
import { type ExplainContext, explainContext } from '../../../src/explain/context.js';
import type { AlertCell, FinalValue } from '../../../src/explain/types.js';
import type { JsonObject } from '../../../src/model/types.js';
import { effectiveKey } from '../../../src/resolve/effective.js';
import type { EffectiveAlert, ResolvedModel } from '../../../src/resolve/types.js';
import { readRepo } from '../../../src/source/read.js';

/** What explain says of every target and alert of the example, against the rules that were made of them. */
let compilation: Compilation;
let model: ResolvedModel;
let context: ExplainContext;
beforeAll(async () => {
  compilation = await compile(await readRepo(join(import.meta.dirname, '../../../examples/gpu-cluster')));
  if (compilation.model === null) throw new Error('the example must compile');
  model = compilation.model;
  context = await explainContext(compilation, model);
});

/** The values that explain shows, as those of a rule. Parameters of the example are scalars and lists. */
function asEffective(values: readonly FinalValue[]): string {
  const text = (path: string) => (values.find((value) => value.path === path)?.value as string | undefined) ?? null;
  const below = (prefix: string) =>
    Object.fromEntries(
      values.filter(({ path }) => path.startsWith(prefix)).map(({ path, value }) => [path.slice(prefix.length), value]),
    );
  const effective = {
    severity: text('severity'),
    config: below('config.') as JsonObject,
    for: text('for'),
    keepFiringFor: text('keep_firing_for'),
    labels: below('labels.'),
    annotations: below('annotations.'),
    provenance: new Map(),
  } as EffectiveAlert;
  return effectiveKey(effective);
}

const alerting = (cell: AlertCell) => (cell.state === 'alerts' ? [cell] : []);

describe('explain and the rules of examples/gpu-cluster', () => {
  it('say the same of every target and alert', () => {
    let compared = 0;
    for (const target of model.repo.targets) {
      for (const template of model.repo.alertTemplates.values()) {
        const { bindings, status } = explainAlertOnTarget(context, target, template);
        const cells = bindings.flatMap((binding) => binding.cells.flatMap(alerting));
        const rules = model.rules.filter((rule) => rule.template === template && rule.targets.includes(target));
        const expected = rules.map((rule) => `${rule.level} ${rule.override} ${effectiveKey(rule.effective)}`);
        const shown = cells.map((cell) => `${cell.level} ${cell.override} ${asEffective(cell.values)}`);
        expect(shown.sort(), `${template.name} on ${target.id}`).toEqual(expected.sort());
        expect(status === 'alerts').toBe(rules.length > 0);
        expect(cells.map(({ rule }) => rule?.expr).sort()).toEqual(
          rules.map((rule) => context.emitted.get(rule)?.expr).sort(),
        );
        compared += cells.length;
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('let exactly the layers win that the values go back to', () => {
    for (const target of model.repo.targets) {
      for (const template of model.repo.alertTemplates.values()) {
        for (const { layers, cells } of explainAlertOnTarget(context, target, template).bindings) {
          if (cells.length === 0) continue;
          const final = cells.flatMap(alerting).flatMap(({ values }) => values);
          const winning = layers.flatMap(({ number, sets }) =>
            sets.filter(({ outcome }) => outcome === 'wins').map(({ path, value }) => ({ number, path, value })),
          );
          for (const { path, value, layer } of final.filter(({ path }) => path !== 'severity')) {
            const from = winning.filter((one) => one.number === layer && one.path.endsWith(path));
            expect(
              from.map((one) => one.value),
              `${path} of ${template.name} on ${target.id}`,
            ).toContainEqual(value);
          }
        }
      }
    }
  });

  it('say the same of every check', () => {
    for (const target of model.repo.targets) {
      const runs = [...model.repo.scriptTemplates.values()]
        .map((template) => explainCheckOnTarget(context, target, template))
        .filter(({ status }) => status === 'runs');
      const shown = runs.map(({ check, values }) => [
        check,
        Object.fromEntries(values.map(({ path, value }) => [path, value])),
      ]);
      const expected = (model.checks.get(target) ?? []).map(({ template, config, interval, timeout }) => [
        template.name,
        {
          interval,
          timeout,
          ...Object.fromEntries(Object.entries(config).map(([name, value]) => [`config.${name}`, value])),
        },
      ]);
      expect(shown).toEqual(expected);
      for (const { bundle } of runs) expect(bundle?.args).toBeInstanceOf(Array);
    }
  });

  it('divide the active targets into those that get an alert and those that do not', () => {
    const active = model.repo.targets.filter((target) => target.active).map(({ id }) => id);
    for (const template of model.repo.alertTemplates.values()) {
      const { rules, without } = explainAlert(context, template);
      const covered = new Set(rules.flatMap(({ targets }) => targets));
      // A muted level or series leaves a target partly covered.
      const bare = without.filter(({ level, series }) => level === null && series === null);
      const missing = bare.flatMap(({ targets }) => targets);
      expect([...covered, ...missing].sort(), template.name).toEqual(active);
    }
  });
});
