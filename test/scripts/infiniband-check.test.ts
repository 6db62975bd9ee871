import { describe, expect, it } from 'vitest';
import { expectCleanMetrics, runCheck, scratchFolder, writeTree } from './check.js';

const SCRIPT = 'templates/node/infiniband-check.sh';

interface Port {
  readonly state?: string;
  readonly physical?: string;
  readonly rate?: string;
  readonly linkLayer?: string;
  readonly downed?: string;
}

async function sysfs(ports: Readonly<Record<string, Port>>): Promise<string> {
  const root = await scratchFolder();
  for (const [name, port] of Object.entries(ports)) {
    const [device, number] = name.split(':');
    const folder = `class/infiniband/${device}/ports/${number}`;
    await writeTree(root, {
      [`${folder}/state`]: `${port.state ?? '4: ACTIVE'}\n`,
      [`${folder}/phys_state`]: `${port.physical ?? '5: LinkUp'}\n`,
      [`${folder}/rate`]: `${port.rate ?? '400 Gb/sec (4X NDR)'}\n`,
      [`${folder}/link_layer`]: `${port.linkLayer ?? 'InfiniBand'}\n`,
      [`${folder}/counters/link_downed`]: `${port.downed ?? '0'}\n`,
      [`${folder}/counters/symbol_error`]: 'N/A (no PMA)\n',
    });
  }
  return root;
}

describe('infiniband', () => {
  it('reports state, rate and errors of InfiniBand ports and leaves Ethernet out', async () => {
    const root = await sysfs({ 'mlx5_0:1': { downed: '7' }, 'mlx5_1:1': { linkLayer: 'Ethernet' } });
    const run = await runCheck(SCRIPT, { sysfs_root: root, rate_gbps: 400 });
    expect(run.exitCode).toBe(0);
    expect(run.samples).toEqual([
      'aami_infiniband_port_up{device="mlx5_0",port="1",link_layer="InfiniBand"} 1',
      'aami_infiniband_port_rate_bytes_per_second{device="mlx5_0",port="1",link_layer="InfiniBand"} 50000000000',
      'aami_infiniband_port_expected_rate_bytes_per_second{device="mlx5_0",port="1",link_layer="InfiniBand"} 50000000000',
      'aami_infiniband_port_errors_total{device="mlx5_0",port="1",counter="link_downed"} 7',
      'aami_infiniband_ports_missing 0',
    ]);
    await expectCleanMetrics(run);
  });

  it.each([
    ['waits for the subnet manager', { state: '2: INIT' }],
    ['polls for a link', { state: '1: DOWN', physical: '2: Polling' }],
    ['recovers from errors', { physical: '6: LinkErrorRecovery' }],
  ])('counts a port that %s as down', async (_, port) => {
    const run = await runCheck(SCRIPT, { sysfs_root: await sysfs({ 'mlx5_0:1': port }) });
    expect(run.samples).toContain('aami_infiniband_port_up{device="mlx5_0",port="1",link_layer="InfiniBand"} 0');
  });

  it('reads rates that are no whole number', async () => {
    const run = await runCheck(SCRIPT, { sysfs_root: await sysfs({ 'mlx5_0:1': { rate: '2.5 Gb/sec (1X SDR)' } }) });
    expect(run.samples).toContain(
      'aami_infiniband_port_rate_bytes_per_second{device="mlx5_0",port="1",link_layer="InfiniBand"} 312500000',
    );
  });

  it('counts configured ports that do not exist', async () => {
    const run = await runCheck(SCRIPT, {
      sysfs_root: await sysfs({ 'mlx5_0:1': {}, 'mlx5_1:1': {} }),
      ports: ['mlx5_0:1', 'mlx5_0:2', 'mlx5_7:1'],
    });
    expect(run.samples).toContain('aami_infiniband_ports_missing 2');
    expect(run.samples.filter((line) => line.startsWith('aami_infiniband_port_up'))).toHaveLength(1);
    await expectCleanMetrics(run);
  });

  it('is a measurement where ports are configured and no card is left', async () => {
    const run = await runCheck(SCRIPT, { sysfs_root: await scratchFolder(), ports: ['mlx5_0:1'] });
    expect(run).toMatchObject({ exitCode: 0, samples: ['aami_infiniband_ports_missing 1'] });
  });

  it('is unsupported on a machine without InfiniBand', async () => {
    const run = await runCheck(SCRIPT, { sysfs_root: await sysfs({ 'mlx5_1:1': { linkLayer: 'Ethernet' } }) });
    expect(run).toMatchObject({ exitCode: 69, stdout: '' });
  });
});
