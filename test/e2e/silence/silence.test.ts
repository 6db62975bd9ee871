import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doc } from '../../repo.js';
import { type Server, startAlertmanager, until } from '../prometheus/servers.js';

/** `aami silence` against a real Alertmanager. */

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-silence-')));
const repo = join(work, 'repo');

interface ApiSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly matchers: readonly { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
}

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

let alertmanager: Server;
beforeAll(async () => {
  write(join(work, 'alertmanager.yml'), 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  alertmanager = await startAlertmanager(join(work, 'alertmanager.yml'), join(work, 'data'));
  writeProject([`127.0.0.1:${alertmanager.port}`]);
  write(
    join(repo, 'groups/all.yaml'),
    [
      doc('Group', 'id: prod'),
      doc('Group', 'id: prod-a\nparent: prod'),
      doc('Group', 'id: dev'),
      doc('Group', 'id: rack'),
    ].join('---\n'),
  );
  write(
    join(repo, 'targets/all.yaml'),
    [
      doc('Target', 'id: p1\nhostname: p1.lan\ngroups: [prod-a]\nlabels: { type: gpu }'),
      doc('Target', 'hostname: p2.lan\ngroups: [prod]\nlabels: { type: gpu }'),
      doc('Target', 'hostname: d1\ngroups: [dev, rack]'),
    ].join('---\n'),
  );
});
afterAll(async () => {
  await alertmanager?.stop();
  rmSync(work, { recursive: true, force: true });
});
/** Each test begins without silences. */
beforeEach(async () => {
  for (const { id } of await living()) await fetch(`${alertmanager.url}/api/v2/silence/${id}`, { method: 'DELETE' });
});

describe('aami silence sync', () => {
  it('makes the silences of the windows, leaves them, moves and ends them with the repo', async () => {
    const [now, to] = [inHours(-1), inHours(2)];
    writeWindows(`name: disks\ngroups: [prod]\ncomment: new disks\n${window(now, to)}`, [
      `name: gpus\ntargets: { type: gpu }\n${window(inHours(5), inHours(6))}`,
      `name: over\ngroups: [dev]\n${window(inHours(-3), inHours(-2))}`,
    ]);
    expect(counts(await aami('silence', 'sync'))).toBe('2 created, 0 changed, 0 expired, 0 unchanged');
    const [disks, gpus] = await living();
    expect(disks).toMatchObject({
      status: { state: 'active' },
      createdBy: 'aami',
      comment: 'new disks [aami:silence%20test/disks]',
      matchers: [{ name: 'group_id', value: 'prod|prod-a', isRegex: true, isEqual: true }],
    });
    expect(Date.parse(disks?.endsAt ?? '')).toBe(to);
    expect(gpus).toMatchObject({
      status: { state: 'pending' },
      matchers: [{ name: 'instance', value: 'p1\\.lan|p2\\.lan', isRegex: true, isEqual: true }],
    });

    const before = await everything();
    expect(counts(await aami('silence', 'sync'))).toBe('0 created, 0 changed, 0 expired, 2 unchanged');
    expect(await everything()).toEqual(before);

    const later = inHours(4);
    writeWindows(`name: disks\ngroups: [prod]\ncomment: new disks\n${window(now, later)}`, [
      `name: gpus\ntargets: { type: gpu }\n${window(inHours(7), inHours(8))}`,
    ]);
    expect(counts(await aami('silence', 'sync'))).toBe('0 created, 2 changed, 0 expired, 0 unchanged');
    const moved = await living();
    expect(moved.map(({ id }) => id)).toEqual([disks?.id, gpus?.id]);
    expect(Date.parse(moved[0]?.endsAt ?? '')).toBe(later);
    expect(Date.parse(moved[1]?.startsAt ?? '')).toBe(inHours(7));

    writeWindows(`name: disks\ngroups: [dev]\ncomment: new disks\n${window(now, later)}`);
    expect(counts(await aami('silence', 'sync'))).toBe('0 created, 1 changed, 1 expired, 0 unchanged');
    expect((await living()).map(({ matchers }) => matchers[0]?.value)).toEqual(['dev']);
    expect(counts(await aami('silence', 'sync'))).toBe('0 created, 0 changed, 0 expired, 1 unchanged');
  });

  it('touches no silence that others made, not even for another project', async () => {
    const foreign = [
      await post({ createdBy: 'sam', comment: 'lunch' }),
      await post({ createdBy: 'aami', comment: 'no marker' }),
      await post({ createdBy: 'sam', comment: 'x [aami:silence%20test/disks]' }),
      await post({ createdBy: 'aami', comment: 'x [aami:other/disks]' }),
    ];
    const gone = await post({ createdBy: 'aami', comment: 'x [aami:silence%20test/gone]' });
    writeWindows(`name: disks\ngroups: [dev]\n${window(inHours(1), inHours(2))}`);
    const ran = await aami('silence', 'sync', '--format', 'json');
    const { steps } = JSON.parse(ran.stdout) as { steps: { action: string; id: string; maintenance: string }[] };
    expect(steps.map(({ action, maintenance }) => `${action} ${maintenance}`)).toEqual(['create disks', 'expire gone']);
    expect(steps[1]?.id).toBe(gone);
    const ids = (await living()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(foreign));
    expect(ids).toHaveLength(foreign.length + 1);
  });

  it('--dry-run says what it would do and does nothing', async () => {
    const gone = await post({ createdBy: 'aami', comment: 'x [aami:silence%20test/gone]' });
    writeWindows(`name: disks\ngroups: [dev]\n${window(inHours(1), inHours(2))}`);
    const before = await everything();
    const { stdout, exit } = await aami('silence', 'sync', '--dry-run');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^would be created {2}disks .*group_id="dev"\nwould be expired {2}gone /);
    expect(stdout).toContain('there would be: 1 created, 0 changed, 1 expired, 0 unchanged');
    expect(await everything()).toEqual(before);
    expect((await living()).map(({ id }) => id)).toEqual([gone]);
  });

  it('does nothing with a repo that has errors', async () => {
    writeWindows(`name: disks\ngroups: [dve]\n${window(inHours(1), inHours(2))}`);
    const { exit, stderr } = await aami('silence', 'sync');
    expect(exit).toBe(1);
    expect(stderr).toContain('reference/unknown-group');
    expect(await living()).toEqual([]);
  });
});

describe('aami silence add, list and expire', () => {
  it('silence a target until it is undone', async () => {
    writeWindows();
    await raise({ instance: 'p1.lan' }, { instance: 'p2.lan' });
    const added = await aami('silence', 'add', 'p1', '--for', '2h', '--comment', 'a new fan', '--author', 'sam');
    expect(added).toMatchObject({ exit: 0, stderr: '' });
    const [silence] = await living();
    expect(added.stdout).toContain(`aami silence expire ${silence?.id}`);
    expect(silence).toMatchObject({ createdBy: 'sam', comment: 'a new fan' });
    expect(Date.parse(silence?.endsAt ?? '') - Date.parse(silence?.startsAt ?? '')).toBeCloseTo(7_200_000, -4);
    await statesWhen({ 'p1.lan': 'suppressed', 'p2.lan': 'active' });

    const { stdout } = await aami('silence', 'list');
    expect(stdout).toContain(`${silence?.id}  until `);
    expect(stdout).toContain('  instance="p1.lan"\n  sam: a new fan\n');

    expect(await aami('silence', 'expire', silence?.id ?? '')).toMatchObject({ exit: 0, stderr: '' });
    await statesWhen({ 'p1.lan': 'active', 'p2.lan': 'active' });
    expect((await aami('silence', 'list')).stdout).toBe(`No silences at ${alertmanager.url}\n`);
    expect((await aami('silence', 'expire', silence?.id ?? '')).stdout).toBe(`${silence?.id} had expired already\n`);
  });

  it('silence a group with those below it', async () => {
    const { stdout } = await aami('silence', 'add', 'prod', '--for', '30m', '--comment', 'x', '--format', 'json');
    const [silence, ...more] = (JSON.parse(stdout) as Added).silences;
    expect(silence?.matchers).toEqual(['group_id=~"prod|prod-a"']);
    expect(more).toEqual([]);
    expect((await living()).map(({ id }) => id)).toEqual([silence?.id]);
  });

  it('silence the hosts of a rack, whose alerts belong to other groups', async () => {
    await raise(
      { instance: 'd1', group_id: 'dev' },
      { instance: 'd2', group_id: 'dev' },
      { instance: 'the rack', group_id: 'rack' },
    );
    const { stdout } = await aami('silence', 'add', 'rack', '--for', '30m', '--comment', 'power');
    await statesWhen({ d1: 'suppressed', 'the rack': 'suppressed', d2: 'active' });
    const undo = /undo {4}aami (.*)/.exec(stdout)?.[1]?.split(' ') ?? [];
    expect(await aami(...undo)).toMatchObject({ exit: 0, stderr: '' });
    await statesWhen({ d1: 'active', 'the rack': 'active', d2: 'active' });
  });

  it('end none where one is unknown', async () => {
    const known = await post({ createdBy: 'sam', comment: 'x' });
    const { exit, stderr } = await aami('silence', 'expire', known, 'no-such-id');
    expect(exit).toBe(2);
    expect(stderr).toContain('has no silence no-such-id');
    expect((await living()).map(({ id }) => id)).toEqual([known]);
  });

  it.each([
    [['add', 'prdo', '--for', '2h', '--comment', 'x'], 'hint: Did you mean `prod`?'],
    [['add', 'prod', '--for', 'long', '--comment', 'x'], 'long is not a duration'],
    [['add', 'prod', '--for', '2h', '--comment', ' '], 'the comment is empty'],
    [['add', 'prod', '--for', '2h'], "required option '--comment <text>' not specified"],
  ])('%j is refused', async (args, said) => {
    const { exit, stderr } = await aami('silence', ...args);
    expect(exit).toBe(2);
    expect(stderr).toContain(said);
    expect(await living()).toEqual([]);
  });
});

describe('which Alertmanager', () => {
  it('the first of the repo that answers', async () => {
    writeProject(['127.0.0.1:1', `127.0.0.1:${alertmanager.port}`]);
    expect((await aami('silence', 'list')).stdout).toBe(`No silences at ${alertmanager.url}\n`);
  });

  it('none that answers: exit 3, and no password in what is said', async () => {
    const url = `http://sam:hunter2@127.0.0.1:${alertmanager.port}/elsewhere?token=hunter2`;
    for (const { exit, stdout, stderr } of [
      await aami('silence', 'list', '--alertmanager', url),
      await run(['silence', 'list', '--debug'], { AAMI_ALERTMANAGER_URL: url }),
    ]) {
      expect(exit).toBe(3);
      expect(stderr).toContain(`error: ${alertmanager.url}/elsewhere answers 404`);
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });

  it('none named', async () => {
    const { exit, stderr } = await run(['silence', 'list', '-C', work], {});
    expect(exit).toBe(2);
    expect(stderr).toContain('--alertmanager <url>');
  });
});

const aami = (...args: readonly string[]): Promise<Ran> => run(args, {});

function run(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ran> {
  const { AAMI_ALERTMANAGER_URL: _, ...inherited } = process.env;
  const env = { ...inherited, AAMI_CACHE_DIR: join(work, 'cache'), ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, [AAMI, ...args], { cwd: repo, env }, (error, stdout, stderr) =>
      resolve({ exit: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const counts = ({ stdout, stderr }: Ran): string => /: (\d+ created.*)\n$/.exec(stdout)?.[1] ?? stdout + stderr;

async function everything(): Promise<readonly ApiSilence[]> {
  const response = await fetch(`${alertmanager.url}/api/v2/silences`);
  const silences = (await response.json()) as ApiSilence[];
  return silences.sort((a, b) => (a.startsAt + a.id < b.startsAt + b.id ? -1 : 1));
}

const living = async (): Promise<readonly ApiSilence[]> =>
  (await everything()).filter(({ status }) => status.state !== 'expired');

/** A silence that somebody else makes. */
async function post(who: { readonly createdBy: string; readonly comment: string }): Promise<string> {
  const matchers = [{ name: 'instance', value: 'elsewhere', isRegex: false, isEqual: true }];
  const times = { startsAt: new Date().toISOString(), endsAt: new Date(inHours(9)).toISOString() };
  const response = await fetch(`${alertmanager.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...who, matchers, ...times }),
  });
  return ((await response.json()) as { silenceID: string }).silenceID;
}

interface Added {
  readonly silences: readonly { readonly id: string; readonly matchers: readonly string[] }[];
}

async function raise(...alerts: readonly Readonly<Record<string, string>>[]): Promise<void> {
  await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((labels) => ({ labels: { alertname: 'NodeDown', ...labels } }))),
  });
}

function statesWhen(wanted: Readonly<Record<string, string>>): Promise<true> {
  return until(`the alerts are ${JSON.stringify(wanted)}`, async () => {
    const response = await fetch(`${alertmanager.url}/api/v2/alerts`);
    const alerts = (await response.json()) as { labels: { instance: string }; status: { state: string } }[];
    const states = new Map(alerts.map(({ labels, status }) => [labels.instance, status.state]));
    return Object.entries(wanted).every(([instance, state]) => states.get(instance) === state) && true;
  });
}

/** To the minute, so that the tests find again what they wrote. */
const START = Math.floor(Date.now() / 60_000) * 60_000;
function inHours(hours: number): number {
  return START + hours * 3_600_000;
}

function window(start: number, end: number): string {
  return `start: ${new Date(start).toISOString()}\nend: ${new Date(end).toISOString()}`.replaceAll('.000Z', 'Z');
}

function writeWindows(first?: string, more: readonly string[] = []): void {
  const all = [...(first === undefined ? [] : [first]), ...more].map((body) => doc('Maintenance', body));
  write(join(repo, 'notifications/windows.yaml'), all.join('---\n'));
}

function writeProject(alertmanagers: readonly string[]): void {
  const list = JSON.stringify(alertmanagers);
  write(join(repo, 'aami.yaml'), doc('Project', `name: silence test\nprometheus: { alertmanagers: ${list} }`));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
