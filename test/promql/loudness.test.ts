import { describe, expect, it } from 'vitest';
import { compareLoudness, parseExpr } from '../../src/promql/index.js';
import { fleet } from './fleet.js';
import { evaluate, type Sample } from './promtool.js';

/** A change of a number to each: it must make a difference over the fleet, and the one that is claimed. */
const CHANGES: readonly (readonly [string, string, 'louder' | 'quieter'])[] = [
  ['DCGM_FI_DEV_GPU_TEMP > 60', 'DCGM_FI_DEV_GPU_TEMP > 80', 'quieter'],
  ['60 < DCGM_FI_DEV_GPU_TEMP', '80 < DCGM_FI_DEV_GPU_TEMP', 'quieter'],
  ['-DCGM_FI_DEV_GPU_TEMP < -60', '-DCGM_FI_DEV_GPU_TEMP < -80', 'quieter'],
  ['(100 - DCGM_FI_DEV_GPU_TEMP) / -2 > -20', '(100 - DCGM_FI_DEV_GPU_TEMP) / -2 > -30', 'louder'],
  ['(90 - DCGM_FI_DEV_GPU_TEMP) * 2 > 20', '(80 - DCGM_FI_DEV_GPU_TEMP) * 2 > 20', 'quieter'],
  [
    'DCGM_FI_DEV_GPU_TEMP > 60 and DCGM_FI_DEV_GPU_UTIL > 50',
    'DCGM_FI_DEV_GPU_TEMP > 60 and DCGM_FI_DEV_GPU_UTIL > 97',
    'quieter',
  ],
  [
    'DCGM_FI_DEV_GPU_TEMP > 60 unless DCGM_FI_DEV_GPU_UTIL > 50',
    'DCGM_FI_DEV_GPU_TEMP > 60 unless DCGM_FI_DEV_GPU_UTIL > 97',
    'louder',
  ],
  [
    'DCGM_FI_DEV_GPU_TEMP > 80 or DCGM_FI_DEV_GPU_UTIL > 97',
    'DCGM_FI_DEV_GPU_TEMP > 90 or DCGM_FI_DEV_GPU_UTIL > 97',
    'quieter',
  ],
  [
    'count by (instance) (DCGM_FI_DEV_GPU_TEMP > 60) > 1',
    'count by (instance) (DCGM_FI_DEV_GPU_TEMP > 80) > 1',
    'quieter',
  ],
  ['absent(DCGM_FI_DEV_GPU_TEMP > 60)', 'absent(DCGM_FI_DEV_GPU_TEMP > 99)', 'louder'],
  [
    'sum by (instance) (DCGM_FI_DEV_GPU_TEMP > bool 60) > 1',
    'sum by (instance) (DCGM_FI_DEV_GPU_TEMP > bool 80) > 1',
    'quieter',
  ],
  [
    'count_over_time((DCGM_FI_DEV_GPU_TEMP > 60)[50m:10m]) > 2',
    'count_over_time((DCGM_FI_DEV_GPU_TEMP > 80)[50m:10m]) > 2',
    'quieter',
  ],
  [
    'avg_over_time((DCGM_FI_DEV_GPU_TEMP > bool 60)[50m:10m]) > 0.4',
    'avg_over_time((DCGM_FI_DEV_GPU_TEMP > bool 80)[50m:10m]) > 0.4',
    'quieter',
  ],
  [
    'histogram_quantile(0.1, rate(http_request_duration_seconds_bucket[5m])) > 0.5',
    'histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 0.5',
    'louder',
  ],
  [
    'node_load1 > on (instance) group_left () (sum by (instance) (aami_gpus) - 14)',
    'node_load1 > on (instance) group_left () (sum by (instance) (aami_gpus) - 10)',
    'quieter',
  ],
];

describe('a moved threshold, as Prometheus evaluates it', () => {
  const data = fleet('both');
  const results = evaluate(
    CHANGES.flatMap(([before, after]) => [before, after].map((expr) => ({ expr, series: data }))),
  );

  it.each(CHANGES.map((change, i) => [...change, i] as const))('%s → %s is %s', (before, after, wanted, i) => {
    const [one, other] = [parseExpr(before).expr, parseExpr(after).expr];
    if (one === null || other === null) throw new Error('does not parse');
    expect(compareLoudness(one, other)).toBe(wanted);
    const [earlier, later] = [firing(results[2 * i]), firing(results[2 * i + 1])];
    const [fewer, more] = wanted === 'quieter' ? [later, earlier] : [earlier, later];
    expect(fewer.length).toBeLessThan(more.length);
    expect(more).toEqual(expect.arrayContaining(fewer));
  });
});

function firing(result: Sample[] | string | undefined): string[] {
  if (!Array.isArray(result)) throw new Error(result);
  return result.map(({ labels: { __name__: _, ...labels } }) => JSON.stringify(labels));
}
