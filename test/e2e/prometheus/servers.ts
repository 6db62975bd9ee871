import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));

/** A program of this test's own, on a free port of the loopback address. */
export interface Server {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Builds a repo as its users do; throws what aami says where it fails. */
export function build(repo: string, cache: string, ...options: readonly string[]): void {
  aami(repo, cache, 'build', ...options);
}

/** Runs aami in a repo; throws what it says where it fails. */
export function aami(repo: string, cache: string, ...args: readonly string[]): string {
  const { AAMI_ALERTMANAGER_URL: _, ...inherited } = process.env;
  const env = { ...inherited, AAMI_CACHE_DIR: cache };
  return execFileSync(process.execPath, [AAMI, ...args], { cwd: repo, env, stdio: 'pipe', encoding: 'utf8' });
}

export interface PrometheusOptions {
  /** Where it was before; default: a free one. */
  readonly port?: number;
  /** false: it cannot be reloaded by HTTP. */
  readonly lifecycle?: boolean;
}

/** Prometheus with a config file, when it is ready to be asked. */
export async function startPrometheus(
  config: string,
  data: string,
  { port: onPort, lifecycle = true }: PrometheusOptions = {},
): Promise<Server> {
  const server = await start(
    ['prometheus'],
    (port) => [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(lifecycle ? ['--web.enable-lifecycle'] : []),
      '--log.level=warn',
    ],
    onPort,
  );
  await until('Prometheus is ready', async () => (await fetch(`${server.url}/-/ready`)).ok);
  return server;
}

/** An Alertmanager on its own with a config file, when it is ready to be asked. */
export async function startAlertmanager(config: string, data: string): Promise<Server> {
  const server = await start(['alertmanager', 'prometheus-alertmanager'], (port) => [
    `--config.file=${config}`,
    `--storage.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ]);
  await until('Alertmanager is ready', async () => (await fetch(`${server.url}/-/ready`)).ok);
  return server;
}

/**
 * Alertmanagers on the given ports that share what they know, when they have agreed on who is first. The second waits for
 * the first to tell: less than a round of notifications takes, or it tells what is out of date.
 */
export async function startAlertmanagers(config: string, data: string, ports: readonly number[]): Promise<Server[]> {
  const peers = await Promise.all(ports.map(freePort));
  const servers = await Promise.all(
    ports.map((port, index) =>
      start(
        ['alertmanager', 'prometheus-alertmanager'],
        () => [
          `--config.file=${config}`,
          `--storage.path=${data}-${index}`,
          `--web.listen-address=127.0.0.1:${port}`,
          `--cluster.listen-address=127.0.0.1:${peers[index]}`,
          `--cluster.advertise-address=127.0.0.1:${peers[index]}`,
          ...peers.filter((_, other) => other !== index).map((peer) => `--cluster.peer=127.0.0.1:${peer}`),
          '--cluster.gossip-interval=50ms',
          '--cluster.reconnect-interval=1s',
          '--cluster.peer-timeout=2s',
          '--log.level=error',
        ],
        port,
      ),
    ),
  );
  await until('the Alertmanagers have found each other', async () => {
    const clusters = await Promise.all(servers.map(clusterOf));
    return clusters.every(({ status, peers: found }) => status === 'ready' && found.length === ports.length);
  });
  return servers;
}

interface Cluster {
  readonly status: string;
  readonly peers: readonly unknown[];
}

async function clusterOf({ url }: Server): Promise<Cluster> {
  return ((await (await fetch(`${url}/api/v2/status`)).json()) as { cluster: Cluster }).cluster;
}

/** node_exporter with nothing but the metrics of the text files in a folder. */
export async function startNodeExporter(folder: string, onPort?: number): Promise<Server> {
  const server = await start(
    ['node_exporter', 'prometheus-node-exporter'],
    (port) => [
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    onPort,
  );
  await until('node_exporter answers', async () => (await fetch(`${server.url}/metrics`)).ok);
  return server;
}

/** The `data` of an answer of Prometheus's API. */
export async function api<Data>(server: Server, path: string): Promise<Data> {
  const response = await fetch(`${server.url}/api/v1/${path}`);
  return ((await response.json()) as { data: Data }).data;
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 100;

/** Asks again and again until the answer is neither false nor null; an error counts as no answer yet. */
export async function until<Answer>(what: string, ask: () => Promise<Answer | false | null>): Promise<Answer> {
  const deadline = Date.now() + DEADLINE_MS;
  for (let trouble = 'the answer was no'; ; ) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null) return answer;
    } catch (error) {
      trouble = String(error);
    }
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}: ${trouble}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function start(
  names: readonly string[],
  args: (port: number) => readonly string[],
  onPort?: number,
): Promise<Server> {
  const port = onPort ?? (await freePort());
  const child = spawn(findProgram(names), args(port), { stdio: ['ignore', 'ignore', 'inherit'] });
  return { port, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Debian names programs after their package, and daemons may lie outside of the PATH. */
function findProgram(names: readonly string[]): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${names[0]} is not installed; test/install-tools.sh installs it`);
  return found;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
