import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compilation, compile } from '../../../src/compile.js';
import { hintsOfModel, snapshotOfOutput, snapshotsOfOutputs } from '../../../src/diff/of-output.js';
import { readGenerated } from '../../../src/diff/output/written-yaml.js';
import { type Snapshot, type SnapshotRule, type SnapshotTarget, seriesLabel } from '../../../src/diff/snapshot.js';
import { emit } from '../../../src/emit/index.js';
import { writeYaml } from '../../../src/emit/yaml.js';
import type { Labels } from '../../../src/model/types.js';
import { matcherAccepts } from '../../../src/promql/index.js';
import { resolve } from '../../../src/resolve/resolve.js';
import type { Piece, ResolvedModel } from '../../../src/resolve/types.js';
import { buildRules } from '../../../src/rules/build.js';
import type { ConcreteRule } from '../../../src/rules/types.js';
import { readRepo } from '../../../src/source/read.js';
import { repoArbitrary, SERIES_LABELS, SERIES_VALUES } from '../../property/repos.js';
import { alertTemplate, codes, compileFiles, doc, type Files, smallRepo } from '../../repo.js';

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

const RUNS = Number(process.env.AAMI_PROPERTY_RUNS ?? 300);
const seriesSets: readonly Labels[] = SERIES_VALUES.flatMap((first) =>
  SERIES_VALUES.map((second) => ({ [SERIES_LABELS[0] ?? '']: first, [SERIES_LABELS[1] ?? '']: second })),
);

/** Which of some series of some targets the pieces of a rule select. */
function region(pieces: readonly Piece[], targets: readonly SnapshotTarget[]): string[] {
  return targets.flatMap((target) => {
    const here = pieces.filter((piece) => piece.target.every((one) => matcherAccepts(one, seriesLabel(target, one))));
    return seriesSets
      .filter((labels) =>
        here.some(({ series }) => series.every((one) => matcherAccepts(one, labels[one.label] ?? ''))),
      )
      .map((labels) => `${target.id} ${JSON.stringify(labels)}`);
  });
}

it('finds of any repo the series that each rule looks at', async () => {
  let rulesSeen = 0;
  let cut = 0;
  await fc.assert(
    fc.asyncProperty(repoArbitrary, async (repo) => {
      const { value: model, findings } = await resolve(repo);
      if (findings.some(({ severity }) => severity === 'error')) return;
      const built = buildRules(model);
      if (built.findings.some(({ severity }) => severity === 'error')) return;
      const { value: files, findings: clashes } = emit({ model, ruleFiles: built.value, agent: new Map() });
      if (clashes.length > 0) return;
      const compiled = read({ files, findings: [], later: [], model, ruleFiles: built.value });
      const { targets } = compiled.snapshot;
      for (const { concrete, found } of pairs(compiled)) {
        rulesSeen++;
        // Only what is scraped shows in the output, and an agent's bundle does not tell of groups.
        const covered = concrete.resolved.targets.filter(({ exporters }) => exporters.length > 0);
        expect(found.targets).toEqual(covered.map(({ id }) => id));
        const list = found.targets.flatMap((id) => targets.get(id) ?? []);
        if (concrete.resolved.pieces.length > 1) cut++;
        expect(region(found.pieces, list)).toEqual(region(concrete.resolved.pieces, list));
      }
    }),
    { numRuns: RUNS },
  );
  expect(rulesSeen).toBeGreaterThan(RUNS / 2);
  expect(cut).toBeGreaterThan(0);
});

const bind = (policy: string): string => doc('AlertPolicy', policy);

describe('where the output alone must do', () => {
  it('tells what an alert requires by its jobs, and an aggregate by its scope', async () => {
    const compilation = await compileFiles(
      smallRepo({
        'groups/root.yaml': doc('Group', 'id: root'),
        'groups/small.yaml': [doc('Group', 'id: prod\nparent: root'), doc('Group', 'id: dev\nparent: root')].join(
          '---\n',
        ),
        'targets/bare.yaml': doc('Target', 'hostname: p3\ngroups: [prod]\nexporters: [other]'),
        'aami.yaml': doc(
          'Project',
          'name: test\nexporters:\n  node_exporter: { job: node-exporter, port: 9100 }\n  other: { job: other, port: 1 }',
        ),
        templates: [
          alertTemplate('Plain', 'up{job="node-exporter"} == 0', 'requires: { exporters: [node_exporter] }'),
          alertTemplate('Anywhere', 'up == 0'),
          alertTemplate('Many', 'count(up == 0) > 1', 'aggregate: true'),
        ].join('---\n'),
        policies: [
          bind('scope: global\nalerts: { Plain: {}, Anywhere: {} }'),
          bind('group: root\nalerts: { Many: {} }'),
        ].join('---\n'),
      }),
    );
    expect(codes(compilation)).toEqual([]);
    const { snapshot } = snapshotOfOutput(filesOf(compilation), new Map());
    const found = snapshot.rules.map(({ alert, group, aggregate, targets }) => [alert, group, aggregate, targets]);
    expect(found.sort()).toEqual(
      [
        ['Anywhere', 'dev', false, ['d1', 'd2']],
        ['Anywhere', 'prod', false, ['p1', 'p2', 'p3']],
        ['Many', 'root', true, ['d1', 'd2', 'p1', 'p2', 'p3']],
        ['Plain', 'dev', false, ['d1', 'd2']],
        ['Plain', 'prod', false, ['p1', 'p2']],
      ].sort(),
    );
    expect(snapshot.rules.find(({ alert }) => alert === 'Many')?.expr).toBe('count(up == 0) > 1');
  });

  it('knows of a target that nothing scrapes that it is there', async () => {
    const compilation = await compileFiles(
      smallRepo({
        'targets/bare.yaml': doc('Target', 'hostname: p3\ngroups: [prod]'),
        templates: alertTemplate('Any', 'up == 0'),
        policies: bind('scope: global\nalerts: { Any: {} }'),
      }),
    );
    const { snapshot } = snapshotOfOutput(filesOf(compilation), hintsOf(compilation));
    expect(snapshot.targets.get('p3')).toEqual({
      id: 'p3',
      hostname: 'p3',
      groups: [],
      labels: {},
      active: true,
      fields: {},
    });
    expect(snapshot.rules.flatMap(({ targets }) => targets)).not.toContain('p3');
  });

  it('keeps what only some selectors ask for, and metrics without target labels as they are', async () => {
    const compilation = await compileFiles(
      smallRepo({
        templates: alertTemplate(
          'Odd',
          'up{target_label_type="gpu"} == 0 unless on (instance) node_boot{group_id="${group.id}"} and on () site_ok == 1',
          'unscoped: [site_ok]',
        ),
        policies: bind('group: prod\nalerts: { Odd: {} }'),
      }),
    );
    const [rule] = snapshotOfOutput(filesOf(compilation), hintsOf(compilation)).snapshot.rules;
    expect(rule?.expr).toBe('up{target_label_type="gpu"} == 0 unless on (instance) node_boot and on () site_ok == 1');
    expect(rule?.targets).toEqual(['p1', 'p2']);
  });

  it('sees a cut that the author’s own matcher made needless in some selectors', async () => {
    const compilation = await compileFiles(
      smallRepo({
        'targets/tpu.yaml': doc(
          'Target',
          'hostname: p3\ngroups: [prod]\nlabels: { type: tpu }\nexporters: [node_exporter]',
        ),
        templates: alertTemplate('Gpu', 'up{target_label_type="gpu"} == 0 or node_boot == 0'),
        policies: [
          bind('group: prod\nalerts: { Gpu: {} }'),
          bind('group: prod\ntargets: { type: cpu }\nalerts: { Gpu: { enabled: false } }'),
        ].join('---\n'),
      }),
    );
    const { snapshot } = snapshotOfOutput(filesOf(compilation), hintsOf(compilation));
    expect(snapshot.rules.map(({ expr, targets }) => [expr, targets])).toEqual([
      ['up{target_label_type="gpu"} == 0 or node_boot == 0', ['p1', 'p3']],
    ]);
  });

  it('leaves an expression alone that it cannot read', async () => {
    const compilation = await compileFiles(
      smallRepo({ templates: alertTemplate('Any', 'up == 0'), policies: bind('group: prod\nalerts: { Any: {} }') }),
    );
    const files = new Map([...filesOf(compilation)].map(([path, text]) => [path, text.replace('} == 0', '} ~~ 0')]));
    const [rule] = snapshotOfOutput(files, new Map()).snapshot.rules;
    expect(rule).toMatchObject({ expr: 'up{group_id="prod"} ~~ 0', targets: ['p1', 'p2'] });
  });
});

describe('two outputs', () => {
  const disk = (policies: string, expr = 'disk_free{mountpoint!="/boot"} < 10'): Files =>
    smallRepo({ templates: alertTemplate('Disk', expr), policies });
  const everywhere = bind('scope: global\nalerts: { Disk: {} }');
  const scratch = bind('scope: global\nseries: { mountpoint: /scratch }\nalerts: { Disk: { severity: info } }');

  it('are read with the narrowings of either side', async () => {
    const [one, two] = await Promise.all([
      compileFiles(disk(`${everywhere}---\n${scratch}`)),
      compileFiles(disk(everywhere)),
    ]);
    const { before, after } = snapshotsOfOutputs(filesOf(one), filesOf(two), hintsOf(two));
    const plain = ({ snapshot }: typeof before) => snapshot.rules.filter(({ labels }) => labels.override === undefined);
    expect(new Set([...plain(before), ...plain(after)].map(({ expr }) => expr))).toEqual(new Set(['disk_free < 10']));
    expect(plain(after)[0]?.pieces).toEqual([
      { target: [], series: [{ label: 'mountpoint', op: '!=', value: '/boot' }] },
    ]);
  });

  it('that are equal give equal snapshots', async () => {
    const compilation = await compileFiles(disk(`${everywhere}---\n${scratch}`));
    const { before, after } = snapshotsOfOutputs(filesOf(compilation), filesOf(compilation), hintsOf(compilation));
    expect(before).toEqual(after);
  });
});

describe('a damaged output', () => {
  it.each([
    ['prometheus/rules/x.yml', 'groups: ['],
    ['prometheus/rules/x.yml', 'groups: [{ name: 1, rules: [] }]'],
    ['prometheus/rules/x.yml', 'groups: [{ name: a, rules: [{ alert: A, expr: [] }] }]'],
    ['prometheus/rules/x.yml', `groups: ${'['.repeat(20_000)}`],
    ['prometheus/rules/x.yml', ''],
    ['prometheus/sd/node/g.json', '{'],
    ['prometheus/sd/node/g.json', '[{"targets": ["a:1"]}]'],
    ['prometheus/sd/node/g.json', '[null]'],
    ['checks/a.json', '[{"name": "x"}]'],
    ['checks/a.json', 'null'],
  ])('is named: %s %s', (path, text) => {
    const { troubles } = snapshotOfOutput(new Map([[path, text]]), new Map());
    expect(troubles).toEqual([expect.stringContaining(`"${path}" is not`)]);
  });
});

describe('readGenerated', () => {
  const rule = (members: Readonly<Record<string, string>>) => ({ groups: [{ name: 'a: b', rules: [members] }] });
  it.each([
    [{ alert: 'A', expr: 'up == 0\n  or up\n', note: 'a "b" \'c\' \\ # d', empty: '' }],
    [{ alert: '- x', expr: '|', note: '__proto__: 1', __proto__x: 'true', four: '5m', five: '12', six: '\x07\u2028' }],
    [{ alert: 'no', expr: `${'long '.repeat(40)}end`, note: '# x', '"quoted": key': 'a: b' }],
    [JSON.parse('{"__proto__": "own", "alert": "A"}') as Record<string, string>],
  ])('reads back what the writer wrote: %j', (members) => {
    const value = rule(members);
    expect(readGenerated(`# by aami\n${writeYaml(value)}`)).toEqual(value);
  });

  it('reads any other layout too', () => {
    expect(readGenerated('{groups: [{name: "a", rules: [{alert: A, for: 5m}]}]}')).toEqual({
      groups: [{ name: 'a', rules: [{ alert: 'A', for: '5m' }] }],
    });
    expect(readGenerated('a: &a [x, x]\nb: *a\n')).toEqual({ a: ['x', 'x'], b: ['x', 'x'] });
  });
});
