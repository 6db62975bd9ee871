import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Compilation, compile } from '../../../src/compile.js';
import { hintsOfModel, snapshotOfOutput, snapshotsOfOutputs } from '../../../src/diff/of-output.js';
import { type Snapshot, type SnapshotRule, type SnapshotTarget, seriesLabel } from '../../../src/diff/snapshot.js';
import { matcherAccepts } from '../../../src/promql/index.js';
import type { Piece, ResolvedModel } from '../../../src/resolve/types.js';
import type { ConcreteRule } from '../../../src/rules/types.js';
import { readRepo } from '../../../src/source/read.js';
import { alertTemplate, compileFiles, doc, type Files, smallRepo } from '../../repo.js';

const root = join(import.meta.dirname, '../../..');
const cases = join(root, 'test/compile');
const repos = [
  ['examples/gpu-cluster', join(root, 'examples/gpu-cluster')],
  ...readdirSync(cases, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, join(cases, name, 'repo')]),
] as [name: string, dir: string][];

interface Compiled {
  readonly model: ResolvedModel;
  readonly rules: readonly ConcreteRule[];
  readonly snapshot: Snapshot;
}

const filesOf = ({ files }: Compilation) => new Map(files.map(({ path, content }) => [path, content]));

function hintsOf({ model, ruleFiles }: Compilation) {
  if (model === null) throw new Error('does not compile');
  return hintsOfModel(model, ruleFiles);
}

function read(compilation: Compilation): Compiled {
  const { model, ruleFiles } = compilation;
  if (model === null) throw new Error('does not compile');
  const { snapshot, troubles } = snapshotOfOutput(filesOf(compilation), hintsOf(compilation));
  expect(troubles).toEqual([]);
  return { model, rules: ruleFiles.flatMap(({ groups }) => groups).flatMap(({ rules }) => rules), snapshot };
}

/** What Prometheus tells rules apart by. */
const key = ({ alert, labels }: Pick<SnapshotRule, 'alert' | 'labels'>): string => JSON.stringify([alert, labels]);

function pairs({ rules, snapshot }: Compiled): { concrete: ConcreteRule; found: SnapshotRule }[] {
  const byKey = new Map(snapshot.rules.map((rule) => [key(rule), rule]));
  expect(byKey.size).toBe(rules.length);
  return rules.map((concrete) => {
    const found = byKey.get(key(concrete));
    if (found === undefined) throw new Error(`lost ${key(concrete)}`);
    return { concrete, found };
  });
}

const selected = (pieces: readonly Piece[], targets: readonly SnapshotTarget[]): string[] =>
  targets
    .filter((target) =>
      pieces.some((piece) => piece.target.every((one) => matcherAccepts(one, seriesLabel(target, one)))),
    )
    .map(({ id }) => id);

describe.each(repos)('the output of %s, read back', (_name, dir) => {
  const compiled = readRepo(dir).then(compile).then(read);

  it('covers by each rule the targets that the model covers', async () => {
    const all = pairs(await compiled);
    expect(all.map(({ found }) => [key(found), found.targets])).toEqual(
      all.map(({ concrete, found }) => [key(found), concrete.resolved.targets.map(({ id }) => id)]),
    );
  });

  it('cuts them into pieces as the model does', async () => {
    const { snapshot } = await compiled;
    for (const { concrete, found } of pairs(await compiled)) {
      const targets = found.targets.flatMap((id) => snapshot.targets.get(id) ?? []);
      const series = (pieces: readonly Piece[]) =>
        pieces.map((piece) => [selected([piece], targets), JSON.stringify(piece.series)]);
      expect(series(found.pieces)).toEqual(series(concrete.resolved.pieces));
    }
  });

  it('shows the expression of an author once, whatever aami made of it', async () => {
    const written = new Map<string, Set<string>>();
    for (const { concrete, found } of pairs(await compiled)) {
      const group = concrete.unscoped.includes(String(found.group)) ? found.group : '';
      const texts = written.get(`${group} ${concrete.unscoped}`) ?? new Set();
      written.set(`${group} ${concrete.unscoped}`, texts.add(found.expr));
    }
    expect([...written.values()].filter((texts) => texts.size > 1)).toEqual([]);
  });

  it('tells the rest of the rules, the targets and the checks', async () => {
    const { model, snapshot } = await compiled;
    for (const { concrete, found } of pairs(await compiled)) {
      const { template, scope, effective } = concrete.resolved;
      expect(found).toMatchObject({
        aggregate: template.aggregate,
        group: scope.kind === 'fleet' ? null : scope.group.id,
        severity: effective.severity,
        for: concrete.for,
        keepFiringFor: concrete.keepFiringFor,
        annotations: concrete.annotations,
      });
    }
    const active = model.repo.targets.filter((target) => target.active && target.exporters.length > 0);
    expect(
      [...snapshot.targets.values()].map(({ id, hostname, groups, labels }) => ({ id, hostname, groups, labels })),
    ).toEqual(
      active.map(({ id, hostname, groups, labels }) => ({
        id,
        hostname,
        groups: groups.map((group) => group.id),
        labels,
      })),
    );
    for (const { groups } of active) expect(snapshot.groups.get(groups[0].id)?.name).toBe(groups[0].name);
    expect([...snapshot.checks].map(([id, list]) => [id, list.map(({ name, config }) => [name, config])])).toEqual(
      active.map((target) => [
        target.id,
        (model.checks.get(target) ?? []).map(({ template, config }) => [template.name, config]),
      ]),
    );
  });
});
