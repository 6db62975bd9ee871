import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { api, build, type Server, startPrometheus, until } from './servers.js';

const EXAMPLE = fileURLToPath(new URL('../../../examples/gpu-cluster', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-prometheus-')));
const output = join(work, 'repo/build');
const folder = join(output, 'prometheus');
const ALERTMANAGER = '127.0.0.1:1';

let prometheus: Server;
beforeAll(async () => {
  const repo = join(work, 'repo');
  cpSync(EXAMPLE, repo, { recursive: true, filter: (path) => !path.endsWith('/build') });
  edit(join(repo, 'aami.yaml'), (text) =>
    text
      .replace('scrape_interval: 15s', 'scrape_interval: 1h')
      .replace('evaluation_interval: 15s', 'evaluation_interval: 1s')
      .replace('alertmanager:9093', ALERTMANAGER),
  );
  build(repo, join(work, 'cache'));
  for (const path of sdFiles()) edit(path, onLoopback);
  prometheus = await startPrometheus(join(folder, 'prometheus.yml'), join(work, 'data'));
});
afterAll(async () => {
  await prometheus?.stop();
  rmSync(work, { recursive: true, force: true });
});

interface SdEntry {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}
interface Rule {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly health: string;
}
interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly Rule[];
}
interface RuleFileYaml {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { alert?: string; record?: string; labels?: Readonly<Record<string, string>> }[];
  }[];
}
interface ActiveTarget {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}

describe('Prometheus takes the output of the example', () => {
  it('every rule file of the manifest, each rule of it, and evaluates them all', async () => {
    const groups = await until('every rule has been evaluated', async () => {
      const { groups: all } = await api<{ groups: readonly RuleGroup[] }>(prometheus, 'rules');
      return all.every(({ rules }) => rules.every(({ health }) => health !== 'unknown')) && all;
    });
    const loaded = groups.flatMap(({ name, file, rules }) =>
      rules.map((rule) => identity(relative(output, file), name, rule.name, rule.labels ?? {})),
    );
    expect(loaded.sort()).toEqual(writtenRules());
    const { counts } = manifest() as { counts: { rules: number } };
    // The manifest counts what aami made of templates; the rest is carried through, or says of which build it is.
    expect(
      groups.filter(({ file }) => !/\/static\/|\/_build\.yml$/.test(file)).flatMap(({ rules }) => rules),
    ).toHaveLength(counts.rules);
    const failed = groups.flatMap(({ rules }) => rules.filter(({ health }) => health !== 'ok'));
    expect(failed).toEqual([]);
  });

  it('every target, in its job, with its labels', async () => {
    const wanted = sdFiles().flatMap((path) => {
      const [job = ''] = relative(join(folder, 'sd'), path).split('/');
      const entries = JSON.parse(readFileSync(path, 'utf8')) as readonly SdEntry[];
      return entries.flatMap(({ targets, labels }) =>
        targets.map((address) => ({ address, labels: sorted({ ...visible(labels), job }) })),
      );
    });
    const { activeTargets, droppedTargets } = await until('every target is discovered', async () => {
      const found = await api<{ activeTargets: readonly ActiveTarget[]; droppedTargets: readonly unknown[] }>(
        prometheus,
        'targets',
      );
      return found.activeTargets.length >= wanted.length && found;
    });
    expect(droppedTargets).toEqual([]);
    const found = activeTargets.map(({ discoveredLabels, labels }) => ({
      address: discoveredLabels.__address__ ?? '',
      labels: sorted(labels),
    }));
    expect(found.sort(byText)).toEqual(wanted.sort(byText));
    expect(new Set(activeTargets.map(({ scrapePool }) => scrapePool))).toEqual(
      new Set(['node-exporter', 'dcgm-exporter']),
    );
  });

  it('the Alertmanager', async () => {
    const urls = await until('the Alertmanager is discovered', async () => {
      const { activeAlertmanagers } = await api<{ activeAlertmanagers: readonly { url: string }[] }>(
        prometheus,
        'alertmanagers',
      );
      return activeAlertmanagers.length > 0 && activeAlertmanagers.map(({ url }) => url);
    });
    expect(urls).toEqual([`http://${ALERTMANAGER}/api/v2/alerts`]);
  });
});

function manifest(): unknown {
  return JSON.parse(readFileSync(join(output, 'aami-manifest.json'), 'utf8'));
}

/** The rules of the files that the manifest lists, read by another than aami. */
function writtenRules(): string[] {
  const { files } = manifest() as { files: Readonly<Record<string, unknown>> };
  const ruleFiles = Object.keys(files).filter((path) => path.startsWith('prometheus/rules/'));
  return ruleFiles
    .flatMap((path) =>
      (parse(readFileSync(join(output, path), 'utf8')) as RuleFileYaml).groups.flatMap(({ name, rules }) =>
        rules.map(({ alert, record, labels }) => identity(path, name, alert ?? record ?? '', labels ?? {})),
      ),
    )
    .sort();
}

function identity(file: string, group: string, rule: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([file, group, rule, sorted(labels)]);
}

function sdFiles(): string[] {
  return readdirSync(join(folder, 'sd'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** The same file, but nothing of it leads off this machine: Prometheus scrapes what it discovers. */
function onLoopback(text: string): string {
  let host = 0;
  return text.replaceAll(/"targets": \["[^"]+:(\d+)"\]/g, (_, port: string) => {
    host += 1;
    return `"targets": ["127.1.${Math.floor(host / 250)}.${(host % 250) + 1}:${port}"]`;
  });
}

function visible(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));
}

function sorted(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  expect(changed, path).not.toBe(text);
  writeFileSync(path, changed);
}
