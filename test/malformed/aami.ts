import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { oneLine } from '../../src/diagnostics/display.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const AAMI = fileURLToPath(new URL('../../bin/aami.js', import.meta.url));
/** What may be wrong with a repo, but not with the time and the memory that it takes to say so. */
const LIMIT_MS = 20_000;
const LIMIT_MEMORY = '--max-old-space-size=768';

export interface Result {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built aami as from a shell without a terminal. */
export function aami(args: readonly string[], cwd: string): Promise<Result> {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  // Beside the repo of the case: what lies in the cache of the one who runs the tests must not count.
  const env = { ...inherited, AAMI_CACHE_DIR: join(cwd, '../../cache') };
  const options = { cwd, env, timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, [LIMIT_MEMORY, AAMI, ...args], options, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ exit, stdout, stderr });
    });
  });
}

/** A folder that holds `repo`, with the output of a good build in it, and is removed at the end. */
export interface GoodRepo {
  copy(name: string): string;
  remove(): void;
}

export async function buildGoodRepo(): Promise<GoodRepo> {
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'aami-malformed-')));
  const good = join(work, 'good', 'repo');
  cpSync(join(HERE, 'repo'), good, { recursive: true });
  const { exit, stdout, stderr } = await aami(['build', '--verify', 'off'], good);
  expect({ exit, stderr }, stdout).toEqual({ exit: 0, stderr: '' });
  return {
    copy(name) {
      const folder = mkdtempSync(join(work, `${name.replaceAll(/[^a-z0-9]/gi, '-')}-`));
      cpSync(good, join(folder, 'repo'), { recursive: true });
      return folder;
    },
    remove: () => rmSync(work, { recursive: true, force: true }),
  };
}

/** Every path below a folder with its kind and content. */
export function picture(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      // A name that is not UTF-8 cannot be asked for.
      if (stat === undefined) return [`${path} is odd`];
      if (stat.isDirectory()) return [`${path}/`, ...picture(path)];
      if (stat.isSymbolicLink()) return [`${path} -> ${readlinkSync(path)}`];
      if (!stat.isFile()) return [`${path} is odd`];
      return [`${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`];
    });
}

/** What a user must never see: JavaScript's own words, its values that are none, and what a terminal would obey. */
const LEAKS = [
  /^\s+at \S.*:\d+:\d+\)?$/m,
  /\b(Type|Range|Reference|Syntax|Internal|Yaml\w*|Template\w*)Error\b/,
  /Cannot read propert|is not a function|is not iterable|Maximum call stack|Invalid regular expression|Invalid array/,
  /\[object \w+\]|\bundefined\b|\bNaN\b/,
  /node:internal|file:\/\/|\/dist\//,
  /\bE(NOENT|ISDIR|ACCES|PERM|LOOP|NOTDIR|INVAL|NAMETOOLONG|NXIO)\b/,
  /aami failed in a way/,
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
];

/**
 * Holds `validate` and `build` against the repo in `<folder>/repo`: exactly the wanted findings and no others, in both
 * formats, exit code 1, and nothing on the disk is other than before.
 */
export async function expectRefusal(folder: string, wanted: readonly string[]): Promise<void> {
  const repo = join(folder, 'repo');
  const before = picture(folder);
  const validated = await aami(['validate', '--format', 'json'], repo);
  expectNoLeaks(validated);
  expect(placesOf(validated), validated.stdout).toEqual([...wanted].sort());
  expect(validated).toMatchObject({ exit: 1, stderr: '' });

  const built = await aami(['build'], repo);
  expectNoLeaks(built);
  expect(built).toMatchObject({ exit: 1, stdout: '' });
  for (const place of wanted) {
    const [code = '', ...where] = place.split(' ');
    expect(built.stderr).toContain(`${oneLine(where.join(' '))} error[${code}]: `.trimStart());
  }
  expect(picture(folder)).toEqual(before);
}

export function expectNoLeaks({ stdout, stderr }: Result): void {
  for (const leak of LEAKS) {
    expect(stdout).not.toMatch(leak);
    expect(stderr).not.toMatch(leak);
  }
}

interface JsonFinding {
  readonly code: string;
  readonly file: string | null;
  readonly line: number;
  readonly column: number;
}

/** Each finding as `code file:line:column`. */
export function placesOf({ stdout }: Result): string[] {
  const { findings } = JSON.parse(stdout) as { findings: readonly JsonFinding[] };
  return findings
    .map(({ code, file, line, column }) => (file === null ? code : `${code} ${file}:${line}:${column}`))
    .sort();
}
