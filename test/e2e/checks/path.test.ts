import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doc } from '../../repo.js';
import { commit, git, newRepo } from '../../unit/source/git-repo.js';
import { aami, api, freePort, type Server, startNodeExporter, startPrometheus, until } from '../prometheus/servers.js';
import { type AgentLoop, startAgent } from './agent-loop.js';
import { type BundleServer, startBundleServer } from './bundle-server.js';
import { type MountPoint, mountPoint } from './mount-point.js';

/**
 * The whole way of a check, with the real programs: repo → signed build → web server → agent → text file → node_exporter
 * → Prometheus → alert. Times are short; what is waited for are events.
 */
const work = mkdtempSync(join(tmpdir(), 'aami-checks-'));
const at = (name: string): string => join(work, name);
const key = at('site');
const textfiles = at('textfiles');
const failing = at('failing');

let repo: string;
let mount: MountPoint;
let bundles: BundleServer;
let exporter: Server;
let prometheus: Server;
let agent: AgentLoop;

const SHORT = '{ for: 1s }';
const policies = (paths: readonly string[]): string =>
  [
    doc(
      'ScriptPolicy',
      `scope: global\nchecks:\n  mount-check: { interval: 1s, config: { paths: [${paths.join(', ')}], mountinfo: ${mount.table} } }\n  flaky: {}`,
    ),
    doc(
      'AlertPolicy',
      `scope: global\nalerts:\n  MountMissing: { for: 3s }\n  CheckFailing: ${SHORT}\n  BundleLagging: ${SHORT}\n  BundleRefused: ${SHORT}\n  BundleFetchFailing: { for: 1s, config: { window: 5s } }`,
    ),
  ].join('---\n');

/** Builds what is committed, and lets Prometheus have its rules; the nodes get it from `serve`. */
async function build(out: string, ...options: readonly string[]): Promise<void> {
  aami(repo, at('cache'), 'build', '-o', at(out), '--sign-key', `${key}.key`, ...options);
  if (prometheus === undefined) return;
  cpSync(join(at(out), 'prometheus'), at('live'), { recursive: true });
  await fetch(`${prometheus.url}/-/reload`, { method: 'POST' });
}

beforeAll(async () => {
  mkdirSync(textfiles);
  mount = mountPoint(at('data'));
  aami(work, at('cache'), 'keygen', key);
  const port = await freePort();
  exporter = await startNodeExporter(textfiles, port);
  repo = newRepo({
    'aami.yaml': doc(
      'Project',
      `name: x\nlibraries: [agent, node]\nexporters:\n  node_exporter: { job: node-exporter, port: ${port} }\nprometheus: { global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s } }`,
    ),
    'groups/lab.yaml': doc('Group', 'id: lab'),
    'targets/n1.yaml': doc('Target', 'hostname: n1\naddress: 127.0.0.1\ngroups: [lab]\nexporters: [node_exporter]'),
    'templates/flaky.yaml': doc(
      'ScriptTemplate',
      `name: flaky\nscript_type: t\nlanguage: bash\nversion: 1.0.0\ninterval: 1s\nscript: { inline: "set -u; if [ -e ${failing} ]; then exit 1; fi; echo flaky_runs 1" }\nmetrics: { flaky_runs: { type: gauge, help: "Always 1." } }`,
    ),
    'policies/all.yaml': policies([mount.path]),
  });
  await build('first');
  cpSync(at('first/prometheus'), at('live'), { recursive: true });
  prometheus = await startPrometheus(join(at('live'), 'prometheus.yml'), at('tsdb'));
  bundles = await startBundleServer(at('first'));
  agent = startAgent(join(at('first'), 'agent/dynamic-check.sh'), mount.prefix, [
    ...['--source', bundles.url, '--target', 'n1', '--textfile-dir', textfiles, '--state-dir', at('state')],
    ...['--public-key', `${key}.pub`, '--fetch-interval', '1s', '--fetch-timeout', '2s', '--fetch-retries', '0'],
  ]);
});
afterAll(async () => {
  await agent?.stop();
  await Promise.all([prometheus?.stop(), exporter?.stop(), bundles?.stop()]);
  mount?.remove();
  rmSync(work, { recursive: true, force: true });
});

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

const query = async (expr: string): Promise<readonly Sample[]> =>
  (await api<{ result: readonly Sample[] }>(prometheus, `query?query=${encodeURIComponent(expr)}`)).result;
const value = async (expr: string): Promise<string | null> => (await query(expr))[0]?.value[1] ?? null;
const alerts = async (name: string, state: 'pending' | 'firing'): Promise<readonly Sample[]> =>
  query(`ALERTS{alertname="${name}",alertstate="${state}"}`);
const fires = (name: string) =>
  until(`${name} fires`, async () => (await alerts(name, 'firing')).length > 0 && (await alerts(name, 'firing')));
const calm = (name: string) =>
  until(`${name} is over`, async () => (await query(`ALERTS{alertname="${name}"}`)).length === 0);
const buildInUse = async () => (await query('aami_bundle_info'))[0]?.metric.build ?? null;

it('a mount that disappears is 0 in Prometheus, and its alert fires after its wait', async () => {
  const mounted = `aami_mount_mounted{path="${mount.path}"}`;
  await until('the mount is seen', async () => (await value(mounted)) === '1');
  expect(await query('ALERTS{alertname="MountMissing"}')).toEqual([]);
  mount.unmount();
  await until('the mount is missed', async () => (await value(mounted)) === '0');
  await until('the alert waits', async () => (await alerts('MountMissing', 'pending')).length === 1);
  const [alert] = await fires('MountMissing');
  expect(alert?.metric).toMatchObject({ instance: 'n1', group_id: 'lab', path: mount.path, severity: 'critical' });
  mount.mount();
  await calm('MountMissing');
});

it('a check that fails is an alert of its own, and harms no other', async () => {
  writeFileSync(failing, '');
  const [alert] = await fires('CheckFailing');
  expect(alert?.metric).toMatchObject({ instance: 'n1', check: 'flaky' });
  expect(await value('aami_check_success{check="mount-check"}')).toBe('1');
  rmSync(failing);
  await calm('CheckFailing');
});

it('a node that does not follow a new build is an alert, until it does', async () => {
  expect(await query('ALERTS{alertname="BundleLagging"}')).toEqual([]);
  commit(repo, { 'policies/all.yaml': policies([mount.path, '/proc']) });
  await build('second');
  const [alert] = await fires('BundleLagging');
  expect(alert?.metric).toMatchObject({ instance: 'n1', build: '1' });
  bundles.serve(at('second'));
  await calm('BundleLagging');
  expect(await buildInUse()).toBe('2');
  await until('the new path is looked at', async () => (await value('aami_mount_mounted{path="/proc"}')) === '1');
});

it('what somebody else has signed is refused, and the last good bundle goes on', async () => {
  aami(work, at('cache'), 'keygen', at('stranger'));
  aami(repo, at('cache'), 'build', '-o', at('forged'), '--sign-key', `${at('stranger')}.key`, '--build-number', '99');
  bundles.serve(at('forged'));
  const [alert] = await fires('BundleRefused');
  expect(alert?.metric).toMatchObject({ instance: 'n1', reason: 'signature', severity: 'critical' });
  const before = Number(await value('aami_check_last_run_timestamp_seconds{check="flaky"}'));
  await until(
    'checks go on',
    async () => Number(await value('aami_check_last_run_timestamp_seconds{check="flaky"}')) > before,
  );
  bundles.serve(at('second'));
  await calm('BundleRefused');
});

it('a script that is changed on its way is refused', async () => {
  commit(repo);
  await build('third');
  cpSync(at('third'), at('changed'), { recursive: true });
  const bundle = join(at('changed'), 'checks/n1.json');
  writeFileSync(
    bundle,
    readFileSync(bundle, 'utf8').replace('echo flaky_runs 1', `touch ${at('owned')}; echo flaky_runs 1`),
  );
  bundles.serve(at('changed'));
  const [alert] = await fires('BundleRefused');
  expect(alert?.metric).toMatchObject({ reason: 'hash' });
  bundles.serve(at('third'));
  await calm('BundleRefused');
  expect(await buildInUse()).toBe('3');
  expect(existsSync(at('owned'))).toBe(false);
});

it('an older build is refused, and to go back is to sign the old commit under a new number', async () => {
  bundles.serve(at('second'));
  expect((await fires('BundleRefused'))[0]?.metric).toMatchObject({ reason: 'older' });
  git(repo, 'checkout', '--quiet', 'HEAD~2');
  await build('back', '--build-number', '4');
  bundles.serve(at('back'));
  await calm('BundleRefused');
  expect(await buildInUse()).toBe('4');
  await until(
    'the old paths are looked at',
    async () => (await query('aami_mount_mounted{path="/proc"}')).length === 0,
  );
});

it('a server of bundles that is away is an alert, and the checks go on', async () => {
  bundles.answer(503);
  await fires('BundleFetchFailing');
  const before = Number(await value('aami_check_last_run_timestamp_seconds{check="flaky"}'));
  await until(
    'checks go on',
    async () => Number(await value('aami_check_last_run_timestamp_seconds{check="flaky"}')) > before,
  );
  bundles.answer(null);
  await calm('BundleFetchFailing');
});
