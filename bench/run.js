// Measures the figures of the design on a generated fleet, as ratios in one run. Needs `npm run build` and promtool.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFleet } from './fleet.js';
import { median, printReport, report } from './report.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const aami = join(root, 'bin/aami.js');
const scratch = mkdtempSync(join(tmpdir(), 'aami-bench-'));
const rssFile = join(scratch, 'rss');
const full = { groups: 1000, alerts: 50, targets: 10_000, checks: 5 };

/** Wall seconds and peak memory of one process that must succeed. */
function run(command, args, env = {}) {
  const before = process.hrtime.bigint();
  const result = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 });
  const seconds = Number(process.hrtime.bigint() - before) / 1e9;
  if (result.status !== 0)
    throw new Error(`${command} ${args[0]} failed:\n${result.stdout}${result.stderr}`.slice(0, 4000));
  return seconds;
}

const times = (count, action) => median(Array.from({ length: count }, action));

function build(repo, output, ...options) {
  const preload = ['--import', join(root, 'bench/report-rss.js')];
  const seconds = run(process.execPath, [...preload, aami, 'build', '-C', repo, '-o', output, ...options], {
    AAMI_BENCH_RSS: rssFile,
  });
  return { seconds, mebibytes: Number(readFileSync(rssFile, 'utf8')) / 1024 };
}

/** From nothing: no earlier output, no memory of one. Folders of its own: the disk is slow after a mass deletion. */
function coldBuild(repo, ...options) {
  process.env.AAMI_CACHE_DIR = mkdtempSync(join(scratch, 'cache-'));
  const output = join(mkdtempSync(join(scratch, 'output-')), 'build');
  return { ...build(repo, output, ...options), output };
}

function git(dir, ...args) {
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  run('git', ['-C', dir, ...author, ...args]);
}

function fleet(name, size) {
  const dir = join(scratch, name);
  writeFleet(dir, size);
  return dir;
}

try {
  const large = fleet('large', full);
  const cold = Array.from({ length: 3 }, () => coldBuild(large, '--verify', 'off'));
  const rules = join(cold.at(-1).output, 'prometheus/rules');
  const files = readdirSync(rules)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(rules, name));
  const promtool = times(3, () => run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ...files]));
  const buildSeconds = median(cold.map((one) => one.seconds));
  report('build --verify off against promtool check rules', buildSeconds / promtool, 0.4);
  report('peak memory', median(cold.map((one) => one.mebibytes)), 700, ' MiB');

  const half = fleet('half', { ...full, groups: full.groups / 2, targets: full.targets / 2 });
  report('twice the groups', buildSeconds / times(3, () => coldBuild(half, '--verify', 'off').seconds), 2.2, ' ×');

  const first = coldBuild(large);
  report(
    'second build with nothing changed, verified',
    times(3, () => build(large, first.output).seconds) / first.seconds,
    0.1,
  );

  const edits = {
    'one policy': (dir) =>
      appendFileSync(
        join(dir, 'policies/groups.yaml'),
        '---\napiVersion: aami/v1\nkind: AlertPolicy\ngroup: g15\nalerts: { Alert20: { config: { threshold: 99 } } }\n',
      ),
    'every alert': (dir) => {
      for (let index = 0; index < full.alerts; index++) {
        const path = join(dir, `templates/alert-${index}.yaml`);
        writeFileSync(path, readFileSync(path, 'utf8').replace('for: 5m', 'for: 9m'));
      }
    },
  };
  for (const [what, edit] of Object.entries(edits)) {
    const changed = fleet(`changed ${what}`, full);
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-q', '-m', 'base'],
    ])
      git(changed, ...args);
    edit(changed);
    process.env.AAMI_CACHE_DIR = mkdtempSync(join(scratch, 'cache-'));
    const diff = times(3, () => run(process.execPath, [aami, 'diff', '-C', changed, '--format', 'markdown']));
    report(`diff of ${what} against build --verify off`, diff / buildSeconds, 2.5, ' ×');
  }

  const empty = times(9, () => run(process.execPath, ['-e', '0']));
  const example = join(scratch, 'example');
  cpSync(join(root, 'examples/gpu-cluster'), example, { recursive: true });
  const validate = () => run(process.execPath, [aami, 'validate', '-C', example]);
  process.env.AAMI_CACHE_DIR = mkdtempSync(join(scratch, 'cache-'));
  const firstEver = validate();
  const changed = times(9, () => {
    appendFileSync(join(example, 'policies/fleet.yaml'), '# changed\n');
    return validate();
  });
  report('validate of the example against an empty node', times(9, validate) / empty, 3, ' ×');
  report('  the first ever', firstEver / empty, null, ' ×');
  report('  after one file changed', changed / empty, null, ' ×');

  printReport();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
