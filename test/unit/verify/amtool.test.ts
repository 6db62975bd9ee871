import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheIn } from '../../../src/cache/cache.js';
import { findVerifier, verifyFiles } from '../../../src/verify/index.js';
import { compileFiles, doc, type Files } from '../../repo.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aami-amtool-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const repo = (alertmanager: string, notifications: string, group = ''): Files => ({
  'aami.yaml': doc('Project', `name: test\nalertmanager: { default_receiver: ops${alertmanager} }`),
  'groups/a.yaml': doc('Group', `id: a\n${group}`),
  'notifications/a.yaml': notifications,
});
const OPS = doc('Receiver', 'name: ops\nwebhook_configs: [{ url: "http://bridge:8080/hook" }]');

/** What the real amtool says of what a repo compiles to, as `the text it points at: message`. */
async function refusals(files: Files): Promise<string[]> {
  const { model, files: compiled, findings } = await compileFiles(files);
  if (model === null) throw new Error(JSON.stringify(findings));
  for (const { path, content } of compiled) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const cache = cacheIn(join(root, 'cache'));
  const search = { mode: 'strict', promtool: null, amtool: null, alertmanager: true, env: process.env, cache } as const;
  const verifier = await findVerifier(search);
  const tool = verifier.kind === 'tools' ? verifier.tools.find(({ name }) => name === 'amtool') : undefined;
  if (tool === undefined) throw new Error('these tests need amtool');
  const said = await verifyFiles({ folder: root, files: compiled, repo: model.repo, tool, cache });
  expect(said.checked + said.remembered).toBe(1);
  return said.findings.map(({ code, message, span }) => {
    expect(code).toBe('verify/amtool');
    const text = span === null ? '' : (files[span.file] ?? '').slice(span.start, span.end);
    return `${span?.file}: ${text}: ${message}`;
  });
}

describe('amtool, about what aami accepts', () => {
  it('is content, and is asked once', async () => {
    expect(await refusals(repo('', OPS))).toEqual([]);
    expect(await refusals(repo('', OPS))).toEqual([]);
  });

  it('is blamed on the setting of the receiver that it does not know', async () => {
    const second = doc('Receiver', 'name: pager\npagerduty_configs:\n  - routing_key_file: /x\n    clint: aami');
    expect(await refusals(repo('', `${OPS}---\n${second}`))).toEqual([
      'notifications/a.yaml: clint: amtool says: field clint not found in type config.plain',
    ]);
  });

  it('is blamed on a value that it quotes', async () => {
    const bad = doc('Receiver', 'name: ops\nwebhook_configs: [{ url: "bridge:8080/hook" }]');
    expect(await refusals(repo('', bad))).toEqual([
      'notifications/a.yaml: "bridge:8080/hook": amtool says: unsupported scheme "bridge" for URL',
    ]);
  });

  it('is blamed on the integration that lacks something', async () => {
    const slack = doc('Receiver', 'name: ops\nslack_configs: [{ channel: "#a" }]');
    expect(await refusals(repo('', slack))).toEqual([
      'notifications/a.yaml: { channel: "#a" }: amtool says: no global Slack API URL set either inline or in a file',
    ]);
    const mail = doc('Receiver', 'name: ops\nemail_configs: [{ to: a@example.com }]');
    expect(await refusals(repo('', mail))).toEqual([
      'notifications/a.yaml: { to: a@example.com }: amtool says: no global SMTP smarthost set',
    ]);
  });

  it('is blamed on the one among many integrations that it neither names nor quotes', async () => {
    const tls = (version: string): string =>
      `url: "http://bridge:8080/hook", http_config: { tls_config: { min_version: ${version} } }`;
    const others = ['a', 'b', 'c'].map((name) =>
      doc('Receiver', `name: ${name}\nwebhook_configs: [{ ${tls('TLS12')} }]`),
    );
    const bad = doc('Receiver', `name: bad\nwebhook_configs: [{ ${tls('TLS12')} }, { ${tls('TLS9')} }]`);
    const mail = doc(
      'Receiver',
      'name: mail\nemail_configs: [{ to: a@example.com, smarthost: "b:25", from: a@b }, { to: c@d }]',
    );
    expect(await refusals(repo('', [OPS, ...others, bad].join('---\n')))).toEqual([
      `notifications/a.yaml: { ${tls('TLS9')} }: amtool says: unknown TLS version: TLS9`,
    ]);
    expect(await refusals(repo('', [OPS, mail].join('---\n')))).toEqual([
      'notifications/a.yaml: { to: c@d }: amtool says: no global SMTP smarthost set',
    ]);
    expect(await refusals(repo(', global: { http_config: { tls_config: { min_version: TLS9 } } }', OPS))).toEqual([
      'aami.yaml: { http_config: { tls_config: { min_version: TLS9 } } }: amtool says: unknown TLS version: TLS9',
    ]);
  });

  it('is blamed on the global settings of the Project', async () => {
    expect(await refusals(repo(', global: { slack_api_ulr_file: /x }', OPS))).toEqual([
      'aami.yaml: slack_api_ulr_file: amtool says: field slack_api_ulr_file not found in type config.plain',
    ]);
  });

  it('is blamed on labels that are grouped by', async () => {
    expect(await refusals(repo('', OPS, 'alertmanager: { group_by: ["...", alertname] }'))).toEqual([
      'groups/a.yaml: "...": amtool says: cannot have wildcard group_by (`...`) and other other labels at the same time',
    ]);
    expect(await refusals(repo('', OPS, 'alertmanager: { group_by: [team, zone, zone] }'))).toEqual([
      'groups/a.yaml: zone: amtool says: duplicated label "zone" in group_by',
    ]);
  });
});
