import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { applyOutput } from '../../../src/output/apply.js';
import { loadNative } from '../../../src/output/native.js';
import { planOutput } from '../../../src/output/plan.js';

/** What the child process that plays a build is told, as JSON in its first argument. */
export interface HarnessOrder {
  readonly repo: string;
  readonly folder: string;
  /** Every file says which build it is of. */
  readonly build: string;
  readonly files: number;
  readonly bytesPerFile: number;
  /** false: as where the addon does not load. */
  readonly native: boolean;
  /** Kill this process before its nth call that changes the disk, counted from 1. */
  readonly killAt: number | null;
  readonly lockTimeoutMs: number;
  /** Hold the lock, within the verification, until standard input ends. */
  readonly hold: boolean;
}

export function harnessFiles(build: string, count: number, bytes: number) {
  return Array.from({ length: count }, (_, at) => ({
    path: `${build === 'a' ? 'only-a' : 'both'}/f${at}.txt`,
    content: `${build}\n`.padEnd(bytes, '.'),
    origins: [],
  })).concat(
    { path: 'shared.txt', content: build, origins: [] },
    { path: 'equal.txt', content: 'in every build', origins: [] },
  );
}

const DISK_CALLS = [
  'chmodSync',
  'closeSync',
  'mkdirSync',
  'mkdtempSync',
  'openSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'unlinkSync',
  'writeFileSync',
  'linkSync',
] as const;

async function main(order: HarnessOrder): Promise<void> {
  let calls = 0;
  const step = () => {
    if (++calls === order.killAt) process.kill(process.pid, 'SIGKILL');
  };
  for (const name of DISK_CALLS) {
    const original: unknown = fs[name];
    if (typeof original !== 'function') throw new Error(name);
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        step();
        return Reflect.apply(original, fs, args);
      },
    });
  }
  syncBuiltinESMExports();
  const addon = order.native ? loadNative() : null;
  const native = addon && {
    tryLock: (fd: number) => addon.tryLock(fd),
    swapSync: (from: string, to: string) => {
      step();
      addon.swapSync(from, to);
    },
  };
  const result = await applyOutput({
    repo: order.repo,
    folder: order.folder,
    sourceFolders: ['groups'],
    plan: planOutput({
      files: harnessFiles(order.build, order.files, order.bytesPerFile),
      inputs: order.build,
      source: null,
      counts: { files: order.files },
    }),
    native,
    lockTimeoutMs: order.lockTimeoutMs,
    onWait: () => process.stdout.write('waiting\n'),
    verify: async () => {
      process.stdout.write('verifying\n');
      if (order.hold) for await (const _ of process.stdin);
      return true;
    },
  });
  process.stdout.write(`${JSON.stringify({ result, calls })}\n`);
}

const order = process.argv[2];
if (order !== undefined && process.argv[1]?.endsWith('.harness.mjs')) await main(JSON.parse(order));
