import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCleanMetrics, fakeTools, runCheck, scratchFolder, writeTree } from './check.js';

const SCRIPT = 'templates/nvidia-gpu/gpu-count.sh';

/** A PCI bus with GPUs, and with what must not be taken for one: their audio function, a network card. */
async function bus(gpus: number): Promise<string> {
  const root = await scratchFolder();
  const device = (address: string, vendor: string, kind: string) => ({
    [`bus/pci/devices/${address}/vendor`]: `${vendor}\n`,
    [`bus/pci/devices/${address}/class`]: `${kind}\n`,
  });
  await writeTree(root, device('0000:01:00.0', '0x15b3', '0x020700'));
  for (let index = 0; index < gpus; index++) {
    await writeTree(root, device(`0000:0${index + 2}:00.0`, '0x10de', index === 0 ? '0x030000' : '0x030200'));
    await writeTree(root, device(`0000:0${index + 2}:00.1`, '0x10de', '0x040300'));
  }
  return root;
}

const config = async (gpus: number) => ({ sysfs_root: await bus(gpus), state_dir: await scratchFolder() });
const list = (gpus: number) =>
  Array.from({ length: gpus }, (_, index) => `echo 'GPU ${index}: NVIDIA H100 (UUID: GPU-${index})'`).join('\n');

describe('gpu-count', () => {
  it('counts boards on the bus and GPUs of the driver, MIG slices aside', async () => {
    const tools = await fakeTools({ 'nvidia-smi': `${list(2)}\necho '  MIG 1g.10gb Device 0: (UUID: MIG-1)'` });
    const run = await runCheck(SCRIPT, await config(2), { tools });
    expect(run).toMatchObject({
      exitCode: 0,
      samples: [
        'aami_gpus{source="driver"} 2',
        'aami_gpus{source="pci"} 2',
        'aami_gpus_expected 2',
        'aami_nvidia_smi_success 1',
      ],
    });
    await expectCleanMetrics(run);
  });

  it('shows a board that the driver lost, and one that is gone altogether', async () => {
    const tools = await fakeTools({ 'nvidia-smi': list(2) });
    const run = await runCheck(SCRIPT, { ...(await config(3)), expected: 4 }, { tools });
    expect(run.samples.slice(0, 3)).toEqual([
      'aami_gpus{source="driver"} 2',
      'aami_gpus{source="pci"} 3',
      'aami_gpus_expected 4',
    ]);
  });

  it('takes a driver that is not loaded for 0 GPUs, not for unsupported', async () => {
    const tools = await fakeTools({ 'nvidia-smi': 'echo "NVIDIA-SMI has failed"; exit 9' });
    const run = await runCheck(SCRIPT, await config(2), { tools });
    expect(run.exitCode).toBe(0);
    expect(run.samples).toContain('aami_gpus{source="driver"} 0');
    expect(run.samples).toContain('aami_nvidia_smi_success 0');
  });

  it('takes boards without nvidia-smi for 0 GPUs', async () => {
    const run = await runCheck(SCRIPT, await config(1));
    expect(run.samples).toContain('aami_gpus{source="driver"} 0');
    expect(run.samples).toContain('aami_gpus{source="pci"} 1');
  });

  it('is a fault, not unsupported, where GPUs are expected and nothing is there', async () => {
    const run = await runCheck(SCRIPT, { ...(await config(0)), expected: 8 });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.samples).toContain('aami_gpus_expected 8');
  });

  it('is unsupported without boards and without nvidia-smi', async () => {
    expect(await runCheck(SCRIPT, await config(0))).toMatchObject({ exitCode: 69, stdout: '' });
  });

  it('gives up on an nvidia-smi that hangs', async () => {
    const tools = await fakeTools({ 'nvidia-smi': 'exec tail -f /dev/null' });
    const run = await runCheck(SCRIPT, { ...(await config(2)), timeout_seconds: 1 }, { tools });
    expect(run.exitCode).toBe(0);
    expect(run.samples).toContain('aami_nvidia_smi_success 0');
  });

  it('starts no second nvidia-smi while one cannot be killed', async () => {
    const settings = await config(2);
    const calls = join(await scratchFolder(), 'calls');
    const tools = await fakeTools({
      'nvidia-smi': `echo call >>${calls}`,
      // Holds the lock as a process in uninterruptible sleep would: the real flock finds it taken.
      flock: 'exit 1',
    });
    const run = await runCheck(SCRIPT, settings, { tools });
    expect(run.samples).toContain('aami_nvidia_smi_success 0');
    await expect(readFile(calls)).rejects.toThrow('ENOENT');
  });
});
