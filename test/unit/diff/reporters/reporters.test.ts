import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DiffFormat, loadDiffReporter } from '../../../../src/diff/reporters/index.js';
import type { FleetDiff } from '../../../../src/diff/types.js';
import { expandRange } from '../../../../src/model/host-range.js';
import { alert, at, check, EVERYTHING, inGroup, NOTHING, nodes, target, value } from './sample.js';

/** `AAMI_UPDATE_GOLDEN=1` writes the expected texts anew: read them before you commit them. */
const update = process.env.AAMI_UPDATE_GOLDEN !== undefined;
const SIDES = { before: 'main (1a2b3c4)', after: 'the working tree' };
const BELL = '\u0007\u001b[31m';

async function report(format: DiffFormat, diff: FleetDiff, color = false): Promise<string> {
  return (await loadDiffReporter(format))(diff, { ...SIDES, color });
}

describe('a change of everything', () => {
  it.each([
    ['pretty', 'everything.txt'],
    ['markdown', 'everything.md'],
    ['json', 'everything.json'],
  ] as const)('is shown as %s', async (format, name) => {
    const path = join(import.meta.dirname, 'expected', name);
    const text = await report(format, EVERYTHING);
    if (update) writeFileSync(path, text);
    else expect(text).toBe(readFileSync(path, 'utf8'));
  });

  it('has the same text with colours', async () => {
    const coloured = await report('pretty', EVERYTHING, true);
    expect(coloured).toContain('\u001b[31m');
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(await report('pretty', EVERYTHING));
  });
});

describe('no change', () => {
  it('is one line for people', async () => {
    expect(await report('pretty', NOTHING)).toBe('No changes\n');
  });

  it('is a comment that takes the place of the one before', async () => {
    expect(await report('markdown', NOTHING)).toBe(
      '<!-- aami-diff -->\n### aami diff: no changes\n\n`main (1a2b3c4)` → `the working tree`\n',
    );
  });
});

describe('output files alone', () => {
  const diff: FleetDiff = { ...NOTHING, files: { added: [], changed: ['rules/a.yml', 'rules/b.yml'], removed: [] } };

  it('mean that nothing else is changed', async () => {
    expect(await report('pretty', diff)).toBe(`main (1a2b3c4) → the working tree

The meaning is unchanged. 2 output files are written differently.

Output files: 2 changed
  ~ rules/a.yml
  ~ rules/b.yml
`);
    expect(await report('markdown', diff)).toBe(`<!-- aami-diff -->
### aami diff: no change of meaning

\`main (1a2b3c4)\` → \`the working tree\`

The meaning is unchanged. 2 output files are written differently.

<details>
<summary>Output files: 2 changed</summary>

- **changed:** \`rules/a.yml\`
- **changed:** \`rules/b.yml\`

</details>
`);
  });

  it('are only counted where they are many', async () => {
    const many = { ...NOTHING, files: { added: nodes(1, 1500, 'rules/'), changed: [], removed: ['x.yml'] } };
    const text = await report('pretty', many);
    expect(text).toContain('1,501 output files are written differently.\n\nOutput files: 1 removed, 1,500 added\n');
    expect(text).not.toContain('x.yml');
  });
});

describe('a large fleet', () => {
  const groups = Array.from({ length: 40 }, (_, group) =>
    inGroup(`rack-${group}`, nodes(1, 250, `rack${group}-n`), `Rack ${group}`),
  );

  it('has one entry for one change, with groups and hosts in short', async () => {
    const change = alert({ values: [value('for', '5m', '10m', { effect: 'weaker' })], where: groups });
    expect(await report('pretty', { ...NOTHING, alerts: [change] })).toContain(
      `Alerts: 1 changed on 10,000 targets
  40 groups: Rack 0, Rack 1, Rack 2, Rack 3, Rack 4, Rack 5 and 34 more
    ~ GpuTemperatureHigh (warning) on 10,000 targets: rack[0-39]-n[001-250]
        for  5m → 10m (weaker)
`,
    );
  });

  it('counts the hosts that there is no room for', async () => {
    const odd = nodes(1, 2000).filter((_, index) => index % 3 === 0);
    const diff = { ...NOTHING, targets: [target({ kind: 'removed', where: [inGroup('g', odd)] })] };
    const text = (await report('pretty', diff)).replaceAll(/\s+/g, ' ');
    const found = /667 targets: gpu-node-\[([\d,]+)\] and (\d+) more/.exec(text);
    expect(found?.[1]?.split(',').length).toBe(667 - Number(found?.[2]));
    expect(found?.[0].length).toBeLessThan(260);

    const racks = Array.from({ length: 40 }, (_, rack) => nodes(1, rack + 1, `rack${rack}-n`, 2)).flat();
    const uneven = { ...NOTHING, targets: [target({ kind: 'removed', where: [inGroup('g', racks)] })] };
    const shown = /820 targets: (.+) and (\d+) more/.exec((await report('pretty', uneven)).replaceAll(/\s+/g, ' '));
    const names = (shown?.[1] ?? '').split(', ').flatMap((range) => {
      const expansion = expandRange(range);
      return expansion.ok ? expansion.names : [];
    });
    expect(racks).toEqual(expect.arrayContaining(names));
    expect(names.length + Number(shown?.[2])).toBe(820);
  });

  it('counts the alerts that there is no room for', async () => {
    const diff: FleetDiff = {
      ...NOTHING,
      weakened: [{ kind: 'coverage-lost', section: 'alerts', index: 0, count: 1 }],
      alerts: [alert({ kind: 'removed', alerts: nodes(1, 30, 'Alert', 2), where: [inGroup('g', ['a'])], weakens: [] })],
    };
    const text = (await report('pretty', diff)).replaceAll(/\s+/g, ' ');
    expect(text).toContain('coverage lost Alert01, Alert02, Alert03, Alert04 and 26 more (warning) on 1 target: a');
    expect(text).toContain('Alert19, Alert20 and 10 more (warning) on 1 target: a');
  });

  it('shows the beginning of a script that is written anew', async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => ({ kind: 'added' as const, text: `echo ${index}` }));
    const diff = { ...NOTHING, scripts: [{ check: 'c', count: 1, hunks: [{ beforeLine: 1, afterLine: 1, lines }] }] };
    expect(await report('pretty', diff)).toMatch(/\+ echo 118\n {6}… and 881 more lines\n$/);
  });
});

describe('what the lines at the top say', () => {
  const top = async (diff: Partial<FleetDiff>): Promise<string> => {
    const text = await report('pretty', { ...NOTHING, ...diff });
    return text.split('\n\n')[1] ?? '';
  };

  it('names the old and the new severity, and where it is set', async () => {
    const severity = value('severity', 'critical', 'warning', {
      beforeAt: at('policies/a.yaml', 3, 'before'),
      afterAt: at('policies/a.yaml', 7),
      reason: 'too loud',
      effect: 'weaker',
    });
    const change = alert({
      severityBefore: 'critical',
      values: [severity],
      where: [inGroup('g', ['a', 'b'])],
      weakens: ['severity-lowered'],
    });
    const weakened = [{ kind: 'severity-lowered', section: 'alerts', index: 0, count: 2 }] as const;
    expect(await top({ weakened, alerts: [change] })).toBe(`1 change weakens monitoring
  severity lowered  GpuTemperatureHigh critical → warning on 2 targets: a, b ("too loud",
                    policies/a.yaml:7)`);
  });

  it('tells why a check is lost', async () => {
    const change = check({
      kind: 'removed',
      causes: [
        { kind: 'target', change: 'moved' },
        { kind: 'requirement', what: 'exporter dcgm_exporter' },
      ],
      where: [inGroup('g', ['a'])],
      weakens: ['check-removed'],
    });
    const weakened = [{ kind: 'check-removed', section: 'checks', index: 0, count: 1 }] as const;
    expect((await top({ weakened, checks: [change] })).replaceAll(/\n +/g, ' ')).toBe(
      '1 change weakens monitoring check removed  mount-check on 1 target: a (the targets are in other groups now; ' +
        'the targets no longer have exporter dcgm_exporter, which it requires)',
    );
  });

  it('says once what several changes have in common', async () => {
    const change = (group: string, ids: readonly string[], threshold: number) =>
      alert({
        kind: 'removed',
        values: [value('config.threshold', threshold, null)],
        causes: [{ kind: 'muted', at: at('policies/a.yaml', 3), reason: null }],
        where: [inGroup(group, ids)],
        weakens: ['muted'],
      });
    const alerts = [change('a', nodes(1, 4), 80), change('b', nodes(5, 8), 90), change('b', nodes(7, 9), 95)];
    const weakened = alerts.map(({ count }, index) => ({ kind: 'muted', section: 'alerts', index, count }) as const);
    expect(await top({ weakened, alerts })).toBe(`1 change weakens monitoring
  muted  GpuTemperatureHigh (warning) on 9 targets: gpu-node-[001-009] (muted: policies/a.yaml:3)`);
  });

  it('says that nothing weakens monitoring', async () => {
    expect(await top({ groups: EVERYTHING.groups })).toBe('Nothing weakens monitoring');
    const unclear = [{ section: 'alerts', index: 2 }] as const;
    expect(await top({ unclear, alerts: EVERYTHING.alerts })).toBe('Nothing is known to weaken monitoring');
  });
});

describe('a text from the repo', () => {
  it('reaches a terminal without its control characters', async () => {
    const change = alert({
      alerts: [`A${BELL}`],
      series: BELL,
      where: [inGroup(`g${BELL}`, [`t${BELL}`], `name${BELL}`)],
      values: [
        value(`labels.${BELL}`, `a${BELL}`, `b\r\n${BELL}`, { afterAt: at(`p${BELL}.yaml`, 1), reason: `why${BELL}` }),
        value('for', BELL, '5m', { afterAt: at(`p${BELL}.yaml`, 1), reason: `why${BELL}` }),
      ],
    });
    const scripts = [
      { check: BELL, count: 1, hunks: [{ beforeLine: 1, afterLine: 1, lines: [{ kind: 'added', text: BELL }] }] },
    ] as const;
    const text = await report('pretty', { ...NOTHING, alerts: [change], scripts });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(text).toContain('\\x07\\x1b[31m');
  });

  it('does not fill the screen, however long it is', async () => {
    const long = 'x'.repeat(100_000);
    const change = alert({
      alerts: [long],
      where: [inGroup('g', ['a'])],
      values: [value('labels.a', 'b', long), value('labels.b', 'b', 'c', { reason: long })],
    });
    expect((await report('pretty', { ...NOTHING, alerts: [change] })).length).toBeLessThan(2000);
  });
});
