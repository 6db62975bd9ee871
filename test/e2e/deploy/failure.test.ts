import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Server, startAlertmanager, startPrometheus, until } from '../prometheus/servers.js';
import { type BrokenProxy, isReload, type Misbehave, startProxy } from './broken-proxy.js';
import { buildVersion, configOf, forge, makeWork, run, scraped, served, startOn } from './stage.js';

/** What `aami deploy` does when something goes wrong: what was deployed before runs, as a whole, and it says why. */

const work = makeWork('deploy-failure');
let a: string;
let b: string;
type Stage = Awaited<ReturnType<typeof startOn>>;
const stages: Stage[] = [];
const running: Server[] = [];
const proxies: BrokenProxy[] = [];
const STAGES = 9;

beforeAll(async () => {
  a = buildVersion(work, 'a', 'a');
  b = buildVersion(work, 'b', 'b');
  for (let number = 1; number <= STAGES; number++) {
    const staged = await startOn(work, `live-${number}`, a);
    running.push(staged.server);
    stages.push(staged);
  }
});
afterAll(async () => {
  for (const proxy of proxies) proxy.stop();
  await Promise.all(running.map((server) => server.stop()));
  rmSync(work, { recursive: true, force: true });
});

function stage(): Stage {
  const next = stages.shift();
  if (next === undefined) throw new Error('there are more tests than stages');
  return next;
}

async function behind(server: Server, misbehave: Misbehave): Promise<string> {
  const proxy = await startProxy(server.url, misbehave);
  proxies.push(proxy);
  return proxy.url;
}

async function expectUnchanged({ live, server }: Stage): Promise<void> {
  expect(await served(server)).toBe('a');
  expect(readlinkSync(join(live, 'aami'))).toBe('.aami/generations/1/prometheus');
  expect(readdirSync(join(live, '.aami'))).toEqual(['generations']);
  expect(readdirSync(join(live, '.aami/generations'))).toEqual(['1']);
}

describe('a build that is not fit to run', () => {
  it('is refused by promtool before anything is touched', async () => {
    const staged = stage();
    const bad = forge(work, b, 'prometheus/rules/g1-g1.yml', (text) => text.replace(' < 20', ' < < 20'));
    const { exit, stderr } = await run(work, [
      ...['deploy', bad, '--rule-path', staged.live, '--prometheus-url', staged.server.url],
    ]);
    expect(exit).toBe(1);
    expect(stderr).toContain('promtool or amtool refuses the build');
    await expectUnchanged(staged);

    // Without promtool, Prometheus is the first to say it.
    const late = await run(work, [
      ...['deploy', bad, '--rule-path', staged.live, '--prometheus-url', staged.server.url, '--no-validate'],
      ...['--format', 'json'],
    ]);
    expect(late.exit).toBe(1);
    expect(JSON.parse(late.stdout)).toMatchObject({
      outcome: 'rolled-back',
      servers: [{ state: 'failed', problems: [expect.stringContaining('It refuses: failed to reload config')] }],
      restored: [{ state: 'confirmed' }],
    });
    expect(late.stderr).toContain('what was deployed before has been put back, and runs');
    await expectUnchanged(staged);
  });

  it('is taken back when a rule cannot be evaluated', async () => {
    const staged = stage();
    const { live, server } = staged;
    await until('there is something to evaluate', async () => (await scraped(server)).length > 1);
    const bad = forge(work, b, 'prometheus/rules/g2-g2.yml', (text) =>
      text.replace(/expr: .*/, 'expr: up + on() up > 20'),
    );
    const { exit, stderr } = await run(work, ['deploy', bad, '--rule-path', live, '--prometheus-url', server.url]);
    expect(exit).toBe(1);
    expect(stderr).toContain('Alert Down of g2-g2.yml cannot be evaluated: ');
    await expectUnchanged(staged);
  });

  it('is taken back everywhere when one server does not take it', async () => {
    const staged = stage();
    const mail = join(work, 'mail');
    mkdirSync(mail);
    await run(work, ['deploy', a, '--alertmanager-path', mail, '--no-reload']);
    const alertmanager = await startAlertmanager(join(mail, 'aami/alertmanager.yml'), join(work, 'mail-data'));
    running.push(alertmanager);
    const bad = forge(work, b, 'alertmanager/alertmanager.yml', (text) => text.replace('name: b', 'name: c'));
    const { exit, stderr } = await run(work, [
      ...['deploy', bad, '--rule-path', staged.live, '--prometheus-url', staged.server.url, '--no-validate'],
      ...['--alertmanager-path', mail, '--alertmanager-url', alertmanager.url],
    ]);
    expect(exit).toBe(1);
    expect(stderr).toContain(`error: ${alertmanager.url}: It refuses: failed to reload config`);
    await expectUnchanged(staged);
    expect(readlinkSync(join(mail, 'aami'))).toBe('.aami/generations/1/alertmanager');
  });
});

describe('a server that is not well', () => {
  it('is down: nothing is touched', async () => {
    const staged = stage();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const { exit, stderr } = await run(work, ['deploy', b, '--rule-path', staged.live, '--prometheus-url', nobody]);
    expect(exit).toBe(3);
    expect(stderr).toContain(`error: ${nobody} refuses connections`);
    await expectUnchanged(staged);
  });

  it('answers 500 to every reload: what was before is put back, and it is said that this could not be confirmed', async () => {
    const staged = stage();
    const url = await behind(staged.server, (question, answer) => {
      if (isReload(question)) answer.writeHead(500).end('oops');
      return isReload(question);
    });
    const { exit, stderr } = await run(work, [
      ...['deploy', b, '--rule-path', staged.live, '--prometheus-url', url, '--reload-timeout', '2s'],
    ]);
    expect(exit).toBe(1);
    expect(stderr).toContain(`error: ${url}: It answers 500: oops`);
    expect(stderr).toContain(`what was deployed before has been put back, but ${url} does not run it`);
    await expectUnchanged(staged);
  });

  it('never answers the reload, although it does it: what was before is put back and reloaded', async () => {
    const staged = stage();
    let hangs = true;
    const url = await behind(staged.server, async (question) => {
      if (!isReload(question) || !hangs) return false;
      hangs = false;
      await fetch(`${staged.server.url}/-/reload`, { method: 'POST' });
      return true;
    });
    const { exit, stderr } = await run(work, [
      ...['deploy', b, '--rule-path', staged.live, '--prometheus-url', url, '--reload-timeout', '3s'],
    ]);
    expect(exit).toBe(1);
    expect(stderr).toContain('what was deployed before has been put back, and runs');
    await expectUnchanged(staged);
  });

  it('is slow, and fails a few times: that is waited for', async () => {
    const { live, server } = stage();
    let failures = 2;
    const url = await behind(server, async (question, answer) => {
      await pause(200);
      if (!isReload(question) || failures-- <= 0) return false;
      answer.writeHead(503).end();
      return true;
    });
    const { exit, stderr } = await run(work, ['deploy', b, '--rule-path', live, '--prometheus-url', url]);
    expect(exit, stderr).toBe(0);
    expect(await served(server)).toBe('b');
  });

  it('is restarted half way: it runs the new, and that is confirmed', async () => {
    const { live, server } = stage();
    let restarts = 0;
    const url = await behind(server, async (question, answer) => {
      if (!isReload(question) || restarts++ > 0) return false;
      await server.stop();
      answer.writeHead(502).end();
      running.push(await startPrometheus(configOf(live), `${live}-data`, { port: server.port }));
      return true;
    });
    const { exit, stderr } = await run(work, ['deploy', b, '--rule-path', live, '--prometheus-url', url]);
    expect(exit, stderr).toBe(0);
    expect(await served(server)).toBe('b');
  });

  it('sends on to another host: nobody is asked there', async () => {
    const staged = stage();
    let asked = 0;
    const other = await startProxy(staged.server.url, (_, answer) => {
      asked++;
      answer.end();
      return true;
    });
    proxies.push(other);
    const url = await behind(staged.server, (_, answer) => {
      answer.writeHead(302, { location: other.url }).end();
      return true;
    });
    const { exit, stderr } = await run(work, ['deploy', b, '--rule-path', staged.live, '--prometheus-url', url]);
    expect(exit).toBe(3);
    expect(stderr).toContain(`sends on to ${other.url}`);
    expect(asked).toBe(0);
    await expectUnchanged(staged);
  });
});

describe('a Prometheus without the lifecycle API', () => {
  it('is said to have none, and is told by SIGHUP where its process id is known', async () => {
    const live = join(work, 'no-lifecycle');
    mkdirSync(live);
    await run(work, ['deploy', a, '--rule-path', live, '--no-reload']);
    const server = await startPrometheus(configOf(live), join(work, 'no-lifecycle-data'), { lifecycle: false });
    running.push(server);
    const on = ['--rule-path', live, '--prometheus-url', server.url];
    const refused = await run(work, ['deploy', b, ...on]);
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain('hint: Start Prometheus with --web.enable-lifecycle, or name the file');
    expect(await served(server)).toBe('a');

    const pidFile = join(work, 'prometheus.pid');
    writeFileSync(pidFile, `${process.pid}\n`);
    const other = await run(work, ['reload', ...on, '--prometheus-pid-file', pidFile]);
    expect(other.exit).toBe(3);
    expect(other.stderr).toContain(`process ${process.pid} of ${pidFile} is no prometheus`);

    writeFileSync(pidFile, `${server.pid}\n`);
    const { exit, stdout, stderr } = await run(work, ['deploy', b, ...on, '--prometheus-pid-file', pidFile]);
    expect(exit, stderr).toBe(0);
    expect(stdout).toContain('reloaded by SIGHUP, confirmed');
    expect(await served(server)).toBe('b');

    const bad = forge(work, a, 'prometheus/rules/g1-g1.yml', (text) => text.replace(' < 10', ' < < 10'));
    const broken = await run(work, ['deploy', bad, ...on, '--no-validate', '--prometheus-pid-file', pidFile]);
    expect(broken.exit).toBe(1);
    expect(broken.stderr).toContain('It refuses: could not load what it found');
    expect(broken.stderr).toContain('what was deployed before has been put back, and runs');
    expect(await served(server)).toBe('b');
  });
});

describe('a full disk', () => {
  it('leaves what was deployed whole', async (context) => {
    const live = join(work, 'small-disk');
    mkdirSync(live);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', live]).status !== 0)
      return context.skip('needs root to mount a small disk');
    try {
      expect((await run(work, ['deploy', a, '--rule-path', live, '--no-reload'])).exit).toBe(0);
      const before = readFileSync(join(live, 'aami/rules/g1-g1.yml'), 'utf8');
      writeFileSync(join(live, 'filler'), '.'.repeat(60_000));
      const large = forge(work, b, 'prometheus/rules/g6-g6.yml', (text) => `${text}${'# large\n'.repeat(20_000)}`);
      const { exit, stderr } = await run(work, ['deploy', large, '--rule-path', live, '--no-reload']);
      expect(exit).toBe(3);
      expect(stderr).toContain('error: Cannot write to the live folder: the disk is full');
      expect(readFileSync(join(live, 'aami/rules/g1-g1.yml'), 'utf8')).toBe(before);
      expect(readdirSync(join(live, '.aami'))).toEqual(['generations']);
      expect(readdirSync(join(live, '.aami/generations'))).toEqual(['1']);
    } finally {
      spawnSync('umount', [live]);
    }
  });
});
