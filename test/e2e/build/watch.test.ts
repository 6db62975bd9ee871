import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { until } from '../prometheus/servers.js';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const REPO = fileURLToPath(new URL('../repos/small', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-watch-')));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('aami build --watch', () => {
  it('builds at once, and again for each change', async () => {
    const watching = await start('edits');
    watching.edit('policies/down.yaml', (text) => text.replace('{}', '{ for: 81m }'));
    await watching.builds(2);
    expect(watching.rules()).toContain('81m');
    expect(watching.stderr()).toContain('policies/down.yaml changed');
  });

  it('shows what is wrong, keeps the old output, and goes on when it is repaired', async () => {
    const watching = await start('broken');
    const before = watching.rules();
    watching.edit('policies/down.yaml', (text) => text.replace('{}', '{ for: [ }'));
    await watching.says('1 error');
    expect(watching.rules()).toBe(before);
    watching.edit('policies/down.yaml', (text) => text.replace('{ for: [ }', '{ for: 82m }'));
    await watching.builds(2);
    expect(watching.rules()).toContain('82m');
  });

  it('sees what is made in new folders, and what is gone', async () => {
    const watching = await start('folders');
    mkdirSync(join(watching.repo, 'policies/new/deep'), { recursive: true });
    writeFileSync(join(watching.repo, 'policies/new/deep/muted.yaml'), MUTED);
    await watching.until(() => !watching.rules().includes('grp-prod'));
    watching.edit('policies/new/deep/muted.yaml', (text) => text.replace('enabled: false', 'enabled: true'));
    await watching.until(() => watching.rules().includes('grp-prod'));
    watching.edit('policies/new/deep/muted.yaml', (text) => text.replace('enabled: true', 'enabled: false'));
    await watching.until(() => !watching.rules().includes('grp-prod'));
    rmSync(join(watching.repo, 'policies/new'), { recursive: true });
    await watching.until(() => watching.rules().includes('grp-prod'));
    // A folder of the same name is another one.
    mkdirSync(join(watching.repo, 'policies/new'));
    writeFileSync(join(watching.repo, 'policies/new/muted.yaml'), MUTED);
    await watching.until(() => !watching.rules().includes('grp-prod'));
  });

  it('sees files that an editor replaces', async () => {
    const watching = await start('renames');
    for (const minutes of [83, 84]) {
      const path = join(watching.repo, 'policies/down.yaml');
      const text = readFileSync(path, 'utf8');
      renameSync(path, `${path}~`);
      writeFileSync(`${path}.new`, text.replace(/\{.*\}/, `{ for: ${minutes}m }`));
      renameSync(`${path}.new`, path);
      rmSync(`${path}~`);
      await watching.until(() => watching.rules().includes(`${minutes}m`));
    }
  });

  it('says nothing where no source has changed', async () => {
    const watching = await start('no-source');
    writeFileSync(join(watching.repo, 'README.md'), 'hello');
    mkdirSync(join(watching.repo, '.git'), { recursive: true });
    writeFileSync(join(watching.repo, '.git/index'), '');
    writeFileSync(join(watching.repo, 'build/by-hand'), '');
    watching.edit('policies/down.yaml', (text) => text.replace('{}', '{ for: 85m }'));
    await watching.builds(2);
    expect(watching.rules()).toContain('85m');
    expect(watching.stdout().match(/^Built /gm)).toHaveLength(2);
    expect(watching.stderr()).not.toContain('README.md');
  });

  it('survives that aami.yaml goes and comes', async () => {
    const watching = await start('project');
    const project = join(watching.repo, 'aami.yaml');
    const text = readFileSync(project, 'utf8');
    rmSync(project);
    await watching.says('There is no aami.yaml');
    writeFileSync(project, `${text}\n# again\n`);
    await watching.builds(2);
  });

  it('ends when the whole repo is gone', async () => {
    const watching = await start('gone');
    rmSync(watching.repo, { recursive: true });
    expect(await watching.ended).toEqual([3, null]);
    expect(watching.stderr()).toContain('the folder of the repo is gone');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with exit 0 on %s and leaves nothing behind', async (signal) => {
    const watching = await start(signal);
    watching.stop(signal);
    expect(await watching.ended).toEqual([0, null]);
    expect(leftovers(watching.repo)).toEqual([]);
  });

  it('ends at once in the middle of a verification, with the old output whole', async () => {
    const promtool = join(work, 'promtool');
    const started = join(work, 'promtool-started');
    writeFileSync(
      promtool,
      `#!/bin/sh\n[ "$1" = --version ] && echo "promtool, version 2.42.0" && exit\n[ -e ${work}/slow ] || exit 0\ntouch ${started}\nexec sleep 60\n`,
    );
    chmodSync(promtool, 0o755);
    const watching = await start('verifying', '--promtool', promtool);
    const before = watching.rules();
    writeFileSync(join(work, 'slow'), '');
    watching.edit('policies/down.yaml', (text) => text.replace('{}', '{ for: 86m }'));
    await watching.until(() => existsSync(started));
    watching.stop('SIGINT');
    expect(await watching.ended).toEqual([0, null]);
    expect(watching.rules()).toBe(before);
    expect(leftovers(watching.repo)).toEqual([]);
    expect(watching.stderr()).not.toContain('error');
  });

  it.each([
    [['--format', 'json'], 2, 'has the format pretty alone'],
    [['--group', 'prod'], 2, '--group would replace'],
    [['--promtool', '/nowhere/promtool'], 3, '/nowhere/promtool'],
  ])('does not begin with %j', async (options, code, said) => {
    const watching = spawnWatch('refused', ...options);
    expect(await watching.ended).toEqual([code, null]);
    expect(watching.stderr()).toContain(said);
  });
});

const MUTED = 'apiVersion: aami/v1\nkind: AlertPolicy\ngroup: grp-prod\nalerts: { NodeDown: { enabled: false } }\n';

const leftovers = (repo: string): string[] => readdirSync(repo).filter((name) => name.includes('.aami-'));

/** `aami build --watch` in a repo of its own, once it has built it. */
async function start(name: string, ...options: readonly string[]) {
  const watching = spawnWatch(name, ...options);
  await watching.builds(1);
  return watching;
}

function spawnWatch(name: string, ...options: readonly string[]) {
  const repo = join(work, name);
  cpSync(REPO, repo, { recursive: true });
  const env = { ...process.env, AAMI_CACHE_DIR: join(work, `${name}-cache`) };
  const child = spawn(process.execPath, [AAMI, 'build', '--watch', ...options], { cwd: repo, env });
  running.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    stderr += String(data);
  });
  const when = (holds: () => boolean): Promise<true> =>
    until(`${name} is as wanted; it says ${stdout}${stderr}`, () => Promise.resolve(holds()));
  return {
    repo,
    ended: once(child, 'exit'),
    stop: (signal: NodeJS.Signals) => child.kill(signal),
    stdout: () => stdout,
    stderr: () => stderr,
    until: when,
    says: (text: string) => when(() => stderr.includes(text)),
    builds: (count: number) => when(() => (stdout.match(/^Built [\s\S]*?time/gm) ?? []).length >= count),
    /** The rule files of the output. */
    rules: () => {
      const folder = join(repo, 'build/prometheus/rules');
      const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.yml')) : [];
      return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('');
    },
    edit: (path: string, change: (text: string) => string) => {
      const before = readFileSync(join(repo, path), 'utf8');
      expect(change(before)).not.toBe(before);
      writeFileSync(join(repo, path), change(before));
    },
  };
}
