import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatManifest, parseManifest, sha256 } from '../../../src/output/manifest.js';
import { doc } from '../../repo.js';
import { api, build, type Server, startPrometheus } from '../prometheus/servers.js';

/** Two builds of one repo, and what it takes to deploy them to real servers. */

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const GROUPS = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6'];
/** What the rules of each version ask for. */
const THRESHOLDS = { a: 10, b: 20 } as const;
export type Version = keyof typeof THRESHOLDS;

export function makeWork(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `aami-${name}-`)));
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export interface BuildOptions {
  /** Those that have targets and rules. */
  readonly groups?: readonly string[];
  /** A target beside those that both versions have: it takes Prometheus some seconds to find it. */
  readonly host?: string;
  readonly number?: number;
  /** Of the alerts; another one is another alert to Prometheus. */
  readonly team?: string;
}

/** Builds a version into a folder of its own. Each version has a rule file that the other has not; their targets are the same. */
export function buildVersion(work: string, version: Version, name: string, options: BuildOptions = {}): string {
  const repo = join(work, `repo-${name}`);
  const groups = options.groups ?? [...GROUPS, 'only-a', 'only-b'];
  write(
    join(repo, 'aami.yaml'),
    doc(
      'Project',
      `name: test
exporters: { node_exporter: { job: node-exporter, port: 9 } }
prometheus: { global: { scrape_interval: 1s, evaluation_interval: 1s } }
alertmanager: { default_receiver: ${version} }`,
    ),
  );
  write(join(repo, 'notifications/all.yaml'), doc('Receiver', `name: ${version}`));
  const labels = options.team === undefined ? '' : `\nlabels: { team: ${options.team} }`;
  write(join(repo, 'groups/all.yaml'), groups.map((id) => doc('Group', `id: ${id}${labels}`)).join('---\n'));
  const target = (id: string, index: number): string => host(`host-${id}`, id, index + 1);
  const extra = options.host === undefined ? [] : [host(options.host, 'g1', 100)];
  write(join(repo, 'targets/all.yaml'), [...groups.map(target), ...extra].join('---\n'));
  write(
    join(repo, 'templates/all.yaml'),
    doc('AlertTemplate', `name: Down\ncategory: test\nseverity: warning\nexpr: up < ${THRESHOLDS[version]}\nfor: 1h`),
  );
  write(
    join(repo, 'policies/all.yaml'),
    groups
      .filter((id) => !id.startsWith('only-') || id === `only-${version}`)
      .map((id) => doc('AlertPolicy', `group: ${id}\nalerts: { Down: {} }`))
      .join('---\n'),
  );
  const number = options.number === undefined ? [] : ['--build-number', String(options.number)];
  build(repo, join(work, 'cache'), ...number);
  return join(repo, 'build');
}

function host(name: string, group: string, number: number): string {
  return doc('Target', `hostname: ${name}\naddress: 127.0.0.${number}\ngroups: [${group}]\nexporters: [node_exporter]`);
}

/** The same build with another text in one of its files, and a manifest that says so: as nobody could verify it. */
export function forge(work: string, folder: string, path: string, change: (text: string) => string): string {
  const forged = join(work, `forged-${path.replaceAll('/', '-')}`);
  cpSync(folder, forged, { recursive: true });
  const text = change(readFileSync(join(folder, path), 'utf8'));
  writeFileSync(join(forged, path), text);
  const manifestPath = join(forged, 'aami-manifest.json');
  const manifest = parseManifest(readFileSync(manifestPath, 'utf8'));
  if (manifest === null) throw new Error('no manifest');
  const files = new Map(manifest.files).set(path, { sha256: sha256(text), size: Buffer.byteLength(text) });
  writeFileSync(manifestPath, formatManifest({ ...manifest, files }));
  return forged;
}

export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs aami while this process goes on. */
export function run(work: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: work, env: { ...process.env, AAMI_CACHE_DIR: join(work, 'cache'), ...env } };
    const child = execFile(process.execPath, [AAMI, ...args], options, (_, stdout, stderr) =>
      resolve({ exit: child.exitCode, stdout, stderr }),
    );
  });
}

/** A live folder with a version in it, and a Prometheus that runs it. */
export async function startOn(
  work: string,
  name: string,
  buildFolder: string,
): Promise<{ live: string; server: Server }> {
  const live = join(work, name);
  mkdirSync(live);
  const installed = await run(work, ['deploy', buildFolder, '--rule-path', live, '--no-reload']);
  if (installed.exit !== 0) throw new Error(installed.stderr);
  return { live, server: await startPrometheus(configOf(live), join(work, `${name}-data`)) };
}

export const configOf = (live: string): string => join(live, 'aami/prometheus.yml');

/**
 * Which version a Prometheus serves, by every rule of it; anything else is shown as it is.
 *
 * @param common the groups that have rules in both versions
 */
export async function served(server: Server, common: readonly string[] = GROUPS): Promise<string> {
  const { groups } = await api<{ groups: readonly { file: string; rules: readonly { query: string }[] }[] }>(
    server,
    'rules',
  );
  const found = groups.flatMap(({ file, rules }) =>
    rules.map(({ query }) => `${file.slice(file.lastIndexOf('/') + 1)} ${query.slice(query.lastIndexOf(' ') + 1)}`),
  );
  const shown = JSON.stringify(found.sort());
  const version = (['a', 'b'] as const).find((one) => JSON.stringify(rulesOf(one, common)) === shown);
  return version ?? shown;
}

function rulesOf(version: Version, common: readonly string[]): string[] {
  return [...common, `only-${version}`].map((id) => `${id}-${id}.yml ${THRESHOLDS[version]}`).sort();
}

/** Hosts that it scrapes. */
export async function scraped(server: Server): Promise<string[]> {
  const { activeTargets } = await api<{ activeTargets: readonly { labels: { instance: string } }[] }>(
    server,
    'targets',
  );
  return activeTargets.map(({ labels }) => labels.instance).sort();
}

export const HOSTS = [...GROUPS, 'only-a', 'only-b'].map((id) => `host-${id}`).sort();
