import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

/** A folder that is a mount point, until it is not. */
export interface MountPoint {
  readonly path: string;
  /** The mount table that knows it, as the check is told of it. */
  readonly table: string;
  /** What a program is started by that sees it. */
  readonly prefix: readonly string[];
  mount(): void;
  unmount(): void;
  remove(): void;
}

/** Root has a bind mount in a namespace of its own; anybody else a table that says so. */
export function mountPoint(path: string): MountPoint {
  mkdirSync(path);
  const canMount = spawnSync('unshare', ['--mount', 'mount', '--bind', path, path]).status === 0;
  return canMount ? inNamespace(path) : inTable(path);
}

function inNamespace(path: string): MountPoint {
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sleep', 'infinity'], { stdio: 'ignore' });
  const prefix = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'];
  const run = (...args: readonly string[]): void => {
    const [command = '', ...rest] = [...prefix, ...args];
    execFileSync(command, rest, { stdio: 'pipe' });
  };
  // Until then it is in the namespace of the tests.
  const own = execFileSync('readlink', ['/proc/self/ns/mnt'], { encoding: 'utf8' });
  while (spawnSync('readlink', [`/proc/${holder.pid}/ns/mnt`], { encoding: 'utf8' }).stdout === own);
  const mount = (): void => run('mount', '--bind', path, path);
  mount();
  return {
    ...{ path, table: '/proc/self/mountinfo', prefix, mount },
    unmount: () => run('umount', path),
    remove: () => void holder.kill('SIGKILL'),
  };
}

function inTable(path: string): MountPoint {
  const table = `${path}.mountinfo`;
  const rest = '22 1 0:20 / /proc rw shared:5 - proc proc rw\n';
  const mount = (): void => writeFileSync(table, `${rest}30 1 8:1 / ${path} rw shared:1 - ext4 /dev/sda1 rw\n`);
  mount();
  return { path, table, prefix: [], mount, unmount: () => writeFileSync(table, rest), remove: () => undefined };
}
