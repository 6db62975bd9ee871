import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { durationSeconds, isDuration } from '../../../src/template/index.js';

const DURATIONS: readonly (readonly [text: string, seconds: number | null])[] = [
  ['0', 0],
  ['0s', 0],
  ['5m', 300],
  ['1h30m', 5400],
  ['500ms', 0.5],
  ['1d', 86_400],
  ['1w', 604_800],
  ['1y', 31_536_000],
  ['1y2w3d4h5m6s7ms', 33_019_506.007],
  ['90s', 90],
  ['05m', 300],
  ['292y', 9_208_512_000],
  ['293y', null],
  ['', null],
  ['5', null],
  ['00', null],
  ['5 m', null],
  [' 5m', null],
  ['5m ', null],
  ['m5', null],
  ['1.5h', null],
  ['-5m', null],
  ['30m1h', null],
  ['5M', null],
  ['5min', null],
  ['1ms1s', null],
  ['5m5m', null],
  ['5m\n', null],
];

test.each(DURATIONS)('%j is %s seconds', (text, seconds) => {
  expect(durationSeconds(text)).toEqual(seconds === null ? null : expect.closeTo(seconds, 6));
  expect(isDuration(text)).toBe(seconds !== null);
});

// An empty `for` is as good as none to Prometheus.
test.each(DURATIONS.filter(([text]) => text !== ''))('promtool agrees on %j', (text, seconds) => {
  const folder = mkdtempSync(join(tmpdir(), 'aami-duration-'));
  try {
    const file = join(folder, 'rules.json');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'up', for: text }] }] }));
    expect(spawnSync('promtool', ['check', 'rules', file]).status === 0).toBe(seconds !== null);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
