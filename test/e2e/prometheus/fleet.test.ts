import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, build, type Server, startNodeExporter, startPrometheus, until } from './servers.js';

const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-fleet-')));
const repo = join(work, 'repo');
const cache = join(work, 'cache');
const servers: Server[] = [];

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
  readonly activeAt: string;
}

/** Two hosts of two groups, each with two sensors. */
const METRICS = {
  p1: { cpu: 75, inlet: 40 },
  d1: { cpu: 95, inlet: 40 },
};

let prometheus: Server;
beforeAll(async () => {
  const exporters = new Map<string, Server>();
  for (const [host, sensors] of Object.entries(METRICS)) {
    const folder = join(work, host);
    write(
      join(folder, 'sensors.prom'),
      Object.entries(sensors)
        .map(([sensor, celsius]) => `lab_temperature_celsius{sensor="${sensor}"} ${celsius}\n`)
        .join(''),
    );
    const exporter = await startNodeExporter(folder);
    servers.push(exporter);
    exporters.set(host, exporter);
  }
  write(
    join(repo, 'targets/hosts.yaml'),
    [target('p1', 'prod', exporters), target('d1', 'dev', exporters)].join('---\n'),
  );
  for (const [path, text] of Object.entries(REPO)) write(join(repo, path), text);
  writePolicies({ production: 70, severity: 'warning' });
  build(repo, cache);
  prometheus = await startPrometheus(join(repo, 'build/prometheus/prometheus.yml'), join(work, 'data'));
  servers.push(prometheus);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(work, { recursive: true, force: true });
});

describe('a fleet under a real Prometheus', () => {
  it('each target fires by the threshold of its group, once, and by that of the narrowing where there is one', async () => {
    const alerts = await alertsWhen((all) => all.filter(isFiring).length >= 3);
    expect(alerts.filter(isFiring).map(told)).toEqual([
      'd1 cpu TooHot critical dev: above 90',
      'p1 cpu TooHot warning prod: above 70',
      'p1 inlet TooHot warning prod override=sensor=inlet: above 30',
    ]);
    expect(alerts.find(isFiring)?.labels).toEqual({
      alertname: 'TooHot',
      instance: 'd1',
      job: 'node-exporter',
      sensor: 'cpu',
      severity: 'critical',
      namespace: 'lab',
      team: 'thermals',
      group: 'development',
      group_id: 'dev',
      groups: 'dev',
      target_id: 'd1',
      target_label_type: 'gpu',
    });
  });

  it('a changed threshold keeps pending and firing alerts; a changed severity begins anew', async () => {
    const before = await alertsWhen((all) => all.length >= 5);
    expect(before.filter((alert) => !isFiring(alert)).map(told)).toEqual([
      'd1 cpu Warming info dev: above 10',
      'p1 cpu Warming info prod: above 10',
    ]);
    writePolicies({ production: 65, severity: 'critical' });
    build(repo, cache);
    const reload = await fetch(`${prometheus.url}/-/reload`, { method: 'POST' });
    expect(reload.status, await reload.text()).toBe(200);

    const after = await alertsWhen(
      (all) => all.filter(isFiring).length >= 3 && all.some(({ annotations }) => annotations.summary === 'above 65'),
    );
    expect(after.map(told)).toEqual([
      'd1 cpu TooHot critical dev: above 90',
      'd1 cpu Warming info dev: above 10',
      'p1 cpu TooHot warning prod: above 65',
      'p1 cpu Warming info prod: above 11',
      'p1 inlet TooHot critical prod override=sensor=inlet: above 30',
    ]);
    const sinceBefore = new Map(before.map((alert) => [key(alert), alert.activeAt]));
    const kept = after.filter((alert) => sinceBefore.get(key(alert)) === alert.activeAt);
    expect(kept.map(key)).toEqual(['d1 cpu TooHot', 'd1 cpu Warming', 'p1 cpu TooHot', 'p1 cpu Warming']);
  });
});

/** The alerts of the API, in order, as soon as they are as wanted. */
function alertsWhen(wanted: (alerts: readonly Alert[]) => boolean): Promise<Alert[]> {
  return until('the alerts are as wanted', async () => {
    const { alerts } = await api<{ alerts: Alert[] }>(prometheus, 'alerts');
    return wanted(alerts) && alerts.sort((a, b) => (told(a) < told(b) ? -1 : 1));
  });
}

const isFiring = ({ state }: Alert): boolean => state === 'firing';

const key = ({ labels }: Alert): string => `${labels.instance} ${labels.sensor} ${labels.alertname}`;

function told({ labels, annotations }: Alert): string {
  const { instance, sensor, alertname, severity, group_id, override } = labels;
  const cell = override === undefined ? '' : ` override=${override}`;
  return `${instance} ${sensor} ${alertname} ${severity} ${group_id}${cell}: ${annotations.summary}`;
}

function target(host: string, group: string, exporters: ReadonlyMap<string, Server>): string {
  return document(
    'Target',
    `hostname: ${host}
address: 127.0.0.1
groups: [${group}]
labels: { type: gpu }
exporters: [{ type: node_exporter, port: ${exporters.get(host)?.port} }]
`,
  );
}

function writePolicies({ production, severity }: { production: number; severity: string }): void {
  write(
    join(repo, 'policies/thermals.yaml'),
    [
      document('AlertPolicy', 'scope: global\nalerts: { TooHot: {}, Warming: {} }\n'),
      document('AlertPolicy', 'group: dev\nalerts: { TooHot: { config: { threshold: 90 }, severity: critical } }\n'),
      document(
        'AlertPolicy',
        `group: prod
alerts:
  TooHot: { config: { threshold: ${production} } }
  Warming: { config: { threshold: ${production === 70 ? 10 : 11} } }
`,
      ),
      document(
        'AlertPolicy',
        `group: prod
series: { sensor: inlet }
alerts: { TooHot: { config: { threshold: 30 }, severity: ${severity} } }
`,
      ),
    ].join('---\n'),
  );
}

function document(kind: string, body: string): string {
  return `apiVersion: aami/v1\nkind: ${kind}\n${body}`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const REPO: Readonly<Record<string, string>> = {
  'aami.yaml': document(
    'Project',
    `name: fleet
exporters:
  node_exporter: { job: node-exporter, port: 9100 }
prometheus:
  global: { scrape_interval: 1s, evaluation_interval: 1s }
`,
  ),
  'groups/fleet.yaml': [
    document('Group', 'id: lab\nnamespace: lab\nlabels: { team: thermals }\n'),
    document('Group', 'id: prod\nname: production\nparent: lab\n'),
    document('Group', 'id: dev\nname: development\nparent: lab\n'),
  ].join('---\n'),
  'templates/thermals.yaml': [
    document(
      'AlertTemplate',
      `name: TooHot
category: thermals
severity: warning
expr: lab_temperature_celsius > \${threshold}
params: { threshold: 80 }
annotations: { summary: "above \${threshold}" }
`,
    ),
    document(
      'AlertTemplate',
      `name: Warming
category: thermals
severity: info
expr: lab_temperature_celsius{sensor="cpu"} > \${threshold}
for: 1h
params: { threshold: 10 }
annotations: { summary: "above \${threshold}" }
`,
    ),
  ].join('---\n'),
};
