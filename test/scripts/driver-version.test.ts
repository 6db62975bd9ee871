import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCleanMetrics, runCheck, scratchFolder } from './check.js';

const SCRIPT = 'examples/gpu-cluster/templates/driver-version.sh';
const VERSION = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder@U22)';

async function run(expected: string, content: string) {
  const file = join(await scratchFolder(), 'version');
  await writeFile(file, content);
  return runCheck(SCRIPT, {}, { args: ['--expected', expected, '--proc-file', file] });
}

describe('driver-version of the example', () => {
  it.each([
    ['580.65.06', '1'],
    ['575.57.08', '0'],
  ])('compares the loaded driver with %s', async (expected, matches) => {
    const result = await run(expected, `${VERSION}\nGCC version:  gcc version 12.3.0\n`);
    expect(result).toMatchObject({
      exitCode: 0,
      samples: [`site_nvidia_driver_version_matches{version="580.65.06"} ${matches}`],
    });
    await expectCleanMetrics(result);
  });

  it('fails when the driver says something else, and is unsupported without one', async () => {
    expect(await run('580.65.06', 'what?\n')).toMatchObject({ exitCode: 1, stdout: '' });
    const missing = await runCheck(SCRIPT, {}, { args: ['--expected', '1.2', '--proc-file', '/no/such/file'] });
    expect(missing).toMatchObject({ exitCode: 69, stdout: '' });
  });
});
