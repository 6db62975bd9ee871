import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { api, startPrometheus, until } from '../prometheus/servers.js';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const REPO = fileURLToPath(new URL('../repos/small', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-watch-deploy-')));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly name: string; readonly duration: number }[] }[];
}

it('aami build --watch --deploy is a live loop: Prometheus runs what is written, and what is broken changes nothing', async () => {
  const [repo, live] = [join(work, 'repo'), join(work, 'live')];
  cpSync(REPO, repo, { recursive: true });
  mkdirSync(live);
  const config = join(work, 'prometheus.yml');
  writeFileSync(config, `global: { evaluation_interval: 1s }\nrule_files: [ ${live}/aami/rules/*.yml ]\n`);
  const prometheus = await startPrometheus(config, join(work, 'data'));
  const env = {
    ...process.env,
    ...{ PROMETHEUS_URL: prometheus.url, PROMETHEUS_RULE_PATH: live, ALERTMANAGER_URL: '' },
    AAMI_CACHE_DIR: join(work, 'cache'),
  };
  const aami = spawn(process.execPath, [AAMI, 'build', '--watch', '--deploy'], { cwd: repo, env });
  const ended = once(aami, 'exit');
  let said = '';
  for (const stream of [aami.stdout, aami.stderr])
    stream.on('data', (data) => {
      said += String(data);
    });
  const policy = (entry: string): void =>
    writeFileSync(
      join(repo, 'policies/down.yaml'),
      `apiVersion: aami/v1\nkind: AlertPolicy\nscope: global\nalerts:\n  NodeDown: ${entry}\n`,
    );
  const durations = async (): Promise<ReadonlySet<number>> => {
    const { groups } = await api<Rules>(prometheus, 'rules');
    return new Set(groups.flatMap(({ rules }) => rules.map(({ duration }) => duration)));
  };
  const runs = (seconds: number) =>
    until(`rules wait ${seconds} s; it says ${said}`, async () => {
      const all = await durations();
      return all.size === 1 && all.has(seconds);
    });
  try {
    policy('{ for: 7m }');
    await runs(7 * 60);
    policy('{ for: [ }');
    await until('the mistake is said', () => Promise.resolve(said.includes('1 error')));
    expect(await durations()).toEqual(new Set([7 * 60]));
    policy('{ for: 9m }');
    await runs(9 * 60);
    aami.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  } finally {
    aami.kill('SIGKILL');
    await prometheus.stop();
  }
});

it('--deploy belongs to --watch', async () => {
  const aami = spawn(process.execPath, [AAMI, 'build', '--deploy', '-C', REPO]);
  expect(await once(aami, 'exit')).toEqual([2, null]);
});
