import { describe, expect, it } from 'vitest';
import { expectCleanMetrics, fakeTools, runCheck } from './check.js';

const SCRIPT = 'templates/node/systemd-units.sh';

/** A systemctl that answers `show` with blocks, as the real one does, whatever it is asked. */
const systemctl = (...blocks: readonly string[]) =>
  fakeTools({
    systemctl: `case $1 in is-system-running) echo running ;; show) cat <<'END'\n${blocks.join('\n\n')}\nEND\n;; esac`,
  });

describe('systemd-units', () => {
  it('reports each unit under the name that was asked for', async () => {
    const tools = await systemctl(
      'Id=chronyd.service\nLoadState=loaded\nActiveState=active\nNRestarts=0',
      'Id=real-slurmd.service\nLoadState=loaded\nActiveState=failed\nNRestarts=5',
      'Id=typo.service\nLoadState=not-found\nActiveState=inactive\nNRestarts=0',
    );
    const run = await runCheck(SCRIPT, { units: ['slurmd.service', 'chronyd.service', 'typo.service'] }, { tools });
    expect(run).toMatchObject({
      exitCode: 0,
      samples: [
        'aami_systemd_unit_active{unit="chronyd.service"} 1',
        'aami_systemd_unit_active{unit="slurmd.service"} 0',
        'aami_systemd_unit_active{unit="typo.service"} 0',
        'aami_systemd_unit_loaded{unit="chronyd.service"} 1',
        'aami_systemd_unit_loaded{unit="slurmd.service"} 1',
        'aami_systemd_unit_loaded{unit="typo.service"} 0',
        'aami_systemd_unit_restarts_total{unit="chronyd.service"} 0',
        'aami_systemd_unit_restarts_total{unit="slurmd.service"} 5',
        'aami_systemd_unit_restarts_total{unit="typo.service"} 0',
      ],
    });
    await expectCleanMetrics(run);
  });

  it('leaves restarts out for units that have none, and escapes names', async () => {
    const tools = await systemctl('Id=x\nLoadState=loaded\nActiveState=active');
    const run = await runCheck(SCRIPT, { units: ['dev-disk-by\\x2dlabel-a.mount'] }, { tools });
    expect(run.samples).toEqual([
      'aami_systemd_unit_active{unit="dev-disk-by\\\\x2dlabel-a.mount"} 1',
      'aami_systemd_unit_loaded{unit="dev-disk-by\\\\x2dlabel-a.mount"} 1',
    ]);
  });

  it('fails rather than guess when systemd describes another number of units', async () => {
    const tools = await systemctl('Id=a.service\nLoadState=loaded\nActiveState=active');
    const run = await runCheck(SCRIPT, { units: ['a.service', 'b.service'] }, { tools });
    expect(run.exitCode).not.toBe(0);
    expect(run.exitCode).not.toBe(69);
    expect(run.stdout).toBe('');
  });

  it('is unsupported where systemd does not run', async () => {
    const tools = await fakeTools({ systemctl: 'echo offline; exit 1' });
    expect(await runCheck(SCRIPT, {}, { tools })).toMatchObject({ exitCode: 69, stdout: '' });
  });
});
