import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { type Compilation, compile } from '../../src/compile.js';
import { ALERTMANAGER_CONFIG } from '../../src/emit/alertmanager/index.js';
import { type AlertClass, resolveOwnerships } from '../../src/resolve/ownership.js';
import { staticAlerts } from '../../src/rules/static-alerts.js';
import { readRepo } from '../../src/source/read.js';
import { inParallel } from '../../src/verify/batches.js';
import { compileFiles, doc } from '../repo.js';
import { type Labels, routeOf, toldOf } from './routing.js';

const example = join(import.meta.dirname, '../../examples/gpu-cluster');
const work = mkdtempSync(join(tmpdir(), 'aami-routes-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Who is told of alerts by the real amtool, for each of them in order of name. */
async function byAmtool({ files }: Compilation, alerts: readonly Labels[]): Promise<string[][]> {
  const config = join(mkdtempSync(join(work, 'config-')), 'alertmanager.yml');
  writeFileSync(config, files.find(({ path }) => path === ALERTMANAGER_CONFIG)?.content ?? '');
  return inParallel(alerts, 4, async (labels) => {
    const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const { stdout } = await promisify(execFile)('amtool', [
      'config',
      'routes',
      'test',
      `--config.file=${config}`,
      ...words,
    ]);
    return stdout.trim().split(',').sort();
  });
}

const byTree = (compilation: Compilation, alerts: readonly Labels[]): string[][] => {
  const route = routeOf(compilation);
  return alerts.map((labels) =>
    toldOf(route, labels)
      .map(({ receiver }) => receiver)
      .sort(),
  );
};

/** Each combination of labels that a rule gives once. */
function distinct(all: readonly Labels[]): Labels[] {
  return [...new Map(all.map((labels) => [JSON.stringify(labels), labels])).values()];
}

describe('alertmanager.yml of examples/gpu-cluster', () => {
  it('tells of every alert whom the groups name, says amtool', async () => {
    const compilation = await compile(await readRepo(example));
    const { model, ruleFiles } = compilation;
    const ownerships = model === null ? null : resolveOwnerships(model.repo);
    const rules = ruleFiles.flatMap(({ scope, groups }) =>
      groups.flatMap((group) => group.rules.map((rule) => ({ ...rule, scope }))),
    );
    const alerts = distinct(
      rules.map(({ alert, labels: { severity = '', group_id = '', namespace } }) => ({
        ...{ alertname: alert, severity, group_id },
        ...(namespace !== undefined && { namespace }),
      })),
    );
    expect(alerts.length).toBeGreaterThan(100);
    const wanted = alerts.map(({ severity, group_id }) => {
      const group = model?.repo.groups.get(group_id ?? '');
      const ownership = group === undefined ? ownerships?.fleet : ownerships?.groups.get(group);
      // The hand-written route `archive` lets the alerts go on.
      return [
        ...(ownership?.[severity as AlertClass].receivers ?? []),
        ...(severity === 'critical' ? ['archive'] : []),
      ];
    });
    const told = await byAmtool(compilation, alerts);
    expect(told).toEqual(wanted.map((names) => names.sort()));
    expect(byTree(compilation, alerts)).toEqual(told);
  });

  it('tells of hand-written rules, too', async () => {
    const compilation = await compile(await readRepo(example));
    const alerts = staticAlerts(compilation.model?.repo.staticRules ?? []).map(({ alert, labels }) => ({
      ...labels,
      alertname: alert,
    }));
    expect(await byAmtool(compilation, alerts)).toEqual([['ml-chat']]);
  });
});

it('amtool and the evaluator of these tests read names alike that are odd', async () => {
  const names = ['a b', 'q"uote', 'back\\slash', 'p|q', 'dot.ted', 'no\u2028wrap', 'ü'];
  const namespaces = Object.fromEntries(names.map((name, at) => [name, { notify: { default: `r${at % 3}` } }]));
  const compilation = await compileFiles({
    'aami.yaml': doc('Project', `name: odd\nalertmanager: ${JSON.stringify({ default_receiver: 'r0', namespaces })}`),
    'notifications/a.yaml': [0, 1, 2].map((at) => doc('Receiver', `name: r${at}`)).join('---\n'),
  });
  const alerts = [...names, 'other'].map((namespace) => ({ alertname: 'A', namespace }));
  const told = byTree(compilation, alerts);
  expect(told).toEqual([...names.map((_, at) => [`r${at % 3}`]), ['r0']]);
  const readable = alerts.map(({ namespace, ...rest }) => ({ ...rest, namespace: JSON.stringify(namespace) }));
  expect(await byAmtool(compilation, readable)).toEqual(told);
});
