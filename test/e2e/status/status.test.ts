import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { build, freePort, type Server, startAlertmanager, startPrometheus, until } from '../prometheus/servers.js';

const AAMI = fileURLToPath(new URL('../../../bin/aami.js', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-status-')));
const [repo, live] = [join(work, 'repo'), join(work, 'live')];

let prometheus: Server;
let alertmanager: Server;
beforeAll(async () => {
  for (const [path, text] of Object.entries(REPO)) write(join(repo, path), text);
  build(repo, join(work, 'cache'));
  restore();
  prometheus = await startPrometheus(join(live, 'prometheus/prometheus.yml'), join(work, 'prometheus-data'));
  alertmanager = await startAlertmanager(join(live, 'alertmanager/alertmanager.yml'), join(work, 'alertmanager-data'));
  await until('all is as built', async () => (await status()).report.servers[0]?.targets?.as_built === 2);
});
afterAll(async () => {
  await Promise.all([prometheus?.stop(), alertmanager?.stop()]);
  rmSync(work, { recursive: true, force: true });
});

const RULES = 'prometheus/rules/production-prod.yml';

describe('a stack that runs what was built', () => {
  it('is as built, exit 0, with what there is to know of each server', async () => {
    const { code, report } = await status();
    expect(code).toBe(0);
    expect(report).toMatchObject({
      verdict: 'as-built',
      build: { folder: 'build' },
      servers: [
        {
          kind: 'prometheus',
          url: prometheus.url,
          reachable: true,
          ready: true,
          version: expect.stringMatching(/^\d+\.\d+/),
          reload_failed: false,
          troubles: [],
          rules: { as_built: 5, foreign: 0 },
          targets: { as_built: 2, foreign: 0 },
          config: 'compared',
          drift: [],
        },
        {
          kind: 'alertmanager',
          url: alertmanager.url,
          reachable: true,
          ready: true,
          version: expect.stringMatching(/^\d+\.\d+/),
          config: 'compared',
          drift: [],
        },
      ],
    });
  });

  it('shows targets that are down, which are no drift', async () => {
    const down = await until('the targets were scraped', async () => {
      const [first] = (await status()).report.servers;
      return first?.targets?.down.length === 2 && first.targets.down;
    });
    expect(down[0]).toMatchObject({
      job: 'node-exporter',
      address: '127.0.0.1:1',
      error: expect.stringContaining('refused'),
    });
  });

  it('says so to people', async () => {
    const { code, stdout } = await aami(['status', ...addresses()]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Prometheus ${prometheus.url} as built`);
    expect(stdout).toContain('5 as built');
    expect(stdout).toMatch(/2 servers as built \(build build\)\n$/);
  });
});

describe('what was changed by hand', () => {
  afterEach(async () => {
    restore();
    await reloadBoth();
    await until('all is as built again', async () => (await status()).code === 0);
  });

  it('in a rule: each field, though not the layout of an expression', async () => {
    edit(RULES, (text) =>
      text
        .replace(
          'expr: lab_temperature_celsius{group_id="prod"} > 70',
          'expr: "(lab_temperature_celsius{ group_id=\'prod\' } > 71.0)"',
        )
        .replace('for: 1h', 'for: 2h')
        .replace('team: thermals', 'team: nobody')
        .replace('summary: above 70', 'summary: "hm"'),
    );
    await reloadBoth();
    const drift = await driftWhen((found) => found.length === 2);
    expect(drift).toMatchObject([
      {
        kind: 'rule-differs',
        rule: { file: 'production-prod.yml', name: 'TooHot' },
        fields: [
          { field: 'expr', built: expect.stringContaining('> 70'), running: expect.stringContaining('> 71') },
          { field: 'labels.team', built: 'thermals', running: 'nobody' },
          { field: 'annotations.summary', built: 'above 70', running: 'hm' },
        ],
      },
      { kind: 'rule-differs', rule: { name: 'Warming' }, fields: [{ field: 'for', built: '1h', running: '2h' }] },
    ]);
  });

  it('in the layout alone: nothing', async () => {
    edit(RULES, (text) =>
      text
        .replace(
          'expr: lab_temperature_celsius{group_id="prod"} > 70',
          'expr: "(lab_temperature_celsius{ group_id=\'prod\' } > 70.0)"',
        )
        .replace('for: 1h', 'for: 60m'),
    );
    await reloadBoth();
    expect(await status()).toMatchObject({ code: 0, report: { verdict: 'as-built' } });
  });

  it('in the rules of a file: one more, and one that is gone with its file', async () => {
    edit(RULES, (text) => `${text}      - { alert: ByHand, expr: up == 0 }\n`);
    rmSync(join(live, 'prometheus/rules/static/hand.yml'));
    await reloadBoth();
    expect(await driftWhen((found) => found.length === 2)).toMatchObject([
      { kind: 'rule-not-built', rule: { file: 'production-prod.yml', type: 'alert', name: 'ByHand' } },
      { kind: 'rule-not-running', rule: { file: 'static/hand.yml', type: 'record', name: 'lab:temperature:max' } },
    ]);
  });

  it('in the interval of a group', async () => {
    edit('prometheus/rules/static/hand.yml', (text) => text.replace('interval: 1s', 'interval: 1d'));
    await reloadBoth();
    expect(await driftWhen((found) => found.length === 1)).toMatchObject([
      { kind: 'group-differs', file: 'static/hand.yml', fields: [{ field: 'interval', built: '1s', running: '1d' }] },
    ]);
  });

  it('so that a rule cannot be evaluated', async () => {
    edit(RULES, (text) =>
      text.replace(
        'expr: lab_temperature_celsius{group_id="prod"} > 70',
        'expr: "label_replace(vector(1), \\"a\\", \\"$1\\", \\"\\", \\"(\\")"',
      ),
    );
    await reloadBoth();
    const drift = await driftWhen((found) => found.some(({ kind }) => kind === 'rule-failing'));
    expect(drift).toMatchObject([
      { kind: 'rule-differs', rule: { name: 'TooHot' } },
      { kind: 'rule-failing', rule: { name: 'TooHot' }, error: expect.stringContaining('invalid regular expression') },
    ]);
  });

  it('in the targets: one more, one less, one with another label', async () => {
    const more = '{"targets": ["127.0.0.1:2"], "labels": {"instance": "x1", "target_id": "x1"}}';
    edit('prometheus/sd/node-exporter/prod.json', (text) =>
      text.replace('"target_label_rack":"a"', '"target_label_rack":"b"').replace(/\n\]\n$/, `,\n${more}]`),
    );
    edit('prometheus/sd/node-exporter/dev.json', () => '[]');
    await reloadBoth();
    const drift = await driftWhen((found) => found.length === 3);
    expect(drift).toMatchObject([
      {
        kind: 'target-differs',
        target: { job: 'node-exporter', instance: 'p1' },
        fields: [{ field: 'labels.target_label_rack', built: 'a', running: 'b' }],
      },
      { kind: 'target-not-built', target: { address: '127.0.0.1:2', instance: 'x1' } },
      { kind: 'target-not-scraped', target: { instance: 'd1' } },
    ]);
  });

  it('in the configuration of Prometheus, where a relabelling drops all targets', async () => {
    edit('prometheus/prometheus.yml', (text) =>
      text.replace(
        '  - job_name: node-exporter\n',
        '  - job_name: node-exporter\n    relabel_configs: [{ source_labels: [instance], regex: p1, action: drop }]\n',
      ),
    );
    await reloadBoth();
    const drift = await driftWhen((found) => found.length === 2);
    expect(drift).toMatchObject([
      { kind: 'target-not-scraped', target: { instance: 'p1' }, dropped: true },
      { kind: 'config-differs', part: 'job node-exporter', fields: [{ field: 'relabel_configs', built: null }] },
    ]);
  });

  it('in the routes and receivers of Alertmanager', async () => {
    edit('alertmanager/alertmanager.yml', (text) =>
      text
        .replace(/^ {4}- matchers:\n {8}- group_id="dev"\n(?: {6}.*\n)*/m, '')
        .replace('url: http://127.0.0.1:1/chat', 'url: http://127.0.0.1:1/other')
        .replace('receivers:\n', 'receivers:\n  - name: spy\n'),
    );
    await reloadBoth();
    const { report, code } = await status();
    expect(code).toBe(1);
    expect(report.servers[1]?.drift).toEqual([
      { kind: 'config-not-running', part: 'route {group_id="dev"} to quiet' },
      {
        kind: 'config-differs',
        part: 'receiver chat',
        fields: [
          { field: 'webhook_configs.url', built: 'http://127.0.0.1:1/chat', running: 'http://127.0.0.1:1/other' },
        ],
      },
      { kind: 'config-not-built', part: 'receiver spy' },
    ]);
  });

  it('in a file of its own: it is counted apart, and is no drift', async () => {
    write(
      join(live, 'prometheus/rules/foreign.yml'),
      'groups: [{ name: f, rules: [{ record: a, expr: vector(1) }] }]\n',
    );
    await reloadBoth();
    await until('the foreign rule runs', async () => (await status()).report.servers[0]?.rules?.foreign === 1);
    expect(await status()).toMatchObject({ code: 0, report: { verdict: 'as-built' } });
  });

  it('so that the server refuses to take it: it still runs what was built, and its next start would fail', async () => {
    edit(RULES, () => 'groups: [');
    expect((await fetch(`${prometheus.url}/-/reload`, { method: 'POST' })).status).toBe(500);
    const { code, report, stdout } = await status();
    expect(code).toBe(1);
    expect(report.servers[0]).toMatchObject({ reload_failed: true, drift: [] });
    expect(stdout).toContain('"verdict": "drifted"');
  });
});

describe('a server that does not tell', () => {
  it('because it is not there: exit 3', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, report } = await status(['--prometheus-url', prometheus.url, url]);
    expect(code).toBe(3);
    expect(report.verdict).toBe('unknown');
    expect(report.servers[1]).toEqual({ kind: 'prometheus', url, reachable: false, trouble: 'refuses connections' });
  });

  it.each<[string, RequestListener, string]>([
    ['500 for everything', (_, response) => response.writeHead(500).end('on fire'), 'answers 500: on fire'],
    ['junk', (_, response) => response.end('<html>hello</html>'), 'does not answer as a Prometheus does'],
    [
      'JSON of another kind',
      (_, response) => response.end('{"status": "success", "data": {"groups": 3}}'),
      'a list of rules that is not as Prometheus writes it',
    ],
    ['a redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'sends on to'],
  ])('because it answers %s: exit 3', async (_, answer, trouble) => {
    const broken = await serve(answer);
    try {
      const { code, report } = await status(['--prometheus-url', broken.url]);
      expect(code).toBe(3);
      expect(report).toMatchObject({ verdict: 'unknown', servers: [{ reachable: true }] });
      expect(report.servers[0]?.troubles.join()).toContain(trouble);
    } finally {
      await broken.stop();
    }
  });

  it('because it is slow: exit 3 after the time-out', async () => {
    const slow = await serve(() => undefined);
    try {
      const args = ['status', '--format', 'json', '--prometheus-url', slow.url];
      const { code, stdout } = await aami(args, { env: { PROMETHEUS_RELOAD_TIMEOUT: '2s' } });
      expect(code).toBe(3);
      const { servers } = JSON.parse(stdout) as Report;
      expect(servers[0]).toMatchObject({ reachable: false, trouble: 'does not answer within 2 s' });
    } finally {
      await slow.stop();
    }
  });

  it('does not hide what another one tells: exit 1', async () => {
    const empty = join(work, 'empty.yml');
    writeFileSync(empty, '');
    const other = await startPrometheus(empty, join(work, 'empty-data'));
    try {
      const url = `http://user:geheim@127.0.0.1:${await freePort()}`;
      const { code, report, stdout } = await status(['--prometheus-url', other.url, url]);
      expect(code).toBe(1);
      expect(report.servers[0]).toMatchObject({ config: 'foreign', rules: { as_built: 0 } });
      expect(stdout).not.toContain('geheim');
    } finally {
      await other.stop();
    }
  });
});

describe('what was deployed', () => {
  const folder = join(work, 'deployed');

  it('is shown with its commit, when and by whom, and is what counts where there is no build', async () => {
    mkdirSync(folder);
    const env = { AAMI_DEPLOYED_BY: 'olga' };
    const deployed = await aami(['deploy', '--rule-path', folder, '--no-reload', '--no-validate'], { env });
    expect(deployed.code, deployed.stderr).toBe(0);
    const elsewhere = ['status', '--format', 'json', '--rule-path', folder, '--prometheus-url', prometheus.url];
    const { code, stdout } = await aami(elsewhere, { cwd: work });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'as-built',
      build: { folder },
      servers: [{ rules: { as_built: 5 } }],
      folders: [
        {
          folder,
          deployed: { generation: 1, deployed_by: 'olga', deployed_at: expect.stringMatching(/^\d{4}-.*Z$/) },
          unconfirmed: null,
          generations: [{ generation: 1 }],
        },
      ],
    });
    const told = await aami(['status', '--rule-path', folder, '--prometheus-url', prometheus.url], { cwd: work });
    expect(told.stdout).toMatch(/Live folder .*deployed\n {2}deployed {2}generation 1, .* by olga\n/);
  });

  it('is not taken for what was built once it was changed by hand', async () => {
    writeFileSync(join(folder, 'aami/rules/production-prod.yml'), 'groups: []\n');
    const { code, stderr } = await aami(['status', '--rule-path', folder, '--prometheus-url', prometheus.url], {
      cwd: work,
    });
    expect(code).toBe(3);
    expect(stderr).toContain('was changed by hand');
  });
});

describe('aami status --watch, elsewhere than on a terminal', () => {
  it('tells each change on a line, counts what is built meanwhile, and ends with the code of the last answers', async () => {
    const options = ['status', '--watch', '--interval', '1s', ...addresses()];
    const child = spawn(process.execPath, [AAMI, ...options], { cwd: repo, env: environment() });
    const ended = once(child, 'exit');
    let lines = '';
    child.stdout.on('data', (data) => {
      lines += String(data);
    });
    const told = (text: string) => until(`it says ${text}`, () => Promise.resolve(lines.includes(text)));
    try {
      await told('2 servers as built');
      write(join(repo, 'policies/all.yaml'), document('AlertPolicy', 'scope: global\nalerts: { TooHot: {} }\n'));
      build(repo, join(work, 'cache'));
      await told('2 differences from the build');
      child.kill('SIGINT');
      expect(await ended).toEqual([1, null]);
      expect(lines.trimEnd().split('\n')).toEqual([
        expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 2 servers as built$/),
        expect.stringMatching(/Z 2 differences from the build$/),
      ]);
    } finally {
      child.kill('SIGKILL');
      write(join(repo, 'policies/all.yaml'), REPO['policies/all.yaml'] ?? '');
      build(repo, join(work, 'cache'));
    }
  });

  it('ends at once, though a server is slow to answer', async () => {
    let asked = false;
    const slow = await serve(() => {
      asked = true;
    });
    const child = spawn(process.execPath, [AAMI, 'status', '--watch', '--prometheus-url', slow.url], {
      cwd: repo,
      env: environment(),
    });
    const ended = once(child, 'exit');
    try {
      await until('the server is asked', () => Promise.resolve(asked));
      child.kill('SIGINT');
      expect(await ended).toEqual([3, null]);
    } finally {
      child.kill('SIGKILL');
      await slow.stop();
    }
  });
});

describe('usage', () => {
  it.each([
    [['status'], 'which servers?'],
    [['status', '--prometheus-url', 'nonsense'], 'is no URL'],
    [['status', 'nowhere', '--prometheus-url', 'http://127.0.0.1:1'], 'there is no folder nowhere'],
    [['status', 'rules', '--prometheus-url', 'http://127.0.0.1:1'], 'aami-manifest.json'],
    [['status', '--watch', '--format', 'json', '--prometheus-url', 'http://127.0.0.1:1'], '--watch'],
    [['status', '--interval', '0s', '--prometheus-url', 'http://127.0.0.1:1'], '--interval'],
  ])('%j is refused: exit 2', async (args, said) => {
    const { code, stderr } = await aami(args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});

interface Report {
  readonly verdict: string;
  readonly servers: readonly {
    readonly troubles: readonly string[];
    readonly rules?: { readonly foreign: number } | null;
    readonly targets?: { readonly as_built: number; readonly down: readonly unknown[] } | null;
    readonly drift: readonly { readonly kind: string }[];
  }[];
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const addresses = (): string[] => ['--prometheus-url', prometheus.url, '--alertmanager-url', alertmanager.url];

async function status(servers = addresses()): Promise<Outcome & { readonly report: Report }> {
  const outcome = await aami(['status', '--format', 'json', ...servers]);
  return { ...outcome, report: JSON.parse(outcome.stdout) as Report };
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function aami(args: readonly string[], { cwd = repo, env = {} }: Surroundings = {}): Promise<Outcome> {
  const options = { cwd, env: { ...environment(), ...env } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [AAMI, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function environment(): NodeJS.ProcessEnv {
  const { PROMETHEUS_URL: _, ALERTMANAGER_URL: __, ...inherited } = process.env;
  return { ...inherited, AAMI_CACHE_DIR: join(work, 'cache') };
}

/** The differences of the Prometheus, as soon as they are as wanted; they come with exit 1. */
function driftWhen(
  wanted: (drift: Report['servers'][number]['drift']) => boolean,
): Promise<Report['servers'][number]['drift']> {
  return until('the drift is as wanted', async () => {
    const { code, report } = await status();
    const drift = report.servers[0]?.drift ?? [];
    return code === 1 && wanted(drift) && drift;
  });
}

function restore(): void {
  rmSync(join(live, 'prometheus/rules'), { recursive: true, force: true });
  cpSync(join(repo, 'build'), live, { recursive: true });
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(join(live, path), 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(join(live, path), after);
}

async function reloadBoth(): Promise<void> {
  for (const { url } of [prometheus, alertmanager]) {
    const answer = await fetch(`${url}/-/reload`, { method: 'POST' });
    expect(answer.status, await answer.text()).toBe(200);
  }
}

/** A server that is broken. */
async function serve(answer: RequestListener): Promise<Pick<Server, 'url' | 'stop'>> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function document(kind: string, body: string): string {
  return `apiVersion: aami/v1\nkind: ${kind}\n${body}`;
}

const REPO: Readonly<Record<string, string>> = {
  'aami.yaml': document(
    'Project',
    `name: lab
exporters: { node_exporter: { job: node-exporter, port: 1 } }
prometheus: { global: { scrape_interval: 1s, evaluation_interval: 1s } }
alertmanager: { default_receiver: chat }
`,
  ),
  'groups/lab.yaml': [
    document('Group', 'id: prod\nname: production\nlabels: { team: thermals }\n'),
    document('Group', 'id: dev\nname: development\nnotify: { default: quiet }\n'),
  ].join('---\n'),
  'targets/hosts.yaml': [
    document(
      'Target',
      'hostname: p1\naddress: 127.0.0.1\ngroups: [prod]\nlabels: { rack: a }\nexporters: [node_exporter]\n',
    ),
    document('Target', 'hostname: d1\naddress: 127.0.0.3\ngroups: [dev]\nexporters: [node_exporter]\n'),
  ].join('---\n'),
  'notifications/receivers.yaml': [
    document('Receiver', 'name: chat\nwebhook_configs: [{ url: "http://127.0.0.1:1/chat" }]\n'),
    document('Receiver', 'name: quiet\nwebhook_configs: [{ url: "http://127.0.0.1:1/quiet" }]\n'),
  ].join('---\n'),
  'rules/hand.yml':
    'groups:\n  - name: by_hand\n    interval: 1s\n    rules:\n      - record: lab:temperature:max\n        expr: max(lab_temperature_celsius)\n',
  'policies/all.yaml': document('AlertPolicy', 'scope: global\nalerts: { TooHot: {}, Warming: {} }\n'),
  'templates/thermals.yaml': [
    document(
      'AlertTemplate',
      `name: TooHot
category: thermals
severity: critical
expr: lab_temperature_celsius > \${threshold}
params: { threshold: 70 }
annotations: { summary: "above \${threshold}" }
`,
    ),
    document(
      'AlertTemplate',
      `name: Warming
category: thermals
severity: info
expr: lab_temperature_celsius{sensor="cpu"} > 10
for: 1h
`,
    ),
  ].join('---\n'),
};
