import { describe, expect, it } from 'vitest';
import { expectCleanMetrics, fakeTools, runCheck } from './check.js';

const SCRIPT = 'templates/node/clock-sync.sh';
const tracking = (leap: string) =>
  `echo 'A9FEA97B,169.254.169.123,4,1795469289.513,-0.000013,0.000007,0.000011,-12.3,0.000,0.013,0.000276,0.000391,16.1,${leap}'`;

describe('clock-sync', () => {
  it('reads offset and stratum of chrony', async () => {
    const tools = await fakeTools({ chronyc: tracking('Normal') });
    const run = await runCheck(SCRIPT, {}, { tools });
    expect(run).toMatchObject({
      exitCode: 0,
      samples: [
        'aami_clock_synchronized{source="chrony"} 1',
        'aami_clock_offset_seconds{source="chrony"} -0.000013',
        'aami_clock_stratum{source="chrony"} 4',
      ],
    });
    await expectCleanMetrics(run);
  });

  it('says so when chrony follows nothing', async () => {
    const tools = await fakeTools({ chronyc: tracking('Not synchronised') });
    expect((await runCheck(SCRIPT, {}, { tools })).samples[0]).toBe('aami_clock_synchronized{source="chrony"} 0');
  });

  it.each([
    ['does not answer', 'echo "506 Cannot talk to daemon" >&2; exit 1'],
    ['hangs', 'exec tail -f /dev/null'],
  ])('takes a daemon that %s for not synchronised', async (_, chronyc) => {
    const run = await runCheck(SCRIPT, { timeout_seconds: 1 }, { tools: await fakeTools({ chronyc }) });
    expect(run).toMatchObject({ exitCode: 0, samples: ['aami_clock_synchronized{source="chrony"} 0'] });
  });

  it('fails when chrony prints something else', async () => {
    const run = await runCheck(SCRIPT, {}, { tools: await fakeTools({ chronyc: 'echo 1,2,3' }) });
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
  });

  it('asks systemd where told to, and leaves out what it does not know', async () => {
    const tools = await fakeTools({ systemctl: 'echo running', timedatectl: 'echo yes' });
    const run = await runCheck(SCRIPT, { source: 'timedatectl' }, { tools });
    expect(run).toMatchObject({ exitCode: 0, samples: ['aami_clock_synchronized{source="timedatectl"} 1'] });
    await expectCleanMetrics(run);
  });

  it('is unsupported where systemd does not run', async () => {
    const tools = await fakeTools({ systemctl: 'echo offline; exit 1', timedatectl: 'exit 1' });
    expect(await runCheck(SCRIPT, { source: 'timedatectl' }, { tools })).toMatchObject({ exitCode: 69, stdout: '' });
  });
});
