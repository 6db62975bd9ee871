import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doc } from '../../repo.js';
import { build, type Server, startAlertmanager, until } from './servers.js';

/** Schedules under a real Alertmanager: they keep back what they cover, and nothing else. */

const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-maintenance-')));
const repo = join(work, 'repo');
const config = join(repo, 'build/alertmanager/alertmanager.yml');

/** Who was told of which alert: `prod-team: quiet q1`, each as often as it was. */
const told: string[] = [];
const receiver = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { alerts } = JSON.parse(Buffer.concat(parts).toString()) as { alerts: { labels: Record<string, string> }[] };
    for (const { labels } of alerts) told.push(`${request.url?.slice(1)}: ${labels.alertname} ${labels.instance}`);
    response.end();
  });
});

const ALWAYS = 'schedule: { times: [{ start_time: "00:00", end_time: "24:00" }], time_zone: Europe/Berlin }';
/** The year has no 30th of February, in any zone. */
const NEVER = 'schedule: { days_of_month: [30], months: [february] }';
const MUTED = [
  doc('Maintenance', `name: all-of-quiet\ngroups: [quiet]\n${ALWAYS}`),
  doc('Maintenance', `name: gpus\ntargets: { type: gpu }\n${ALWAYS}`),
  doc('Maintenance', `name: never\ngroups: [loud]\n${NEVER}`),
];

let alertmanager: Server;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  write(
    'aami.yaml',
    doc(
      'Project',
      'name: maintenance\nalertmanager:\n  default_receiver: ops\n  group_by: [alertname]\n  group_wait: 0s\n  group_interval: 1s\n  severities: { critical: { group_by: [alertname, instance] } }',
    ),
  );
  write(
    'groups/all.yaml',
    [
      doc('Group', 'id: quiet\nnotify: { default: [team, ops] }'),
      doc('Group', 'id: below\nparent: quiet'),
      doc('Group', 'id: loud\nnotify: { default: [team, ops] }'),
    ].join('---\n'),
  );
  write(
    'targets/all.yaml',
    [
      doc('Target', 'hostname: q1\ngroups: [below]'),
      doc('Target', 'hostname: l1\ngroups: [loud]\nlabels: { type: cpu }'),
      doc('Target', 'hostname: l2\ngroups: [loud]\nlabels: { type: gpu }'),
    ].join('---\n'),
  );
  write(
    'notifications/receivers.yaml',
    ['ops', 'team']
      .map((name) =>
        doc(
          'Receiver',
          `name: ${name}\nwebhook_configs: [{ url: "http://127.0.0.1:${port}/${name}", send_resolved: false }]`,
        ),
      )
      .join('---\n'),
  );
  write('notifications/maintenances.yaml', MUTED.join('---\n'));
  build(repo, join(work, 'cache'));
  alertmanager = await startAlertmanager(config, join(work, 'data'));
});
afterAll(async () => {
  await alertmanager?.stop();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(work, { recursive: true, force: true });
});

it('amtool takes the configuration', () => {
  const said = execFileSync('amtool', ['check-config', config], { encoding: 'utf8' });
  expect(said).toContain('SUCCESS');
});

it('tells of nothing that a schedule covers now, of all else each receiver once', async () => {
  // What is kept back comes first, and is due before what follows it.
  await raise(alert('Quiet', 'below', 'q1'), alert('Gpu', 'loud', 'l2'), alert('Critical', 'loud', 'l2', 'critical'));
  await raise(alert('Cpu', 'loud', 'l1'));
  await toldWhen(['ops: Cpu l1', 'team: Cpu l1']);
  // Another round of the same routes, a second later.
  await raise(alert('Quiet', 'quiet', 'q0'), alert('Gpu', 'loud', 'l2'));
  await raise(alert('Cpu', 'loud', 'l3'));
  await toldWhen(['ops: Cpu l1', 'ops: Cpu l1', 'ops: Cpu l3', 'team: Cpu l1', 'team: Cpu l1', 'team: Cpu l3']);
});

it('tells the same receivers once the schedules are gone', async () => {
  told.length = 0;
  rmSync(join(repo, 'notifications/maintenances.yaml'));
  build(repo, join(work, 'cache'));
  const reload = await fetch(`${alertmanager.url}/-/reload`, { method: 'POST' });
  expect(reload.status, await reload.text()).toBe(200);
  const wanted = ['Critical l2', 'Gpu l2', 'Quiet q0', 'Quiet q1'].flatMap((one) => [`ops: ${one}`, `team: ${one}`]);
  await until('all are told', async () => wanted.every((one) => told.includes(one)));
});

function alert(alertname: string, group: string, instance: string, severity = 'warning') {
  return { labels: { alertname, group_id: group, instance, severity } };
}

async function raise(...alerts: readonly object[]): Promise<void> {
  const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  expect(response.status).toBe(200);
}

async function toldWhen(wanted: readonly string[]): Promise<void> {
  await until(`${wanted.length} are told`, async () => told.length >= wanted.length);
  expect([...told].sort()).toEqual(wanted);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repo, path)), { recursive: true });
  writeFileSync(join(repo, path), text);
}
