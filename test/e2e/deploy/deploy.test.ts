import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startAlertmanager, startPrometheus, until } from '../prometheus/servers.js';
import { buildVersion, configOf, forge, HOSTS, makeWork, run, scraped, served, startOn } from './stage.js';

/** `aami deploy` and `aami rollback` against real servers. */

const work = makeWork('deploy');
let a: string;
let b: string;
/** Version b with one target more. */
let grown: string;
beforeAll(async () => {
  grown = buildVersion(work, 'b', 'grown', { host: 'new-host' });
  a = buildVersion(work, 'a', 'a');
  b = buildVersion(work, 'b', 'b');
  // A new Prometheus takes 5 s to find its targets: all of them begin before the first test.
  for (let number = 1; number <= STAGES; number++) {
    const staged = await startOn(work, `live-${number}`, a);
    running.push(staged.server);
    stages.push(staged);
  }
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(work, { recursive: true, force: true });
});

const STAGES = 19;
type Stage = Awaited<ReturnType<typeof startOn>>;
const stages: Stage[] = [];
const running: Server[] = [];

/** A live folder of its own with version a, and a Prometheus that runs it. */
function stage(): Stage {
  const next = stages.shift();
  if (next === undefined) throw new Error('there are more tests than stages');
  return next;
}

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const generations = (live: string): string[] => readdirSync(join(live, '.aami/generations')).sort();

describe('aami deploy', () => {
  it('installs, reloads and confirms: rules, targets and configuration', async () => {
    const { live, server } = stage();
    const { exit, stdout, stderr } = await run(work, [
      ...['deploy', grown, '--rule-path', live, '--prometheus-url', server.url, '--format', 'json'],
    ]);
    expect(stderr).toBe('');
    expect(exit).toBe(0);
    expect(json(stdout)).toMatchObject({
      outcome: 'deployed',
      places: [{ folder: live, part: 'prometheus', from: 1, to: 2, edited_by_hand: [] }],
      servers: [{ kind: 'prometheus', address: server.url, state: 'confirmed', reloaded_by: 'http', problems: [] }],
    });
    expect(await served(server)).toBe('b');
    expect(await scraped(server)).toEqual([...HOSTS, 'new-host']);
    expect(readlinkSync(join(live, 'aami'))).toBe('.aami/generations/2/prometheus');
    expect(readdirSync(join(live, '.aami'))).toEqual(['generations']);
  });

  it('does to all servers of one call the same, Alertmanager and web server among them', async () => {
    const [one, two] = [stage(), stage()];
    const [mail, web] = [join(work, 'mail'), join(work, 'web')];
    mkdirSync(mail);
    mkdirSync(web);
    await run(work, ['deploy', a, '--alertmanager-path', mail, '--no-reload']);
    const alertmanager = await startAlertmanager(join(mail, 'aami/alertmanager.yml'), join(work, 'mail-data'));
    running.push(alertmanager);
    const { exit, stdout, stderr } = await run(work, ['deploy', b], {
      PROMETHEUS_URL: `${one.server.url}, ${two.server.url}`,
      PROMETHEUS_RULE_PATH: `${one.live},${two.live}`,
      ALERTMANAGER_URL: alertmanager.url,
      ALERTMANAGER_CONFIG_PATH: mail,
      AAMI_WEB_ROOT: web,
    });
    expect(exit, stderr).toBe(0);
    expect(stdout).toContain('Deployed; 3 servers of 3 confirmed\n');
    expect([await served(one.server), await served(two.server)]).toEqual(['b', 'b']);
    const { config } = (await (await fetch(`${alertmanager.url}/api/v2/status`)).json()) as {
      config: { original: string };
    };
    expect(config.original).toContain('name: b');
    expect(existsSync(join(web, 'aami/checks/host-g1.json'))).toBe(true);
  });

  it('serves a configuration of the user that names the rule files', async () => {
    const live = join(work, 'own-config');
    mkdirSync(live);
    const config = join(work, 'own.yml');
    writeFileSync(config, `global: { evaluation_interval: 1s }\nrule_files: ["${live}/aami/rules/*.yml"]\n`);
    const server = await startPrometheus(config, join(work, 'own-data'));
    running.push(server);
    const { exit, stderr } = await run(work, ['deploy', a, '--rule-path', live, '--prometheus-url', server.url]);
    expect(exit).toBe(0);
    expect(stderr).toContain('has no job node-exporter');
    expect(await served(server)).toBe('a');
  });

  it('goes back to nothing where the configuration does not name the rule files, and says what is missing', async () => {
    const live = join(work, 'not-named');
    mkdirSync(live);
    const config = join(work, 'not-named.yml');
    writeFileSync(config, 'global: { evaluation_interval: 1s }\n');
    const server = await startPrometheus(config, join(work, 'not-named-data'));
    running.push(server);
    const { exit, stderr } = await run(work, [
      ...['deploy', a, '--rule-path', live, '--prometheus-url', server.url, '--reload-timeout', '2s'],
    ]);
    expect(exit).toBe(1);
    expect(stderr).toContain('its configuration must name aami/rules/*.yml below that folder in `rule_files`');
    expect(stderr).toContain('what was deployed before has been put back, and runs');
    expect(existsSync(join(live, 'aami'))).toBe(false);
    expect(generations(live)).toEqual([]);
  });

  it('makes no generation of what is deployed already, and asks nevertheless', async () => {
    const { live, server } = stage();
    const { exit, stdout } = await run(work, ['deploy', a, '--rule-path', live, '--prometheus-url', server.url]);
    expect(exit).toBe(0);
    expect(stdout).toContain('Nothing to install; 1 server of 1 confirmed');
    expect(generations(live)).toEqual(['1']);
  });

  it('only says what it would do, file by file, and which alerts start over', async () => {
    const { live, server } = stage();
    const labelled = buildVersion(work, 'a', 'labelled', { team: 'x' });
    const { exit, stdout } = await run(work, [
      ...['deploy', labelled, '--rule-path', live, '--prometheus-url', server.url, '--dry-run'],
    ]);
    expect(exit).toBe(0);
    expect(stdout).toContain('  ~ prometheus/rules/g1-g1.yml\n');
    expect(stdout).toContain('Starts over on 7 targets: Down (labels.team is x instead of not set)');
    expect(generations(live)).toEqual(['1']);
    expect(await served(server)).toBe('a');
  });

  it('keeps owner and mode of what it replaces', async () => {
    const { live, server } = stage();
    const file = join(live, 'aami/rules/g1-g1.yml');
    chmodSync(file, 0o640);
    await run(work, ['deploy', b, '--rule-path', live, '--prometheus-url', server.url]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(statSync(join(live, 'aami/rules/g2-g2.yml')).mode & 0o777).toBe(0o644);
  });

  it('says what was changed by hand, keeps it in its generation, and puts the build in its place', async () => {
    const { live, server } = stage();
    const file = join(live, 'aami/rules/g1-g1.yml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('< 10', '< 11'));
    const { exit, stderr } = await run(work, ['deploy', a, '--rule-path', live, '--prometheus-url', server.url]);
    expect(exit).toBe(0);
    expect(stderr).toContain('prometheus/rules/g1-g1.yml');
    expect(stderr).toContain('was changed by hand since it was deployed; what it holds stays in generation 1');
    expect(await served(server)).toBe('a');
    expect(readFileSync(join(live, '.aami/generations/1/prometheus/rules/g1-g1.yml'), 'utf8')).toContain('< 11');
  });

  it('touches nothing of others, and refuses where somebody else has the name that it needs', async () => {
    const { live, server } = stage();
    writeFileSync(join(live, 'mine.yml'), 'groups: []\n');
    const before = statSync(join(live, 'mine.yml')).mtimeMs;
    const deployed = await run(work, ['deploy', b, '--rule-path', live, '--prometheus-url', server.url]);
    expect(deployed.exit).toBe(0);
    expect(statSync(join(live, 'mine.yml')).mtimeMs).toBe(before);
    expect(deployed.stdout).not.toContain('mine.yml');

    const taken = join(work, 'taken');
    mkdirSync(join(taken, 'aami'), { recursive: true });
    const { exit, stderr } = await run(work, ['deploy', a, '--rule-path', taken, '--no-reload']);
    expect(exit).toBe(3);
    expect(stderr).toContain(`error: ${taken}/aami is there already, and aami did not make it`);
    expect(lstatSync(join(taken, 'aami')).isDirectory()).toBe(true);
    expect(readdirSync(taken)).toEqual(['aami']);
  });

  it('refuses one live folder for two things', async () => {
    const { live } = stage();
    const both = await run(work, ['deploy', a, '--rule-path', live, '--web-root', `${live}/`, '--no-reload']);
    expect(both.exit).toBe(3);
    expect(both.stderr).toContain('is named more than once, for different things');
  });

  it('leaves what servers read in its place where somebody has removed the record of it', async () => {
    const { live, server } = stage();
    rmSync(join(live, '.aami/generations/1/aami-generation.json'));
    const failing = await run(work, ['deploy', b, '--rule-path', live, '--prometheus-url', 'http://127.0.0.1:9']);
    expect(failing.exit).toBe(3);
    expect(readlinkSync(join(live, 'aami'))).toBe('.aami/generations/1/prometheus');
    expect(existsSync(configOf(live))).toBe(true);
    const deployed = await run(work, ['deploy', b, '--rule-path', live, '--prometheus-url', server.url]);
    expect(deployed.exit, deployed.stderr).toBe(0);
    expect(readlinkSync(join(live, 'aami'))).toBe('.aami/generations/2/prometheus');
    expect(await served(server)).toBe('b');
  });

  it('says so when servers do not run what is deployed already', async () => {
    const { live, server } = stage();
    await run(work, ['deploy', b, '--rule-path', live, '--no-reload']);
    const elsewhere = await run(work, [
      ...['deploy', a, '--rule-path', join(work, 'empty'), '--prometheus-url', server.url, '--format', 'json'],
    ]);
    expect(elsewhere.exit).toBe(3);
    mkdirSync(join(work, 'empty'));
    await run(work, ['deploy', a, '--rule-path', join(work, 'empty'), '--no-reload']);
    const { exit, stdout, stderr } = await run(work, [
      ...['deploy', a, '--rule-path', join(work, 'empty'), '--prometheus-url', server.url, '--format', 'json'],
      ...['--reload-timeout', '2s'],
    ]);
    expect(exit).toBe(1);
    expect(json(stdout)).toMatchObject({ outcome: 'not-confirmed', servers: [{ state: 'failed' }] });
    expect(stderr).toContain('nothing was changed: this is deployed already, and the servers do not run it');
  });

  it('refuses a build that is not as its manifest says', async () => {
    const { live } = stage();
    const broken = forge(work, a, 'prometheus/rules/g2-g2.yml', (text) => text);
    writeFileSync(join(broken, 'prometheus/rules/g2-g2.yml'), 'groups: []\n');
    const { exit, stderr } = await run(work, ['deploy', broken, '--rule-path', live, '--no-reload']);
    expect(exit).toBe(3);
    expect(stderr).toContain('is not as the build left it: "prometheus/rules/g2-g2.yml"');
    expect(generations(live)).toEqual(['1']);
  });

  it('refuses to remove much, unless that is meant', async () => {
    const { live, server } = stage();
    const less = buildVersion(work, 'a', 'less', { groups: ['g1', 'g2', 'g3', 'g4', 'g5'] });
    const args = ['deploy', less, '--rule-path', live, '--prometheus-url', server.url];
    const refused = await run(work, args);
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain('error: The build would remove 2 of 7 rules, 3 of 8 targets');
    expect(await served(server)).toBe('a');
    expect((await run(work, [...args, '--max-removals', '40'])).exit).toBe(0);
    expect((await scraped(server)).length).toBe(5);
  });

  it('refuses a build that is older than the deployed one, unless that is meant', async () => {
    const { live, server } = stage();
    const [older, newer] = [
      buildVersion(work, 'a', 'older', { number: 3 }),
      buildVersion(work, 'b', 'newer', { number: 4 }),
    ];
    const on = ['--rule-path', live, '--prometheus-url', server.url];
    expect((await run(work, ['deploy', newer, ...on])).exit).toBe(0);
    const refused = await run(work, ['deploy', older, ...on]);
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain('error: The build has number 3, and number 4 is deployed: it is older');
    expect(await served(server)).toBe('b');
    expect((await run(work, ['deploy', older, ...on, '--force'])).exit).toBe(0);
    expect(await served(server)).toBe('a');
  });

  it('lets a second one wait for the first; both are done one after the other', async () => {
    const { live, server } = stage();
    const on = ['--rule-path', live, '--prometheus-url', server.url];
    const both = await Promise.all([run(work, ['deploy', b, ...on]), run(work, ['deploy', b, ...on])]);
    expect(both.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(both.map(({ stdout }) => stdout.includes('Nothing to install')).sort()).toEqual([false, true]);
    expect(await served(server)).toBe('b');
    expect(generations(live)).toEqual(['1', '2']);
  });

  it('shows no password of a URL anywhere', async () => {
    const { live, server } = stage();
    const url = server.url.replace('//', '//sam:s3cret@');
    for (const format of ['pretty', 'json']) {
      const { exit, stdout, stderr } = await run(work, [
        ...['deploy', b, '--rule-path', live, '--prometheus-url', url, '--format', format],
      ]);
      expect(exit).toBe(0);
      expect(stdout + stderr).not.toContain('s3cret');
    }
    const wrong = await run(work, ['deploy', b, '--rule-path', live, '--prometheus-url', 'htp://sam:s3cret@host']);
    expect(wrong.exit).toBe(2);
    expect(wrong.stderr).not.toContain('s3cret');
  });

  it('is called wrongly without a live folder, or without a build', async () => {
    const noFolder = await run(work, ['deploy', a, '--prometheus-url', 'http://127.0.0.1:9']);
    expect(noFolder.exit).toBe(2);
    expect(noFolder.stderr).toContain('--rule-path');
    const noBuild = await run(work, ['deploy', '--rule-path', work]);
    expect(noBuild.exit).toBe(2);
    expect(noBuild.stderr).toContain('error: which build?');
  });
});

describe('aami rollback', () => {
  it('puts an earlier generation back, confirmed', async () => {
    const { live, server } = stage();
    const on = ['--rule-path', live, '--prometheus-url', server.url];
    await run(work, ['deploy', grown, ...on]);
    const back = await run(work, ['rollback', ...on]);
    expect(back.exit, back.stderr).toBe(0);
    expect(await served(server)).toBe('a');
    expect(await scraped(server)).toEqual(HOSTS);
    const forth = await run(work, ['rollback', '2', ...on]);
    expect(forth.exit).toBe(0);
    expect(await served(server)).toBe('b');
    const unknown = await run(work, ['rollback', '9', ...on]);
    expect(unknown.exit).toBe(3);
    expect(unknown.stderr).toContain('hint: There are: 1, 2.');
  });

  it('keeps as many generations as asked for, and refuses one that was changed by hand', async () => {
    const { live, server } = stage();
    const on = ['--rule-path', live, '--prometheus-url', server.url];
    for (const one of [b, a, b, a]) expect((await run(work, ['deploy', one, ...on, '--keep', '3'])).exit).toBe(0);
    expect(generations(live)).toEqual(['3', '4', '5']);
    writeFileSync(join(live, '.aami/generations/4/prometheus/rules/g1-g1.yml'), 'groups: []\n');
    const refused = await run(work, ['rollback', ...on]);
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain('The generation is not as it was deployed: prometheus/rules/g1-g1.yml');
    expect(await served(server)).toBe('a');
    expect(readlinkSync(configOf(live).replace('/prometheus.yml', ''))).toBe('.aami/generations/5/prometheus');
  });
});

it('Prometheus finds new targets through the link at once, without a reload', async () => {
  const { live, server } = stage();
  await run(work, ['deploy', grown, '--rule-path', live, '--no-reload']);
  await until('it scrapes the new target', async () => (await scraped(server)).includes('new-host'));
  await run(work, ['rollback', '--rule-path', live, '--no-reload']);
  await until('it does not any more', async () => !(await scraped(server)).includes('new-host'));
  expect(await scraped(server)).toEqual(HOSTS);
});
