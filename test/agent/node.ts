import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A node on which the real agent runs: its folders, and what it is given. */

export const AGENT = join(import.meta.dirname, '../../agent/dynamic-check.sh');

const outer = realpathSync(mkdtempSync(join(tmpdir(), 'aami-agent-')));
// Checks may run as another user.
chmodSync(outer, 0o755);
afterAll(() => rmSync(outer, { recursive: true, force: true }));

export function newFolder(): string {
  const folder = mkdtempSync(join(outer, 'f-'));
  chmodSync(folder, 0o755);
  return folder;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface Check {
  readonly name: string;
  readonly script_content: string;
  readonly [key: string]: unknown;
}

/** A check of a bundle with a bash script; whatever else it has may be given. */
export function check(name: string, script: string, rest: Readonly<Record<string, unknown>> = {}): Check {
  return {
    name,
    script_type: 'test',
    script_content: script,
    language: 'bash',
    config: {},
    args: [],
    timeout: '20s',
    interval: '1h',
    version: '1.0.0',
    hash: sha256(script),
    ...rest,
  };
}

export const DIGEST = sha256('some build');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Node {
  readonly folder: string;
  /** The output of a build, as the agent sees it. */
  readonly source: string;
  readonly textfiles: string;
  readonly state: string;
  /** Writes a bundle to the source. */
  readonly give: (...checks: readonly Check[]) => string;
  /** One pass; `flags` and `env` beside the folders. */
  readonly run: (flags?: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;
  /** Makes everything due again. */
  readonly later: () => void;
  /** The samples that node_exporter would find, by series; of one check, or of the agent. */
  readonly samples: (name?: string) => Readonly<Record<string, string>>;
}

export const TARGET = 'gpu-node-001';

export function newNode(source?: string): Node {
  const folder = newFolder();
  const own = join(folder, 'source');
  const [textfiles, state] = [join(folder, 'textfiles'), join(folder, 'state')];
  for (const path of [join(own, 'checks'), join(own, 'agent'), textfiles]) mkdirSync(path, { recursive: true });
  const args = (flags: readonly string[]): string[] => [
    ...['--source', source ?? own, '--target', TARGET, '--textfile-dir', textfiles, '--state-dir', state],
    ...flags,
  ];
  return {
    folder,
    source: own,
    textfiles,
    state,
    give: (...checks) => {
      const bundle = `${JSON.stringify(checks, null, 2)}\n`;
      writeFileSync(join(own, 'checks', `${TARGET}.json`), bundle);
      writeFileSync(join(own, 'agent/build.json'), `${JSON.stringify({ digest: DIGEST })}\n`);
      return bundle;
    },
    run: (flags = [], env = {}) => agent(args(flags), env),
    later: () => {
      for (const name of readdirSync(join(state, 'checks')))
        if (name.endsWith('.start')) rmSync(join(state, 'checks', name));
      rmSync(join(state, 'fetch-at'), { force: true });
    },
    samples: (name) => {
      const file = join(textfiles, name === undefined ? 'aami-agent.prom' : `aami-check-${name}.prom`);
      return existsSync(file) ? samplesOf(readFileSync(file, 'utf8')) : {};
    },
  };
}

/** Settings of this machine's own agent, if it has one, must not count. */
export function agent(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return ended(spawnAgent(args, env));
}

export function spawnAgent(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawn(AGENT, args, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

export function ended(child: ReturnType<typeof spawnAgent>): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

export function samplesOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

/** Exit code and output of a program that is run to its end. */
export function program(file: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) =>
    execFile(file, [...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr }),
    ),
  );
}
