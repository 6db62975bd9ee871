import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCleanMetrics, fakeTools, runCheck, scratchFolder, writeTree } from './check.js';

const SCRIPT = 'templates/nvidia-gpu/kernel-xid.sh';

const XID_79 = 'NVRM: Xid (PCI:0000:c7:00): 79, pid=1234, name=python, GPU has fallen off the bus.';
const XID_94_MIG = 'NVRM: Xid (PCI:0000:C7:00 GPU-I:05): 94, Contained: SM. Physical Address: 0x1';
const SXID = 'nvidia-nvswitch0: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up';
const NOISE = 'usb 1-1: new high-speed USB device';

/** A node with a journal that holds messages, one a second from 1000 on, and honours --after-cursor. */
async function node() {
  const sysfs = await scratchFolder();
  await writeTree(sysfs, { 'bus/pci/devices/0000:c7:00.0/vendor': '0x10de\n' });
  const journal = join(await scratchFolder(), 'journal');
  const messages: string[] = [];
  const log = async (...added: readonly unknown[]) => {
    for (const message of added) {
      const at = 1000 + messages.length;
      const line = { __CURSOR: `c${messages.length}`, __REALTIME_TIMESTAMP: `${at}500000`, MESSAGE: message };
      messages.push(JSON.stringify(line));
    }
    await writeFile(journal, messages.map((line) => `${line}\n`).join(''));
  };
  await log();
  const tools = await fakeTools({
    journalctl: `
after=
while (($# > 0)); do [[ $1 == --after-cursor ]] && after=$2; shift; done
if [[ -z $after ]]; then cat ${journal}; else sed "0,/\\"$after\\"/d" ${journal}; fi`,
  });
  const config = { sysfs_root: sysfs, state_dir: join(await scratchFolder(), 'state') };
  return { log, run: () => runCheck(SCRIPT, config, { tools }), config };
}

describe('kernel-xid', () => {
  it('counts by GPU and code, with the address as sysfs writes it', async () => {
    const { log, run } = await node();
    await log(NOISE, XID_79, XID_94_MIG, XID_79, SXID);
    const first = await run();
    expect(first).toMatchObject({
      exitCode: 0,
      samples: [
        'aami_gpu_xid_errors_total{pci_bus_id="0000:c7:00.0",xid="79"} 2',
        'aami_gpu_xid_errors_total{pci_bus_id="0000:c7:00.0",xid="94"} 1',
        'aami_gpu_xid_last_timestamp_seconds{pci_bus_id="0000:c7:00.0",xid="79"} 1003',
        'aami_gpu_xid_last_timestamp_seconds{pci_bus_id="0000:c7:00.0",xid="94"} 1002',
        'aami_nvswitch_sxid_errors_total{pci_bus_id="0000:06:00.0",sxid="20034",fatal="true"} 1',
        'aami_nvswitch_sxid_last_timestamp_seconds{pci_bus_id="0000:06:00.0",sxid="20034",fatal="true"} 1004',
      ],
    });
    await expectCleanMetrics(first);
  });

  it('goes on where the last run ended', async () => {
    const { log, run } = await node();
    await log(XID_79);
    await run();
    await log(NOISE, XID_79);
    const second = await run();
    expect(second.samples[0]).toBe('aami_gpu_xid_errors_total{pci_bus_id="0000:c7:00.0",xid="79"} 2');
    expect((await run()).stdout).toBe(second.stdout);
  });

  it('starts afresh after a boot and after a state file that is broken', async () => {
    const { log, run, config } = await node();
    await log(XID_79);
    const once = (await run()).stdout;
    for (const state of [
      '{"boot":"another","cursor":"c0","seen":{"[\\"xid\\",\\"a\\",\\"1\\",null]":{"count":9,"last":1}}}',
      '{"boo',
    ]) {
      await writeFile(join(config.state_dir, 'kernel-xid.json'), state);
      expect((await run()).stdout).toBe(once);
    }
  });

  it('prints nothing, and is content, when the log is clean or holds odd bytes', async () => {
    const { log, run } = await node();
    await log(NOISE, [78, 86, 82, 77], 'someone says Xid (PCI:0000:c7:00): 79 in a log line');
    expect(await run()).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('fails and keeps its state when journalctl fails', async () => {
    const { config } = await node();
    const tools = await fakeTools({ journalctl: 'exit 1' });
    const run = await runCheck(SCRIPT, config, { tools });
    expect(run.exitCode).not.toBe(0);
    expect(run.exitCode).not.toBe(69);
    expect(run.stdout).toBe('');
  });

  it('is unsupported without an NVIDIA device and driver', async () => {
    const { config } = await node();
    const run = await runCheck(
      SCRIPT,
      { ...config, sysfs_root: await scratchFolder() },
      { tools: await fakeTools({ journalctl: '' }) },
    );
    expect(run).toMatchObject({ exitCode: 69, stdout: '' });
  });
});
