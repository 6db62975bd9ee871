import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Import } from '../../src/import/import.js';
import { reportOf } from '../../src/import/report.js';
import { importTexts } from '../unit/import/imported.js';

/**
 * Whatever an import calls the same fires for the same: the originals over the series that there were, and the compiled
 * rules over the series that there are now. promtool evaluates both.
 */

interface Host {
  readonly name: string;
  readonly env: string;
  readonly role: string | null;
  readonly dcgm: boolean;
}

const HOSTS: readonly Host[] = [
  { name: 'p1', env: 'prod', role: 'gpu', dcgm: true },
  { name: 'p2', env: 'prod', role: 'cpu', dcgm: false },
  { name: 'd1', env: 'dev', role: 'gpu', dcgm: true },
  { name: 'd2', env: 'dev', role: 'cpu', dcgm: false },
  { name: 'q1', env: 'qa', role: 'gpu', dcgm: true },
];

const FILE_SD = {
  'sd/node.yml': targets(HOSTS, 9100),
  'sd/dcgm.yml': targets(
    HOSTS.filter(({ dcgm }) => dcgm),
    9400,
  ),
};

function targets(hosts: readonly Host[], port: number): string {
  return JSON.stringify(
    hosts.map(({ name, env, role }) => ({
      targets: [`${name}:${port}`],
      labels: { env, ...(role === null ? {} : { role }) },
    })),
  );
}

const PROMETHEUS = JSON.stringify({
  scrape_configs: [
    { job_name: 'node', file_sd_configs: [{ files: ['sd/node.yml'] }] },
    { job_name: 'dcgm', file_sd_configs: [{ files: ['sd/dcgm.yml'] }] },
  ],
});

/** A metric of the node exporter has the modes x and y, one of dcgm the GPUs 0 and 1. */
const METRICS = [
  { metric: 'node_a', job: 'node', port: 9100, label: 'mode', values: ['x', 'y'] },
  { metric: 'node_b', job: 'node', port: 9100, label: 'mode', values: ['x', 'y'] },
  { metric: 'dcgm_a', job: 'dcgm', port: 9400, label: 'gpu', values: ['0', '1'] },
] as const;

interface Sample {
  readonly host: Host;
  readonly metric: (typeof METRICS)[number];
  readonly value: string;
  readonly sample: number;
}

const samples = fc
  .array(fc.option(fc.constantFrom(0, 10, 60, 85, 97), { nil: null, freq: 6 }), { minLength: 30, maxLength: 30 })
  .map((numbers) => {
    let at = 0;
    return HOSTS.flatMap((host) =>
      METRICS.filter(({ job }) => job === 'node' || host.dcgm).flatMap((metric) =>
        metric.values.flatMap((value): Sample[] => {
          const sample = numbers[at++ % numbers.length] ?? null;
          return sample === null ? [] : [{ host, metric, value, sample }];
        }),
      ),
    );
  });

const before = ({ host, metric, value }: Sample): Record<string, string> => ({
  __name__: metric.metric,
  instance: `${host.name}:${metric.port}`,
  job: metric.job,
  env: host.env,
  ...(host.role === null ? {} : { role: host.role }),
  [metric.label]: value,
});

const now = ({ host, metric, value }: Sample): Record<string, string> => ({
  __name__: metric.metric,
  instance: host.name,
  job: metric.job,
  group: host.env,
  group_id: host.env,
  groups: host.env,
  target_id: host.name,
  target_label_env: host.env,
  ...(host.role === null ? {} : { target_label_role: host.role }),
  [metric.label]: value,
});

const matchers = fc
  .uniqueArray(
    fc.constantFrom(
      'env="prod"',
      'env="dev"',
      'env!="prod"',
      'env=~"prod|qa"',
      'role="gpu"',
      'role!="gpu"',
      'mode="x"',
      'mode!="x"',
      'job="node"',
      'instance=~"p.*"',
    ),
    { maxLength: 2 },
  )
  .map((list) => (list.length === 0 ? '' : `{${list.join(', ')}}`));

const number = fc.constantFrom(5, 50, 80, 95);
const comparison = fc.constantFrom('>', '<', '>=', '!=');

/** An expression with places for matchers and a number. */
const shape = fc.constantFrom(
  'node_a@ > #',
  'node_a@ * 1 < #',
  'avg by (instance) (node_a@) > #',
  'avg by (instance, env) (node_a@) > #',
  'sum without (mode) (node_a@) > #',
  'sum without (instance, mode) (node_a@) > #',
  'max without (env, instance) (node_a@) > #',
  'node_a@ + node_b@ > #',
  'node_a@ / on (instance, mode) node_b@ > #',
  'node_a@ > # and node_b@ > 20',
  'node_a@ > # unless node_b@ > 90',
  'node_a@ > # or node_b@ > 90',
  'sum(node_a@) > #',
  'count(node_a@ > 20) by (env) > 1',
  'sum by (env) (node_a@) > #',
  'sum(absent(node_a@)) > 0',
  'quantile(0.5, node_a@) > #',
  'node_a@ - ignoring (mode) group_left sum by (instance, job, env, role) (node_b@) < #',
  'node_a@ / ignoring (instance, mode) group_left sum without (instance, mode) (node_b@) < #',
  'sum without (mode) (node_a@) - sum by (instance, job, env, role) (node_b@) < #',
  'label_replace(node_a@, "side", "$1", "mode", "(.*)") > #',
  'dcgm_a@ > #',
  'max by (instance, gpu) (dcgm_a@) > #',
  'dcgm_a@ > # and on (instance) count by (instance) (node_a@) > 1',
  'rec:node_a@ > #',
  'node_a@ > on (instance, env) group_left rec:node_a * 1',
  'rec:env@ > #',
);

const rule = fc
  .record({
    name: fc.constantFrom('A', 'B', 'C'),
    shape,
    matchers,
    number,
    comparison,
    severity: fc.constantFrom('warning', 'critical', 'page'),
    for: fc.constantFrom(undefined, '5m'),
    team: fc.constantFrom(undefined, 'x'),
  })
  .map(({ name, shape: text, matchers: own, number: value, severity, for: duration, team }) => ({
    alert: name,
    expr: text.replaceAll('@', own).replaceAll('#', String(value)),
    for: duration,
    labels: { severity, ...(team === undefined ? {} : { team }) },
  }));

/** Rules that look alike, as those of a team do. */
const related = fc
  .record({
    shape,
    severity: fc.constantFrom('warning', 'critical'),
    numbers: fc.array(number, { minLength: 2, maxLength: 3 }),
    matchers: fc.array(matchers, { minLength: 2, maxLength: 3 }),
  })
  .map(({ shape: text, severity, numbers, matchers: own }) =>
    numbers.map((value, i) => ({
      alert: 'R',
      expr: text.replaceAll('@', own[i % own.length] ?? '').replaceAll('#', String(value)),
      for: undefined,
      labels: { severity: i === 2 ? 'info' : severity },
    })),
  );

const RECORDED = [
  { record: 'rec:node_a', expr: 'avg by (instance, env) (node_a)' },
  { record: 'rec:env', expr: 'sum by (env) (node_a)' },
];

const scratch = mkdtempSync(join(tmpdir(), 'aami-import-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let folders = 0;

/** The alerts that fire after an hour, as sorted texts. */
function fire(
  ruleFiles: Readonly<Record<string, string>>,
  series: readonly { labels: Record<string, string>; sample: number }[],
): Record<string, string>[] {
  const folder = join(scratch, String(folders++));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(ruleFiles)) write(path, text);
  const test = {
    rule_files: Object.keys(ruleFiles),
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: series.map(({ labels: { __name__: name, ...labels }, sample }) => ({
          series: `${name}{${Object.entries(labels)
            .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
            .join(',')}}`,
          values: `${sample}x60`,
        })),
        promql_expr_test: [
          { expr: 'ALERTS{alertstate="firing"}', eval_time: '60m', exp_samples: [{ labels: '{none="1"}', value: 1 }] },
        ],
      },
    ],
  };
  write('test.yml', JSON.stringify(test));
  const { stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yml'], { cwd: folder, encoding: 'utf8' });
  const got = /got:\s*(.*)$/s.exec(stdout + stderr)?.[1];
  if (got === undefined) throw new Error(`promtool says: ${stdout}${stderr}`);
  return [...got.matchAll(/\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}/g)].map(([, list = '']) =>
    Object.fromEntries([...list.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, key, value]) => [key, value])),
  );
}

/** An alert by what has not been renamed or added. */
function plain(alert: Readonly<Record<string, string>>, original: boolean): string {
  const { alertstate: _, __name__: __, group: ___, group_id: ____, groups, target_id, override, ...labels } = alert;
  const entries = Object.entries(labels).flatMap(([key, value]): [string, string][] => {
    if (key === 'instance') return [[key, value.replace(/:\d+$/, '')]];
    if (key.startsWith('target_label_')) return [[key.slice('target_label_'.length), value]];
    // Groups give their own label to all of their alerts.
    return key === 'env' && !original ? [] : [[key, value]];
  });
  return JSON.stringify(entries.sort());
}

const rulesOf = (made: Import): Record<string, string> =>
  Object.fromEntries(
    (made.compilation?.files ?? []).flatMap(({ path, content }) =>
      path.startsWith('prometheus/rules/') ? [[path, content]] : [],
    ),
  );

it('calls the same only what fires for the same', async () => {
  execFileSync('promtool', ['--version']);
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { maxLength: 4 }), related, samples, async (rules, alike, series) => {
      const text = JSON.stringify({
        groups: [
          { name: 'recorded', rules: RECORDED },
          { name: 'g', rules: [...rules, ...alike] },
        ],
      });
      const made = await importTexts({ 'prometheus.yml': PROMETHEUS, ...FILE_SD, 'rules.yml': text });
      const report = reportOf(made);
      expect(made.compilation?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      const alerts = report.rules.filter(({ kind }) => kind === 'alert');
      const doubtful = new Set([
        ...alerts.filter(({ outcome }) => outcome !== 'same').map(({ name }) => name),
        ...report.losses.map(({ what }) => what.replace('the alert ', '')),
      ]);
      const proven = (list: Record<string, string>[], original: boolean): string[] =>
        [
          ...new Set(
            list.filter(({ alertname = '' }) => !doubtful.has(alertname)).map((alert) => plain(alert, original)),
          ),
        ].sort();
      const was = fire(
        { 'rules.yml': text },
        series.map((one) => ({ labels: before(one), sample: one.sample })),
      );
      const is = fire(
        rulesOf(made),
        series.map((one) => ({ labels: now(one), sample: one.sample })),
      );
      expect(report.extra).toEqual([]);
      expect(proven(is, false)).toEqual(proven(was, true));
    }),
    { numRuns: Number(process.env.AAMI_PROPERTY_RUNS ?? 25) },
  );
}, 900_000);
