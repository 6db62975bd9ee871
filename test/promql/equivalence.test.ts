import { describe, expect, it } from 'vitest';
import type { Matcher } from '../../src/model/types.js';
import {
  matcherAccepts,
  type ParsedExpr,
  parseExpr,
  parseMatcherList,
  scopeExpr,
  traceLabel,
} from '../../src/promql/index.js';
import { EXPRESSIONS } from './corpus.js';
import { fleet } from './fleet.js';
import { evaluate, type Sample } from './promtool.js';

function parsed(text: string): ParsedExpr {
  const { expr, problems } = parseExpr(text);
  if (expr === null) throw new Error(`${text}: ${JSON.stringify(problems)}`);
  return expr;
}

const BOTH = fleet('both');
const ALONE = { g1: fleet('g1'), g2: fleet('g2') };

describe('a scoped expression over two groups', () => {
  const cases = EXPRESSIONS.flatMap((text) => (['g1', 'g2'] as const).map((group) => ({ text, group })));
  const queries = cases.flatMap(({ text, group }) => {
    const target: Matcher[] = [{ label: 'group_id', op: '=', value: group }];
    const scoped = scopeExpr(parsed(text), { target, series: [] }, { unscoped: [] });
    return [
      { expr: text, series: ALONE[group] },
      { expr: scoped.text, series: BOTH },
    ];
  });
  const results = evaluate(queries);

  it.each(cases.map((each, i) => ({ ...each, i })))('$group: $text', ({ text, group, i }) => {
    const plain = results[2 * i];
    const scoped = results[2 * i + 1];
    expect(plain).toBeInstanceOf(Array);
    // absent() shows the labels that its selector asks for, so the scoped one tells its group.
    const expected = text.startsWith('absent(up') || text.startsWith('absent_over') ? withGroup(plain, group) : plain;
    expect(scoped).toEqual(expected);
  });

  it('is tried on results, not on silence', () => {
    expect(results.filter((result) => result.length > 0).length).toBeGreaterThan(results.length * 0.85);
  });
});

function withGroup(result: Sample[] | string | undefined, group: string): unknown {
  if (!Array.isArray(result)) return result;
  return result.map(({ labels, value }) => ({
    labels: Object.fromEntries(Object.entries({ ...labels, group_id: group }).sort()),
    value,
  }));
}

/** Expressions with a matcher on a label of their series that the trace says can be pushed down. */
const NARROWINGS: readonly (readonly [string, string])[] = [
  ['node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.5', 'mountpoint="/scratch"'],
  ['node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.5', 'mountpoint!="/scratch"'],
  ['node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.5', 'mountpoint=~"/|/data",fstype!="tmpfs"'],
  ['node_filesystem_avail_bytes < 50 and on (instance) node_load1 > 5', 'mountpoint="/scratch"'],
  ['node_filesystem_avail_bytes < 50 unless on (instance) node_load1 > 17.5', 'mountpoint!="/"'],
  ['node_filesystem_avail_bytes < 50 and node_filesystem_readonly == 0', 'mountpoint=~"/.+"'],
  ['node_filesystem_avail_bytes < 50 unless node_filesystem_readonly == 1', 'mountpoint=~"/.+"'],
  ['node_filesystem_avail_bytes > 50 or node_filesystem_readonly == 1', 'mountpoint="/data"'],
  [
    'node_filesystem_avail_bytes > 50 or on (instance, mountpoint) node_filesystem_readonly == 1',
    'mountpoint!="/data"',
  ],
  ['max by (instance, mountpoint) (node_filesystem_device_error) == 1', 'mountpoint="/"'],
  ['sum without (device, fstype) (node_filesystem_avail_bytes)', 'mountpoint!~"/s.*"'],
  ['topk by (mountpoint) (1, node_filesystem_avail_bytes)', 'mountpoint!="/"'],
  ['topk by (mountpoint) (scalar(count(aami_mount_mounted == 1)), node_filesystem_avail_bytes)', 'mountpoint="/"'],
  ['count_values by (mountpoint) ("value", node_filesystem_avail_bytes)', 'mountpoint="/"'],
  ['node_filesystem_avail_bytes * on (instance) group_left (release) node_uname_info', 'mountpoint="/"'],
  ['node_filesystem_avail_bytes * on (instance) group_left (release) node_uname_info', 'release="6.1"'],
  ['node_filesystem_avail_bytes * on (instance) group_left (release) node_uname_info', 'release!="6.1"'],
  ['node_uname_info * on (instance) group_right (nodename) node_filesystem_avail_bytes', 'mountpoint!="/"'],
  ['DCGM_FI_DEV_GPU_TEMP > on (instance, gpu) DCGM_FI_DEV_GPU_UTIL', 'gpu="1"'],
  ['DCGM_FI_DEV_GPU_TEMP > ignoring (UUID) DCGM_FI_DEV_GPU_UTIL', 'gpu!="1"'],
  ['DCGM_FI_DEV_SM_CLOCK / on (instance) group_left () quantile by (instance) (0.5, DCGM_FI_DEV_SM_CLOCK)', 'gpu="0"'],
  ['max_over_time(avg by (instance, mode) (rate(node_cpu_seconds_total[5m]))[30m:5m])', 'mode="idle"'],
  ['histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))', 'path="/b"'],
  ['label_replace(node_filesystem_avail_bytes, "fs", "$1", "fstype", "(.*)")', 'fstype="ext4"'],
  [
    'label_replace(DCGM_FI_DEV_GPU_TEMP, "gpu", "x$1", "UUID", "(.*)") > on (gpu, instance) label_replace(DCGM_FI_DEV_GPU_UTIL, "gpu", "x$1", "UUID", "(.*)")',
    'instance="a1"',
  ],
  ['label_replace(node_load1, "gpu", "1", "", "") < on (instance, gpu) DCGM_FI_DEV_GPU_TEMP', 'gpu="1"'],
  ['label_replace(node_load1, "gpu", "1", "", "") and on (instance, gpu) DCGM_FI_DEV_GPU_TEMP', 'gpu!="1"'],
  ['node_load1 > scalar(min(node_load1)) - 1', 'instance="a1"'],
  ['-(node_filesystem_avail_bytes) + 5', 'missing=""'],
  ['node_filesystem_avail_bytes > 50', 'missing!=""'],
  ['timestamp(aami_mount_mounted offset 5m)', 'path=~"/d.+"'],
  ['node_load1 + node_load5 offset 40m', 'instance!="a1"'],
  ['up == bool 0', 'job="dcgm-exporter"'],
];

describe('an expression narrowed by a series label', () => {
  const queries = NARROWINGS.flatMap(([text, list]) => {
    const series = parseMatcherList(list).matchers;
    const scoped = scopeExpr(parsed(text), { target: [], series }, { unscoped: [] });
    return [
      { expr: text, series: ALONE.g1 },
      { expr: scoped.text, series: ALONE.g1 },
    ];
  });
  const results = evaluate(queries);

  it.each(NARROWINGS.map(([text, list], i) => ({ text, list, i })))('$text | $list', ({ text, list, i }) => {
    const { matchers } = parseMatcherList(list);
    for (const matcher of matchers) expect(traceLabel(parsed(text), matcher.label).kind).toBe('reaches');
    const whole = results[2 * i];
    const narrowed = results[2 * i + 1];
    if (!Array.isArray(whole)) throw new Error(whole);
    expect(whole.length).toBeGreaterThan(0);
    const expected = whole.filter((sample) =>
      matchers.every((each) => matcherAccepts(each, sample.labels[each.label] ?? '')),
    );
    expect(narrowed).toEqual(expected);
  });
});
