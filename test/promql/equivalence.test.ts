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
import { fleet } from './fleet.js';
import { evaluate, type Sample } from './promtool.js';

function parsed(text: string): ParsedExpr {
  const { expr, problems } = parseExpr(text);
  if (expr === null) throw new Error(`${text}: ${JSON.stringify(problems)}`);
  return expr;
}

const EXPRESSIONS = [
  'up{job="node-exporter"} == 0',
  '{__name__="up", job=~"node.*"} == 0',
  '{__name__=~"node_load[15]"} > 2',
  '100 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100',
  'count(up == 0) / count(up)',
  'count(up{job="node-exporter"} == 0) / count(up{job="node-exporter"}) > 0.1',
  'absent(up{job="dcgm-exporter"})',
  'absent(up{job="nowhere"})',
  'absent_over_time(up{job="nowhere",}[10m])',
  'absent(sum(up{job="nowhere"}))',
  'sum by (job) (up)',
  'sum without (instance, job) (up)',
  'max_over_time(DCGM_EXP_XID_ERRORS_COUNT{xid=~"46|48|79"}[10m]) > 0',
  '(DCGM_FI_DEV_XID_ERRORS{err_code=~"31|79"} > 0) unless (DCGM_FI_DEV_XID_ERRORS{err_code=~"31|79"} offset 40m == 79)',
  'sum by (instance) (max_over_time(DCGM_EXP_XID_ERRORS_COUNT{xid=~"13|31"}[15m])) > 20',
  'time() - aami_check_last_run_timestamp_seconds > 600',
  'DCGM_EXP_GPU_HEALTH_STATUS{health_watch!="POWER"} >= 20',
  '((DCGM_FI_DEV_FABRIC_MANAGER_STATUS > 0) < 5) != 3',
  'increase(DCGM_FI_DEV_ECC_SBE_VOL_TOTAL[1h]) > 100',
  'floor(DCGM_FI_DEV_CLOCKS_EVENT_REASONS / 64) % 2 == 1',
  'rate(DCGM_FI_DEV_POWER_VIOLATION[15m]) / 60 > 0.5',
  '(DCGM_FI_DEV_SM_CLOCK / on (instance) group_left () quantile by (instance) (0.5, DCGM_FI_DEV_SM_CLOCK)) < 1.2 and DCGM_FI_DEV_GPU_UTIL > 50',
  'max_over_time(DCGM_FI_DEV_GPU_UTIL[30m]) < 99 and DCGM_FI_DEV_FB_USED > 100',
  'rate(DCGM_FI_DEV_PCIE_REPLAY_COUNTER[10m]) * 60 > 31',
  'DCGM_FI_DEV_PCIE_LINK_WIDTH < DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH and DCGM_FI_DEV_GPU_UTIL >= 0',
  'DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE) > 0.05',
  'count by (instance) (count by (instance, UUID) (DCGM_FI_DEV_GPU_TEMP)) < 8',
  'up{job="dcgm-exporter"} == 0 and on (instance) up{job="node-exporter"} == 1',
  'up{job="dcgm-exporter"} == 1 unless on (instance) DCGM_FI_DEV_GPU_TEMP > 60',
  'sum by (instance) (aami_gpus{source="driver"}) < sum by (instance) (aami_gpus_expected)',
  'min_over_time(node_timex_sync_status[5m]) == 0 and node_timex_maxerror_seconds >= 16',
  'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes < 0.05 and node_filesystem_readonly == 0',
  'max by (instance, mountpoint) (node_filesystem_device_error{fstype=~"nfs.*|lustre"}) == 1',
  'aami_mount_mounted == 0 or node_timex_sync_status == 0',
  'node_systemd_unit_state{state="failed", name=~"slurmd.*|chrony.*"} == 1',
  'node_infiniband_state_id{device=~"mlx5_[0-7]"} != 4',
  'increase(node_infiniband_link_downed_total[50m]) >= 3',
  'histogram_quantile(0.9, sum by (le, instance) (rate(http_request_duration_seconds_bucket[5m])))',
  'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[5m]))',
  'histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket{path="/a"}[10m])))',
  'max_over_time(avg by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))[30m:5m])',
  'max_over_time((node_load1 > bool 8)[30m:1m]) == 1',
  'avg_over_time(sum(rate(node_cpu_seconds_total[5m]))[20m:5m] offset 10m)',
  'node_load1 offset 40m',
  'node_load1 + node_load5 offset 40m',
  'node_load1 @ 600 > 1',
  'node_load1 @ start() + node_load5 @ end()',
  'topk(1, node_load1)',
  'topk(scalar(count(up == 1)), DCGM_FI_DEV_GPU_TEMP)',
  'topk by (instance) (1, DCGM_FI_DEV_GPU_TEMP)',
  'quantile(scalar(min(node_timex_maxerror_seconds)) / 32, DCGM_FI_DEV_GPU_TEMP)',
  'count_values("temperature", DCGM_FI_DEV_GPU_TEMP)',
  'node_load1 > scalar(avg(node_load1))',
  'node_load1 * on (instance) group_left (release, nodename) node_uname_info',
  'node_uname_info * on (instance) group_right (release) node_load1',
  'label_replace(node_load1, "host", "$1", "instance", "(.).*")',
  'label_join(node_load1, "where", "-", "job", "instance")',
  'predict_linear(node_filesystem_avail_bytes{mountpoint="/"}[30m], 3600) < 50',
  'vector(1) + on () group_right () (node_load1 > 2)',
  'sum(node_load1) or vector(0)',
  'clamp_max(sum(node_load1) by (instance), 10)',
  'sort_desc(sum(DCGM_FI_DEV_GPU_TEMP{ } > 60) by (instance,))',
  '-node_load1 ^ 2',
  'timestamp(node_load1) - time()',
  'changes(node_load1[50m]) > 0',
  'stddev by (job) (node_load1)',
  'sum(node_load1 > 3 and on (instance) hour() >= 0)',
  'bottomk(2, DCGM_FI_DEV_GPU_TEMP) # the coldest {a="b"}',
  'node_load1 { # every node\n  job="node-exporter", # not {job="other"}\n} > 1',
  "sum by (group_id) ({__name__='node_load1'})",
];

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
