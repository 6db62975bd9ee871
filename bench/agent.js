// What the agent costs beside the checks that it runs, as ratios in one run, and whether anything grows from pass to pass.
// AAMI_BENCH_ROUNDS: how many passes (500).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, printReport, report } from './report.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'aami-bench-agent-'));
const rounds = Number(process.env.AAMI_BENCH_ROUNDS ?? 500);
const temporary = join(scratch, 'tmp');
mkdirSync(temporary);

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
/** Due in each pass. */
const check = (name, script, config = {}, rest = {}) => ({
  ...{ name, script_type: 'bench', script_content: script, language: 'bash', config, args: [], version: '1.0.0' },
  ...{ timeout: '30s', interval: '1ms', hash: sha256(script) },
  ...rest,
});

const shipped = (name) => readFileSync(join(root, 'templates', name), 'utf8');
const gauge = (script) =>
  `set -euo pipefail\nconfig=$(cat)\nwanted=$(jq -r .wanted <<<"$config")\n${script}\necho "bench{wanted=\\"$wanted\\"} 1"\n`;
/** Twenty: shipped ones that find something on any Linux, and plain ones that ask a tool or two. */
const twenty = [
  ...['/', '/proc', '/sys', '/dev', '/run', '/data', '/home', '/scratch'].map((path, at) =>
    check(`mount-${at}`, shipped('node/mount-check.sh'), { paths: [path], mountinfo: '/proc/self/mountinfo' }),
  ),
  ...['a', 'b'].map((name) => check(`gpus-${name}`, shipped('nvidia-gpu/gpu-count.sh'), { state_dir: temporary })),
  ...['load', 'users'].flatMap((kind) =>
    Array.from({ length: 5 }, (_, at) =>
      check(`${kind}-${at}`, gauge(kind === 'load' ? 'read -r load _ </proc/loadavg' : 'getent passwd | wc -l >&2'), {
        wanted: `${kind}-${at}`,
      }),
    ),
  ),
];

/** Checks in trouble, which leave the most behind, in a bundle that changes now and then. */
const troubled = (round) => [
  check('good', 'echo "good 1"'),
  check('fails', 'touch here; exit 1'),
  check('hangs', 'sleep 60', {}, { timeout: '200ms' }),
  check('leaves-children', 'sleep 600 & echo "left 1"'),
  check('floods', 'yes', {}),
  check(`comes-and-goes-${Math.floor(round / 20)}`, 'echo "x 1"'),
];

function newNode(name) {
  const folder = join(scratch, name);
  const at = (path) => join(folder, path);
  for (const path of ['source/checks', 'source/agent', 'textfiles']) mkdirSync(at(path), { recursive: true });
  return {
    textfiles: at('textfiles'),
    state: at('state'),
    give: (checks) => {
      const bundle = JSON.stringify(checks);
      writeFileSync(at('source/checks/node.json'), bundle);
      writeFileSync(at('source/agent/build.json'), JSON.stringify({ digest: sha256(bundle) }));
    },
    command: [
      join(root, 'agent/dynamic-check.sh'),
      ...['--source', at('source'), '--target', 'node', '--textfile-dir', at('textfiles'), '--state-dir', at('state')],
    ],
  };
}

/** Wall and processor seconds of a command with all that it starts. */
function time(command, args) {
  const result = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%R %U %S"; exec 3>&2; time "$@" >/dev/null 2>&1', 'time', command, ...args],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TMPDIR: temporary } },
  );
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${result.stderr}`);
  const [wall, user, system] = result.stderr.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

/** Ids of the processes of a session that live: what has died waits for whoever took it over, and runs no more. */
function processesOf(session) {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, , , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state !== 'Z' && Number(of) === session;
    } catch {
      return false;
    }
  });
}

/** Memory of a process, shared pages in parts; in MiB. */
function memoryOf(pid) {
  try {
    return Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Runs a command in a session of its own: the peak of its memory, and how many processes it leaves. */
function watch(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...{ detached: true, stdio: 'ignore', env: { ...process.env, TMPDIR: temporary } },
    });
    let peak = 0;
    const look = setInterval(() => {
      peak = Math.max(
        peak,
        processesOf(child.pid).reduce((sum, pid) => sum + memoryOf(pid), 0),
      );
    }, 20);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(look);
      if (code !== 0) reject(new Error(`${command} ended with ${code}`));
      else resolve({ peak, left: processesOf(child.pid).length });
    });
  });
}

/** Files below folders, and their bytes. */
function contents(...folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const bytes = files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return { files: files.length, bytes: bytes.reduce((sum, size) => sum + size, 0) };
}

async function cost() {
  const bare = join(scratch, 'bare');
  mkdirSync(bare);
  const lines = twenty.map(({ name, script_content, config }) => {
    writeFileSync(join(bare, name), script_content);
    writeFileSync(join(bare, `${name}.json`), JSON.stringify(config));
    return `bash ${join(bare, name)} <${join(bare, `${name}.json`)} >${join(bare, `${name}.out`)} || true`;
  });
  writeFileSync(join(bare, 'all'), `${lines.join('\n')}\n`);
  const alone = ['bash', [join(bare, 'all')]];

  const node = newNode('cost');
  node.give(twenty);
  const [agent, ...args] = node.command;
  const first = time(agent, args);
  // In turns, so that what else the machine does hits both.
  const turns = Array.from({ length: 9 }, () => ({
    bare: time(...alone),
    agent: time(agent, args),
    single: time(agent, [...args, '--parallel', '1']),
  }));
  const of = (who, what) => median(turns.map((turn) => turn[who][what]));
  const failed = twenty.filter(({ name }) => {
    const text = readFileSync(join(node.textfiles, `aami-check-${name}.prom`), 'utf8');
    return !/^aami_check_exit_code\{.*\} (?:0|69)$/m.test(text);
  });
  if (failed.length > 0) throw new Error(`these checks fail: ${failed.map(({ name }) => name).join(', ')}`);
  report('20 checks bare, one after the other', of('bare', 'wall'), null, ' s');
  report('the agent with 20 checks, wall time against bare', of('agent', 'wall') / of('bare', 'wall'), 1.5, ' ×');
  report('  with a bundle that is new to it', first.wall / of('bare', 'wall'), null, ' ×');
  report('  one check at a time', of('single', 'wall') / of('bare', 'wall'), null, ' ×');
  report('  processor time', of('agent', 'cpu') / of('bare', 'cpu'), null, ' ×');
  const single = [...args, '--parallel', '1'];
  const [alonePeak, agentPeak, singlePeak] = [
    await watch(...alone),
    await watch(agent, args),
    await watch(agent, single),
  ].map(({ peak }) => peak);
  report('  peak memory, four checks at a time', agentPeak, null, ' MiB');
  report('  peak memory, one check at a time', singlePeak, null, ' MiB');
  report('  peak memory of the checks bare', alonePeak, null, ' MiB');
}

async function growth() {
  const node = newNode('growth');
  const [agent, ...args] = node.command;
  // Each pass looks at the source; the output limit is small, because a flood costs the time of reading it.
  const eager = [...args, '--fetch-interval', '1ms', '--max-output', '65536', '--parallel', '8'];
  const seen = [];
  for (let round = 0; round < rounds; round++) {
    node.give(troubled(round));
    const { peak, left } = await watch(agent, eager);
    seen.push({ peak, left, ...contents(node.state, node.textfiles, temporary) });
    if (round % 50 === 49) process.stderr.write(`${round + 1} passes\n`);
  }
  const tenth = Math.max(1, Math.floor(rounds / 10));
  const late = (what) => median(seen.slice(-tenth).map((one) => one[what]));
  const early = (what) => median(seen.slice(0, tenth).map((one) => one[what]));
  report(`files after ${rounds} passes, more than at first`, late('files') - early('files'), 0);
  report('bytes in files, against the first passes', late('bytes') / early('bytes'), 1.05, ' ×');
  report('peak memory of a pass, against the first passes', late('peak') / early('peak'), 1.1, ' ×');
  report('processes that a pass has left behind, at most', Math.max(...seen.map(({ left }) => left)), 0);
}

try {
  await cost();
  await growth();
  printReport();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
