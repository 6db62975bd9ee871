import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished } from 'vitest';

const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const REPO = join(import.meta.dirname, '..', '..');

export interface CheckRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The samples of the output, without HELP and TYPE. */
  readonly samples: readonly string[];
}

/** A folder that is gone after the test. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aami-check-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below `root`, by relative path. */
export async function writeTree(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** Folder of stand-ins for tools of the node: name to the body of a bash script. */
export async function fakeTools(tools: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, body] of Object.entries(tools)) {
    await writeFile(join(folder, name), `#!/usr/bin/env bash\n${body}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

export interface CheckOptions {
  /** Put before the standard PATH; see fakeTools. */
  readonly tools?: string;
  readonly args?: readonly string[];
}

/** Runs a shipped check as the agent does: the configuration as JSON on standard input. */
export async function runCheck(script: string, config: object, options: CheckOptions = {}): Promise<CheckRun> {
  const path = options.tools === undefined ? STANDARD_PATH : `${options.tools}:${STANDARD_PATH}`;
  const { exitCode, stdout, stderr } = await execa(join(REPO, script), options.args ?? [], {
    input: JSON.stringify(config),
    env: { AAMI_CHECK_PATH: path },
    reject: false,
    timeout: 20_000,
    stripFinalNewline: false,
  });
  const samples = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { exitCode, stdout, stderr, samples };
}

/** What the textfile collector needs: promtool has nothing to say, and the last line is ended. */
export async function expectCleanMetrics(run: CheckRun): Promise<void> {
  expect(run.stdout.endsWith('\n')).toBe(true);
  const { exitCode, stdout, stderr } = await execa('promtool', ['check', 'metrics'], {
    input: run.stdout,
    reject: false,
  });
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
}
