import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ALERTMANAGER_CONFIG } from '../../../src/emit/alertmanager/index.js';
import type { Labels } from '../../alertmanager/routing.js';
import { alertTemplate, compileFiles, doc, type Files } from '../../repo.js';
import { type Server, startAlertmanager, until } from '../prometheus/servers.js';

/** The alerts that a real Alertmanager holds back, by the rules that aami compiled. */

const ALERTS = [
  'NodeDown',
  'HighMemoryUsage',
  'FilesystemInodesLow',
  'NvlinkCrcRate',
  'DcgmExporterDown',
  'DcgmNoGpuSeries',
  'GpuXidCritical',
  'GpuCountLow',
  'GpuEccDoubleBit',
  'RackHot',
];

const REPO: Files = {
  'aami.yaml': doc(
    'Project',
    `name: live
libraries: [node, nvidia-gpu]
exporters:
  node_exporter: { job: node-exporter, port: 9100 }
  dcgm_exporter: { job: dcgm-exporter, port: 9400 }
alertmanager: { default_receiver: nobody, notify: { default: nobody } }
`,
  ),
  'notifications/nobody.yaml': doc('Receiver', 'name: nobody'),
  'groups/g.yaml': [doc('Group', 'id: prod'), doc('Group', 'id: dev')].join('---\n'),
  'targets/t.yaml': [
    doc('TargetSet', 'hosts: "n[1-2]"\ngroups: [prod]\nexporters: [node_exporter, dcgm_exporter]'),
    doc('Target', 'hostname: d1\ngroups: [dev]\nexporters: [node_exporter, dcgm_exporter]'),
  ].join('---\n'),
  'templates/rack.yaml': alertTemplate(
    'RackHot',
    'count(rack_celsius > ${at}) > 0',
    'aggregate: true\nparams: { at: 30 }\nlevels: { critical: { config: { at: 40 } }, warning: {} }',
  ),
  'policies/p.yaml': doc(
    'AlertPolicy',
    `groups: [prod, dev]\nalerts: { ${ALERTS.map((name) => `${name}: {}`).join(', ')} }`,
  ),
  'rules/own.yml': `groups:
  - name: own
    rules:
      - { alert: Draughty, expr: "draught{group_id=\\"dev\\"} > 1", labels: { severity: warning, group_id: dev, by: dev } }
      - { alert: Draughty, expr: "draught > 2", labels: { severity: warning } }
      - { alert: Draughty, expr: "draught > 9", labels: { severity: critical } }
`,
};

let stopAll: (() => Promise<void>) | undefined;
afterEach(async () => stopAll?.());

async function alertmanager(): Promise<Server> {
  const { files, findings } = await compileFiles(REPO);
  expect(findings).toEqual([]);
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-inhibition-')));
  const config = join(work, 'alertmanager.yml');
  writeFileSync(config, files.find(({ path }) => path === ALERTMANAGER_CONFIG)?.content ?? '');
  const server = await startAlertmanager(config, join(work, 'data'));
  stopAll = async () => {
    await server.stop();
    rmSync(work, { recursive: true, force: true });
  };
  return server;
}

interface Held {
  readonly labels: Labels;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** `name severity label=value …` as labels; a target brings its group along. */
function labelsOf(text: string): Labels {
  const [alertname = '', severity = '', ...rest] = text.split(' ');
  const labels = Object.fromEntries(rest.map((pair) => pair.split('='))) as Record<string, string>;
  const { instance } = labels;
  if (instance !== undefined) labels.group_id ??= instance === 'd1' ? 'dev' : 'prod';
  return { ...labels, alertname, severity };
}

/** Alertmanager looks at alerts in the order in which they are sent: when the last one counts, all do. */
const LAST = ['HighMemoryUsage info instance=last', 'NodeDown critical instance=last'] as const;

/** Sends alerts, of which those that begin with `- ` are to be inhibited, and no others. */
async function expectInhibited(...lines: readonly string[]): Promise<void> {
  const server = await alertmanager();
  const texts = lines.map((line) => line.replace(/^- /, ''));
  const alerts = [...texts, ...LAST].map((text) => ({ labels: labelsOf(text), startsAt: new Date().toISOString() }));
  const headers = { 'content-type': 'application/json' };
  const posted = await fetch(`${server.url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) });
  expect(posted.status, await posted.text()).toBe(200);
  const silent = await until('the last alert is inhibited', async () => {
    const held = (await (await fetch(`${server.url}/api/v2/alerts`)).json()) as readonly Held[];
    const inhibited = held.filter(({ status }) => status.inhibitedBy.length > 0).map(({ labels }) => key(labels));
    return inhibited.includes(key(labelsOf(LAST[0]))) && new Set(inhibited);
  });
  expect(texts.map((text) => (silent.has(key(labelsOf(text))) ? `- ${text}` : text))).toEqual(lines);
}

const key = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

describe('a real Alertmanager', () => {
  it('holds back the lower severities of an alert on the same object, and no other', () =>
    expectInhibited(
      'HighMemoryUsage critical instance=n1',
      '- HighMemoryUsage warning instance=n1',
      'HighMemoryUsage warning instance=n2',
      'FilesystemInodesLow warning instance=n1 mountpoint=/',
      'FilesystemInodesLow critical instance=n1 mountpoint=/data',
      '- FilesystemInodesLow warning instance=n1 mountpoint=/data',
      'NvlinkCrcRate critical instance=n1 gpu=0 UUID=GPU-a',
      '- NvlinkCrcRate warning instance=n1 gpu=0 UUID=GPU-a',
      'NvlinkCrcRate warning instance=n1 gpu=1 UUID=GPU-b',
      'NvlinkCrcRate warning instance=n1',
      'RackHot critical group_id=prod',
      '- RackHot warning group_id=prod',
      'RackHot warning group_id=dev',
    ));

  it('holds back what is said of a node that is down', () =>
    expectInhibited(
      'NodeDown critical instance=n1',
      '- HighMemoryUsage critical instance=n1',
      '- Draughty warning instance=n1',
      '- DcgmExporterDown critical instance=n1',
      'HighMemoryUsage critical instance=n2',
      'NodeDown critical instance=n2 cluster=b',
      'HighMemoryUsage critical instance=d1 cluster=b',
      'RackHot warning group_id=prod',
    ));

  it('holds back what follows from a GPU that fell off the bus, or from an exporter that hangs', () =>
    expectInhibited(
      'GpuXidCritical critical instance=n1 gpu=0 xid=79',
      '- GpuCountLow critical instance=n1',
      'GpuEccDoubleBit critical instance=n1 gpu=1',
      'GpuXidCritical critical instance=n1 gpu=1 xid=48',
      'GpuXidCritical critical instance=n2 gpu=0 xid=48',
      'GpuCountLow critical instance=n2',
      'DcgmExporterDown critical instance=d1',
      '- DcgmNoGpuSeries critical instance=d1',
    ));

  it('holds back the fleet’s hand-written alert where the group has its own', () =>
    expectInhibited(
      'Draughty warning instance=d1 by=dev',
      '- Draughty warning instance=d1',
      'Draughty warning instance=n1',
      'Draughty critical instance=n2',
      '- Draughty warning instance=n2',
    ));
});
