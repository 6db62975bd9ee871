import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { NativeFileSystem } from './native.js';
import { errorCode, type OutputTrouble, refused } from './trouble.js';

export interface Lock {
  readonly kind: 'locked';
  readonly release: () => void;
}

export interface LockOptions {
  /** How long to wait for another build; 0: not at all. */
  readonly timeoutMs: number;
  /** Called once, when another build holds the lock. */
  readonly onWait?: (() => void) | undefined;
  /** Ends the waiting as if the time were up. */
  readonly signal?: AbortSignal | undefined;
  /** What to say when the time is up. */
  readonly busy?: { readonly message: string; readonly hint: string } | undefined;
}

const BUSY = {
  message: 'Another build is writing to this output folder',
  hint: 'Wait until it has ended, then build again.',
};

/** Between two looks at a lock that another build holds. */
const PAUSE_MS = 50;

/** Takes the lock file, waiting for another build to end. The file is gone when the lock is released. */
export async function acquireLock(
  path: string,
  native: NativeFileSystem | null,
  { timeoutMs, onWait, signal, busy = BUSY }: LockOptions,
): Promise<Lock | OutputTrouble> {
  const deadline = performance.now() + timeoutMs;
  let waiting = false;
  for (;;) {
    const release = native === null ? tryPidLock(path) : tryKernelLock(path, native);
    if (release !== null) return { kind: 'locked', release };
    if (performance.now() >= deadline || signal?.aborted) {
      return refused(busy.message, busy.hint);
    }
    if (!waiting) onWait?.();
    waiting = true;
    await pause(PAUSE_MS);
  }
}

/** The kernel drops this lock with the process, so a killed build blocks nobody. */
function tryKernelLock(path: string, native: NativeFileSystem): (() => void) | null {
  const fd = openSync(path, 'a', 0o644);
  let locked = false;
  try {
    // Between our open and our lock, the holder may have ended and removed the file: then we hold a lock on nothing.
    locked = native.tryLock(fd) && isSameFile(fd, path);
  } catch (error) {
    // Some network file systems have no locks.
    if (errorCode(error) === null) throw error;
    closeSync(fd);
    return tryPidLock(`${path}-pid`);
  }
  if (!locked) {
    closeSync(fd);
    return null;
  }
  return () => {
    rmSync(path, { force: true });
    closeSync(fd);
  };
}

function isSameFile(fd: number, path: string): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  const open = fstatSync(fd);
  return named !== undefined && named.ino === open.ino && named.dev === open.dev;
}

/** Without the addon: a file that names its process. Linked into place, so that it is never seen half written. */
function tryPidLock(path: string): (() => void) | null {
  const mine = `${path}-${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, path);
    removeDeadHelpers(path);
    return () => rmSync(path, { force: true });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return removeDeadLock(path, `${mine}-dead`) ? tryPidLock(path) : null;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Whether the lock was that of a process that is gone, and is removed. */
function removeDeadLock(path: string, aside: string): boolean {
  const holder = readPid(path);
  if (holder === null || isAlive(holder)) return false;
  try {
    renameSync(path, aside);
    // Another build may have done the same in the meantime and hold a new lock by now.
    const dead = readPid(aside) === holder;
    if (dead) rmSync(aside);
    else renameSync(aside, path);
    return dead;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return false;
  }
}

/** The helper files of processes that were killed before they could remove them. */
function removeDeadHelpers(path: string): void {
  const prefix = `${basename(path)}-`;
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(prefix) ? /^(\d+)(?:-dead)?$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
}

function readPid(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
