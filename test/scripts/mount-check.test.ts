import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { expectCleanMetrics, fakeTools, runCheck, scratchFolder } from './check.js';

const SCRIPT = 'templates/node/mount-check.sh';

async function table(...lines: readonly string[]): Promise<string> {
  const file = join(await scratchFolder(), 'mountinfo');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

describe('mount-check', () => {
  it('tells mounted from missing on this machine', async () => {
    const run = await runCheck(SCRIPT, { paths: ['/proc', '/no/such/mount', '/etc/passwd'] });
    expect(run.exitCode).toBe(0);
    expect(run.samples).toEqual([
      'aami_mount_mounted{path="/etc/passwd"} 0',
      'aami_mount_mounted{path="/no/such/mount"} 0',
      'aami_mount_mounted{path="/proc"} 1',
      'aami_mount_readonly{path="/proc"} 0',
    ]);
    await expectCleanMetrics(run);
  });

  it('looks at /data without a configuration', async () => {
    const run = await runCheck(SCRIPT, {});
    expect(run.samples[0]).toMatch(/^aami_mount_mounted\{path="\/data"\} [01]$/);
  });

  it('undoes the octal escapes of the mount table and escapes label values', async () => {
    const mountinfo = await table(
      '40 1 0:1 / /mnt/my\\040data rw - ext4 /dev/sda1 rw',
      '41 1 0:2 / /mnt/tab\\0117 rw - ext4 /dev/sda2 rw',
      '42 1 0:3 / /mnt/back\\134040slash rw - ext4 /dev/sda3 rw',
      '43 1 0:4 / /mnt/line\\012feed rw - ext4 /dev/sda4 rw',
      '44 1 0:5 / /mnt/"quoted" rw - ext4 /dev/sda5 rw',
    );
    const paths = ['/mnt/my data', '/mnt/tab\t7', '/mnt/back\\040slash', '/mnt/line\nfeed', '/mnt/"quoted"'];
    const run = await runCheck(SCRIPT, { mountinfo, paths });
    const mounted = run.samples.filter((line) => line.startsWith('aami_mount_mounted'));
    expect(mounted).toHaveLength(5);
    expect(mounted.every((line) => line.endsWith('} 1'))).toBe(true);
    expect(mounted).toContain('aami_mount_mounted{path="/mnt/back\\\\040slash"} 1');
    expect(mounted).toContain('aami_mount_mounted{path="/mnt/line\\nfeed"} 1');
    expect(mounted).toContain('aami_mount_mounted{path="/mnt/\\"quoted\\""} 1');
    await expectCleanMetrics(run);
  });

  it('takes the mount on top, optional fields or not, with or without a trailing slash', async () => {
    const mountinfo = await table(
      '40 1 0:1 / /data rw,relatime shared:1 master:2 - xfs /dev/sda1 rw',
      '41 1 0:2 / /data rw,relatime - nfs4 server:/export rw,vers=4.2',
    );
    const run = await runCheck(SCRIPT, {
      mountinfo,
      paths: ['/data/', { path: '/data', fstype: 'nfs4', source: 'server:/export' }],
    });
    expect(run.samples.filter((line) => line.includes('mounted'))).toEqual([
      'aami_mount_mounted{path="/data"} 1',
      'aami_mount_mounted{path="/data/"} 1',
    ]);
  });

  it('reports the wrong file system or source as not mounted', async () => {
    const mountinfo = await table(
      '40 1 0:1 / /data rw - xfs /dev/sda1 rw',
      '41 1 0:2 / /mnt/models rw - nfs4 old:/models rw',
    );
    const run = await runCheck(SCRIPT, {
      mountinfo,
      paths: [
        { path: '/data', fstype: 'lustre' },
        { path: '/mnt/models', source: 'new:/models' },
      ],
    });
    expect(run.samples).toEqual(['aami_mount_mounted{path="/data"} 0', 'aami_mount_mounted{path="/mnt/models"} 0']);
  });

  it('sees read-only in the options of the mount and of the file system', async () => {
    const mountinfo = await table(
      '40 1 0:1 / /a ro,relatime - xfs /dev/sda1 rw',
      '41 1 0:2 / /b rw,relatime - xfs /dev/sda2 ro,errors=continue',
      '42 1 0:3 / /c rw,nosuid - xfs /dev/sda3 rw,errors=remount-ro',
    );
    const run = await runCheck(SCRIPT, { mountinfo, paths: ['/a', '/b', '/c'] });
    expect(run.samples.filter((line) => line.includes('readonly'))).toEqual([
      'aami_mount_readonly{path="/a"} 1',
      'aami_mount_readonly{path="/b"} 1',
      'aami_mount_readonly{path="/c"} 0',
    ]);
  });

  it('writes, syncs and removes a file where asked to, and leaves nothing behind', async () => {
    const folder = await scratchFolder();
    const gone = join(folder, 'gone');
    const mountinfo = await table(
      `40 1 0:1 / ${folder} rw - xfs /dev/sda1 rw`,
      `41 1 0:2 / ${gone} rw - xfs /dev/sda2 rw`,
    );
    const run = await runCheck(SCRIPT, {
      mountinfo,
      paths: [folder, gone],
      write_test: true,
      state_dir: await scratchFolder(),
    });
    expect(run.samples).toContain(`aami_mount_write_success{path="${folder}"} 1`);
    expect(run.samples).toContain(`aami_mount_write_success{path="${gone}"} 0`);
    expect(await readdir(folder)).toEqual([]);
    await expectCleanMetrics(run);
  });

  it('gives up on a write that hangs, and starts no second one while it does', async () => {
    const folder = await scratchFolder();
    const started = join(await scratchFolder(), 'started');
    const release = join(await scratchFolder(), 'fifo');
    await execa('mkfifo', [release]);
    const tools = await fakeTools({ dd: `echo once >>${started}\nread -r _ <${release}` });
    const config = {
      mountinfo: await table(`40 1 0:1 / ${folder} rw - xfs /dev/sda1 rw`),
      paths: [folder],
      write_test: true,
      timeout_seconds: 1,
      state_dir: await scratchFolder(),
    };
    for (const _ of [1, 2]) {
      const run = await runCheck(SCRIPT, config, { tools });
      expect(run.exitCode).toBe(0);
      expect(run.samples).toContain(`aami_mount_write_success{path="${folder}"} 0`);
    }
    expect((await execa('cat', [started])).stdout).toBe('once');
    await writeFile(release, 'go on\n');
  });

  it('fails when the mount table cannot be read', async () => {
    const run = await runCheck(SCRIPT, { mountinfo: '/no/such/table' });
    expect(run.exitCode).not.toBe(0);
    expect(run.exitCode).not.toBe(69);
    expect(run.stdout).toBe('');
  });
});
