import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** Expressions as alerts have them, over the series of fleet.ts. */
export const EXPRESSIONS = [
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

/** What PromQL 2.42 accepts and refuses, mixed on purpose: promtool says which is which. */
export const SYNTAX = String.raw`
x offset 5m
x[0s]
x[5m:0s]
x[5m:1m]
x[5m] @ start()
x offset 5m offset 5m
x @ 5 @ 6
1 > 2
1 > bool 2
on
sum(x) + on (a) 1
1 + on() 2
x + on() 2
a and on() 1
x{__name__="y"}
{__name__="y"}
{__name__=~"y.*",a="b"}
x @ inf
time() > bool 1
rate(x[5m][5m:])
"a"
x[5m]
x{a="\d"}
x{a="\x41\u00e9\U0001F600\101\a\n"}
x{a='it\'s'}
x{a="it\'s"}
x{a=~"a**"}
x{a=~"(?=a)"}
x{a=~"(?<!a)b"}
x{a=~"(a)\\1"}
x{a=~"(?P<n>a)|[[:alpha:]]+|\\pL|\\x{1F600}"}
x{a=~"(?i)abc(?-i)d"}
x{a=~"a{1001}"}
x{a=~"a{2,1}"}
x{a=~"a{,5}"}
x{a=~"[b-a]"}
x{a=~"["}
x{a=~"("}
x{a=~")"}
x{a=~"*a"}
x{a=~"\\Qa.b\\E+"}
x{a=~"\\z\\A\\b"}
x{a=~"\\Z"}
x{a=~"\\pX"}
x{a=~"[[:nope:]]"}
x{a=~"]"}
x{a=~"a|*"}
x{a=~"(?:a|b)*?"}
x{a=~"x*+"}
x{a=~"\\8"}
x{a=~"\\_"}
x{a=~"(?P<n>a)(?P<n>b)"}
a + on(x) group_left(x) b
a + ignoring(x) group_left(x) b
a and on (x) group_left b
a and group_left b
a + group_left b
-"a"
-x[5m]
-x
+-x
- 1
x{a="b",a="c"}
{a!=""}
{a=""}
{a=~".*"}
{a=~".+"}
{}
x{}
x{,}
x{a="b",,}
x{a="b",}
x{a}
x{a=b}
x{a="b"
x{a="b}
x{a=="b"}
x{a="b" c="d"}
x{a:b="c"}
SUM(x)
sum BY (a) (x)
Rate(x[1m])
foo(x)
sum(x,y)
sum()
topk(x)
topk(1,x)
topk("a",x)
topk(scalar(y), x)
quantile(x,x)
quantile(0.5,x)
count_values("v",x)
count_values(1,x)
count_values(x,"a")
a == bool on (x) group_left(y,) b
a / on(x,) group_right b
x AND y
a unless bool b
a + bool b
0x1F + x
1e3 + x
.5 + x
5. + x
08 + x
017 + x
x[5m ]
x[ 5m]
x[5 m]
x[1h30m]
x[30m1h]
x[1.5h]
x["5m"]
x[5m
x[]
x[-5m]
x offset -5m
x offset 1y
x offset 300y
x[9999999999y]
absent(x)[5m:]
scalar(x)[5m:]
time()[5m:]
time() + x
holt_winters(x[5m],0.5,0.5)
minute()
minute(x)
round(x)
round(x,5)
round(x,1,2)
label_join(x,"d",",")
label_join(x,"d",",","a","b")
label_join(x,"d")
label_replace(x,"d","$1","s","(.*)")
label_replace(x,"d","$1","s")
label_replace(x,d,"$1","s","(.*)")
by
sum
sum by
sum by (a)
by + without
bool
x{on="a"}
sum by (on, bool, by) (x)
sum by (a b) (x)
sum by (a,) (x)
sum by (,) (x)
sum by () (x)
sum by a (x)
sum(x) by (a)
sum(x) by (a) by (b)
sum without (a) (x)
x @ start()
x@end()
x @ middle()
x @ y
x @ (1)
x @ -1.5
inf
nan
Inf + x
x[5m:] offset 5m
x[5m:] @ 5 offset 5m
x[5m] offset 5m
x offset 5m [5m]
x offset 5m [5m:]
(x)[5m]
(x)[5m:]
(x) offset 5m
sum(x) offset 5m
sum(x)[5m:] offset 5m
sum(x)(y)
clamp(x,1)
clamp(x,1,2)
vector(x)
vector(1)
scalar(1)
scalar(x)
1 and x
a atan2 b
a % b ^ c
x[5m] + 1
x + "a"
rate(x)
rate(x[5m])
rate(x[5m:])
rate(sum(x)[5m:])
rate(sum(x[5m]))
rate((x[5m]))
irate(x[5m])[5m:1m]
timestamp(x)
timestamp(x[5m])
a:b
a:b{c="e"}
group(x)
atan2
x == 1 == 2
x == == 2
x +
+ x
x y
x{a="b"} {c="d"}
x # c
sum(()) 
()
(x)
(x
x)
x]
x}
[5m]
{a="b"}[5m]
9e999 + x
day_of_week(x,y)
by(x)
'abc
"abc
absent(x[5m])
absent(sum(x))
absent_over_time(x[5m])
absent_over_time(x)
pi()
pi(1)
pi
1 == bool 1
a or b == bool 2
a && b
a || b
!a
a = b
a =~ "b"
é
a{b="é"}
a{é="b"}
0x
0b1
1__0
x[05m]
x[5m]]
(a)b
histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))
histogram_quantile(sum by (le) (rate(x_bucket[5m])), 0.9)
predict_linear(x[1h], 4 * 3600) < 0
quantile_over_time(0.9, x[5m])
quantile_over_time(x[5m], 0.9)
x > on (a) group_left () y
x > on (a) group_left y
x > on a y
x > ignoring () y
x > on () group_right (b) y
a + b offset 5m
a + b[5m:]
a + b[5m]
a or b offset 5m and c
a > b @ 5 * c
-x offset 5m
-x ^ 2
max_over_time((a > bool b)[5m:])
x{a="b"}{c="d"}
x.y
x-y
x - -y
x ? y
x;y
x and not y
if (x) y
NaN
x @ 9223372036854775
`
  .trim()
  .split('\n');

/** The expressions of the templates that come with aami, with the defaults of their parameters. */
export function templateExpressions(): string[] {
  const folders = ['node', 'nvidia-gpu'].map((name) =>
    fileURLToPath(new URL(`../../templates/${name}/`, import.meta.url)),
  );
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => readFileSync(`${folder}${name}`, 'utf8')),
  );
  return files
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Template))
    .flatMap(({ expr, params = {} }) =>
      expr === undefined
        ? []
        : [expr.replace(/\$\{(\w+)\}/g, (_, name: string) => String(params[name]?.default).replaceAll('\\', '\\\\'))],
    );
}

interface Template {
  readonly expr?: string;
  readonly params?: Readonly<Record<string, { readonly default?: unknown }>>;
}
