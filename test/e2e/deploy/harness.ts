import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { NO_CACHE } from '../../../src/cache/cache.js';
import { deployBuild } from '../../../src/deploy/deploy.js';
import { rollbackTo } from '../../../src/deploy/rollback.js';
import { type DeployFlags, deploySettings } from '../../../src/deploy/settings.js';

/** What the child process that plays `aami deploy` or `aami rollback` is told, as JSON in its first argument. */
export interface HarnessOrder {
  /** null: a rollback. */
  readonly build: string | null;
  readonly flags: DeployFlags;
  /** Kill this process before its nth call that changes the disk, counted from 1. */
  readonly killAt: number | null;
}

const DISK_CALLS = [
  'chmodSync',
  'chownSync',
  'mkdirSync',
  'openSync',
  'renameSync',
  'rmSync',
  'symlinkSync',
  'unlinkSync',
  'writeFileSync',
  'writeSync',
] as const;

async function main({ build, flags, killAt }: HarnessOrder): Promise<void> {
  let calls = 0;
  for (const name of DISK_CALLS) {
    const original: unknown = fs[name];
    if (typeof original !== 'function') throw new Error(name);
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (++calls === killAt) process.kill(process.pid, 'SIGKILL');
        return Reflect.apply(original, fs, args);
      },
    });
  }
  syncBuiltinESMExports();
  const read = deploySettings({ flags, project: null, env: {}, base: '/' });
  if (!read.ok) throw new Error(read.message);
  const { settings } = read;
  const common = { settings, dryRun: false, force: true, onStep: () => undefined };
  const outcome =
    build === null
      ? await rollbackTo({ ...common, generation: null })
      : await deployBuild({
          ...{ ...common, build, now: 0, by: 'harness', allowRemovals: true, env: {}, cache: NO_CACHE },
        });
  process.stdout.write(`${JSON.stringify({ outcome: outcome.kind, calls })}\n`);
}

const order = process.argv[2];
if (order !== undefined && process.argv[1]?.endsWith('.harness.mjs')) await main(JSON.parse(order));
