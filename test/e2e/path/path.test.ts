import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { doc } from '../../repo.js';
import {
  aami,
  api,
  build,
  freePort,
  type Server,
  startAlertmanagers,
  startPrometheus,
  until,
} from '../prometheus/servers.js';
import { type Node, startNode } from './nodes.js';
import { type Receivers, startReceivers, type Told } from './receivers.js';

/**
 * The whole path, with the real programs: exporter, Prometheus, rule, two Alertmanagers, receiver. The repo is the
 * example with a node of production and one of development, whose receivers are all webhooks, and quicker.
 */

const EXAMPLE = fileURLToPath(new URL('../../../examples/gpu-cluster', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-path-')));
const repo = join(work, 'repo');
const cache = join(work, 'cache');
const RECEIVERS = ['oncall', 'hpc-chat', 'ml-chat', 'dev-chat', 'storage-mail', 'archive'];
const PROD = 'gpu-node-001';
const DEV = 'dev-gpu-01';

let receivers: Receivers;
let prod: Node;
let dev: Node;
let prometheus: Server;
let alertmanagers: readonly Server[] = [];

beforeAll(async () => {
  receivers = await startReceivers();
  [prod, dev] = await Promise.all([startNode(join(work, PROD)), startNode(join(work, DEV))]);
  const ports = [await freePort(), await freePort()];
  writeRepo(ports);
  build(repo, cache, '--verify', 'strict');
  alertmanagers = await startAlertmanagers(
    join(repo, 'build/alertmanager/alertmanager.yml'),
    join(work, 'alertmanager'),
    ports,
  );
  prometheus = await startPrometheus(join(repo, 'build/prometheus/prometheus.yml'), join(work, 'prometheus'));
});
afterAll(async () => {
  await Promise.all([prometheus, ...alertmanagers, prod, dev].map((one) => one?.stop()));
  receivers?.stop();
  rmSync(work, { recursive: true, force: true });
});

/** Each begins where the one before it ends, and nobody may have been told of anything else since the beginning. */
describe('the path of an alert, from the exporter to whoever is told', () => {
  it('goes over both Alertmanagers', async () => {
    const urls = await until('Prometheus knows them', async () => {
      const found = await api<{ activeAlertmanagers: readonly { url: string }[] }>(prometheus, 'alertmanagers');
      return found.activeAlertmanagers.length === 2 && found.activeAlertmanagers.map(({ url }) => url);
    });
    expect(urls.sort()).toEqual(alertmanagers.map(({ url }) => `${url}/api/v2/alerts`).sort());
  });

  it('tells of production at the threshold of production, of development at its own', async () => {
    prod.is({ diskFree: 15 });
    dev.is({ diskFree: 15 });
    await expectTold('ml-chat: firing HighDiskUsage warning gpu-node-001');
    await until('both are measured', async () => {
      const query = encodeURIComponent('node_filesystem_avail_bytes == 15');
      return (await api<{ result: readonly unknown[] }>(prometheus, `query?query=${query}`)).result.length === 2;
    });
    await judgedAnew();
    expect(await firing()).toEqual(['HighDiskUsage warning gpu-node-001']);
    dev.is({ diskFree: 9 });
    await expectTold('dev-chat: firing HighDiskUsage warning dev-gpu-01');

    const [of] = receivers.told;
    expect(of?.labels).toEqual({
      alertname: 'HighDiskUsage',
      severity: 'warning',
      family: 'storage',
      cluster: 'a',
      namespace: 'production',
      team: 'ml-platform',
      group: 'ml-training',
      group_id: 'grp-ml',
      groups: 'grp-ml,rack-a1',
      instance: PROD,
      target_id: PROD,
      target_label_type: 'gpu',
      target_label_gpus: '8',
      job: 'node-exporter',
      device: '/dev/sda1',
      fstype: 'ext4',
      mountpoint: '/',
    });
    expect(of?.annotations).toEqual({
      summary: 'gpu-node-001: less than 20% free on /',
      description: '/ (/dev/sda1, ext4) of gpu-node-001 has 15.0% of its space free, below 20% for 0s.',
      runbook_url: 'https://runbooks.example.com/node/high-disk-usage',
    });
  });

  it('tells everybody named of what is critical, and nobody of the warning about the same', async () => {
    prod.is({ diskFree: 15, memoryUsed: 98 });
    dev.is({ diskFree: 9, memoryUsed: 98 });
    await expectTold(
      'archive: firing HighMemoryUsage critical dev-gpu-01',
      'archive: firing HighMemoryUsage critical gpu-node-001',
      'dev-chat: firing HighMemoryUsage critical dev-gpu-01',
      'hpc-chat: firing HighMemoryUsage critical gpu-node-001',
      'oncall: firing HighMemoryUsage critical gpu-node-001',
    );
    await expectHeld('inhibitedBy', 'HighMemoryUsage warning dev-gpu-01', 'HighMemoryUsage warning gpu-node-001');
  });

  it('tells the same people that it is over', async () => {
    prod.is({});
    dev.is({});
    await expectTold(
      'archive: resolved HighMemoryUsage critical dev-gpu-01',
      'archive: resolved HighMemoryUsage critical gpu-node-001',
      'dev-chat: resolved HighDiskUsage warning dev-gpu-01',
      'dev-chat: resolved HighMemoryUsage critical dev-gpu-01',
      'hpc-chat: resolved HighMemoryUsage critical gpu-node-001',
      'ml-chat: resolved HighDiskUsage warning gpu-node-001',
      'oncall: resolved HighMemoryUsage critical gpu-node-001',
    );
  });

  it('tells nobody of what `aami silence add` has silenced, until it is undone', async () => {
    const added = aami(repo, cache, 'silence', 'add', DEV, '--for', '1h', '--comment', 'new fans', '--format', 'json');
    const id = (JSON.parse(added) as { silences: readonly { id: string }[] }).silences[0]?.id ?? '';
    await everywhere('the silence has come to both', async ({ url }) => {
      const silences = (await (await fetch(`${url}/api/v2/silences`)).json()) as readonly ApiSilence[];
      return silences.some((silence) => silence.id === id && silence.status.state === 'active');
    });
    prod.is({ gpuCelsius: 90 });
    dev.is({ gpuCelsius: 90 });
    await expectTold('ml-chat: firing GpuTemperatureHigh warning gpu-node-001');
    await expectHeld('silencedBy', 'GpuTemperatureHigh warning dev-gpu-01');
    aami(repo, cache, 'silence', 'expire', id);
    await expectTold('dev-chat: firing GpuTemperatureHigh warning dev-gpu-01');
  });

  it('tells nobody of anything else on a node that is down, until it is back', async () => {
    await prod.goDown();
    await expectTold(
      'archive: firing NodeDown critical gpu-node-001',
      'hpc-chat: firing NodeDown critical gpu-node-001',
      'oncall: firing NodeDown critical gpu-node-001',
    );
    prod.is({ gpuCelsius: 90, slowdown: true });
    await expectHeld(
      'inhibitedBy',
      'GpuHwThermalSlowdown critical gpu-node-001',
      'GpuTemperatureHigh warning gpu-node-001',
    );
    dev.is({ gpuCelsius: 90, slowdown: true });
    await expectTold(
      'archive: firing GpuHwThermalSlowdown critical dev-gpu-01',
      'dev-chat: firing GpuHwThermalSlowdown critical dev-gpu-01',
    );
    await prod.comeUp();
    await expectTold(
      'archive: firing GpuHwThermalSlowdown critical gpu-node-001',
      'archive: resolved NodeDown critical gpu-node-001',
      'hpc-chat: firing GpuHwThermalSlowdown critical gpu-node-001',
      'hpc-chat: resolved NodeDown critical gpu-node-001',
      'oncall: firing GpuHwThermalSlowdown critical gpu-node-001',
      'oncall: resolved NodeDown critical gpu-node-001',
    );
  });

  it('tells each of them once, although there are two Alertmanagers and more rounds', async () => {
    expect(await firing()).toEqual([
      'GpuHwThermalSlowdown critical dev-gpu-01',
      'GpuHwThermalSlowdown critical gpu-node-001',
      'GpuTemperatureHigh warning dev-gpu-01',
      'GpuTemperatureHigh warning gpu-node-001',
    ]);
    // These go to seven receivers, and before an Alertmanager tells one, it looks up what it has been told.
    const before = await Promise.all(alertmanagers.map(lookups));
    await everywhere('each has been through them twice', async (server, index) => {
      return (await lookups(server)) >= (before[index] ?? 0) + 2 * 7;
    });
    await expectTold();
  });
});

/** All that has been told so far, in order. */
const expected: string[] = [];

/** Waits until as many more are told as are given; then all that was told must be what was expected. */
async function expectTold(...more: readonly string[]): Promise<void> {
  expected.push(...more);
  const wanted = [...expected].sort();
  await until(`these are told: ${more.join(', ')}`, async () => lines().length >= wanted.length).catch((error) => {
    expect(lines()).toEqual(wanted);
    throw error;
  });
  expect(lines()).toEqual(wanted);
}

const lines = (): string[] => receivers.told.map(lineOf).sort();

const lineOf = ({ receiver, status, labels }: Told): string => `${receiver}: ${status} ${nameOf(labels)}`;

const nameOf = ({ alertname, severity, instance }: Readonly<Record<string, string>>): string =>
  `${alertname} ${severity} ${instance}`;

/** Waits until every rule has looked at what is known now. */
function judgedAnew(): Promise<true> {
  const now = Date.now();
  return until('all rules are evaluated', async () => {
    const { groups } = await api<{ groups: readonly { lastEvaluation: string }[] }>(prometheus, 'rules');
    return groups.every(({ lastEvaluation }) => Date.parse(lastEvaluation) > now) && true;
  });
}

/** The alerts that fire in Prometheus. */
async function firing(): Promise<string[]> {
  const { alerts } = await api<{ alerts: readonly { labels: Record<string, string>; state: string }[] }>(
    prometheus,
    'alerts',
  );
  return alerts
    .filter(({ state }) => state === 'firing')
    .map(({ labels }) => nameOf(labels))
    .sort();
}

interface ApiSilence {
  readonly id: string;
  readonly status: { readonly state: string };
}

interface Held {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: Readonly<Record<'inhibitedBy' | 'silencedBy', readonly string[]>>;
}

/** Waits until both Alertmanagers have these alerts and keep them back, and no others. */
function expectHeld(by: 'inhibitedBy' | 'silencedBy', ...wanted: readonly string[]): Promise<true> {
  return everywhere(`${wanted.join(', ')} are held back`, async ({ url }) => {
    const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as readonly Held[];
    const held = alerts.filter(({ status }) => status[by].length > 0).map(({ labels }) => nameOf(labels));
    return held.sort().join() === wanted.join();
  });
}

function everywhere(what: string, ask: (server: Server, index: number) => Promise<boolean>): Promise<true> {
  return until(what, async () => (await Promise.all(alertmanagers.map(ask))).every(Boolean) && true);
}

/** How often an Alertmanager has looked up whether somebody has been told already. */
async function lookups({ url }: Server): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^alertmanager_nflog_queries_total (\S+)$/m.exec(metrics)?.[1]);
}

function writeRepo(ports: readonly number[]): void {
  // At the hours of a maintenance, nobody would be told.
  const left = /\/(build|targets|maintenances\.yaml)$/;
  cpSync(EXAMPLE, repo, { recursive: true, filter: (path) => !left.test(path) });
  const project = parseDocument(readFileSync(join(repo, 'aami.yaml'), 'utf8'));
  for (const interval of ['scrape_interval', 'evaluation_interval']) {
    project.setIn(['prometheus', 'global', interval], '1s');
  }
  project.setIn(
    ['prometheus', 'alertmanagers'],
    ports.map((port) => `127.0.0.1:${port}`),
  );
  // A warning waits for the critical alert that makes it superfluous.
  project.setIn(['alertmanager', 'group_wait'], '2s');
  project.setIn(['alertmanager', 'severities', 'critical', 'group_wait'], '0s');
  project.setIn(['alertmanager', 'group_interval'], '4s');
  write('aami.yaml', String(project));
  write('notifications/receivers.yaml', RECEIVERS.map(receiver).join('---\n'));
  mkdirSync(join(repo, 'targets'));
  write('targets/nodes.yaml', [target(PROD, prod, 'grp-ml, rack-a1'), target(DEV, dev, 'grp-dev')].join('---\n'));
  write('policies/at-once.yaml', AT_ONCE);
}

const receiver = (name: string): string =>
  doc('Receiver', `name: ${name}\nwebhook_configs: [{ url: "${receivers.url(name)}" }]`);

function target(hostname: string, { ports }: Node, groups: string): string {
  const exporters = Object.entries(ports).map(([type, port]) => `{ type: ${type}, port: ${port} }`);
  return doc(
    'Target',
    `hostname: ${hostname}
address: 127.0.0.1
groups: [${groups}]
labels: { type: gpu, gpus: "8" }
exporters: [${exporters.join(', ')}]`,
  );
}

/**
 * The thresholds are those of the example; only, nobody waits for minutes. What is critical begins before the warning that it
 * keeps back and outlasts it: Prometheus tells of the two one after the other, and a warning must not be heard in between.
 */
const AT_ONCE = doc(
  'AlertPolicy',
  `groups: [grp-ml, grp-dev]
priority: 1
alerts:
  HighDiskUsage: { for: 0s }
  HighMemoryUsage: { levels: { warning: { for: 3s }, critical: { for: 0s, keep_firing_for: 5s } } }
  GpuTemperatureHigh: { for: 0s }
  GpuHwThermalSlowdown: { for: 0s }
  NodeDown: { for: 0s }`,
);

function write(path: string, text: string): void {
  writeFileSync(join(repo, path), text);
}
