import type { TestSeries } from './promtool.js';

/** Labels of the series of each metric on one host; `counter` ones grow. */
interface Metric {
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly values: 'counter' | readonly number[];
  /** Adds to each value something of the series' own, so that no two are equal and topk has one answer. */
  readonly distinct?: true;
}

const gpu = { gpu: ['0', '1'], UUID: ['u0', 'u1'], job: ['dcgm-exporter'] };
const node = { job: ['node-exporter'] };
const disk = { ...node, device: ['sda', 'sdb'], mountpoint: ['/', '/scratch', '/data'], fstype: ['ext4', 'tmpfs'] };
const port = { ...node, device: ['mlx5_0', 'mlx5_1', 'eth0'], port: ['1'] };

const METRICS: Readonly<Record<string, Metric>> = {
  up: { labels: { job: ['node-exporter', 'dcgm-exporter'] }, values: [0, 1, 1] },
  node_cpu_seconds_total: { labels: { ...node, cpu: ['0', '1'], mode: ['idle', 'user'] }, values: 'counter' },
  node_load1: { labels: node, values: [2, 9, 17], distinct: true },
  node_load5: { labels: node, values: [3, 8] },
  node_filesystem_avail_bytes: { labels: disk, values: [1, 4, 20, 60] },
  node_filesystem_size_bytes: { labels: disk, values: [100] },
  node_filesystem_readonly: { labels: disk, values: [0, 0, 1] },
  node_filesystem_device_error: { labels: { ...disk, fstype: ['nfs4', 'ext4'] }, values: [0, 1] },
  node_timex_sync_status: { labels: node, values: [0] },
  node_timex_maxerror_seconds: { labels: node, values: [0, 16] },
  node_edac_uncorrectable_errors_total: { labels: { ...node, controller: ['0'] }, values: 'counter' },
  node_systemd_unit_state: {
    labels: { ...node, name: ['slurmd.service', 'cron.service'], state: ['failed', 'active'] },
    values: [0, 1],
  },
  node_infiniband_state_id: { labels: port, values: [4, 2, 1] },
  node_infiniband_link_downed_total: { labels: port, values: 'counter' },
  node_network_info: { labels: { ...node, device: ['eth0'], operstate: ['up', 'down'] }, values: [1] },
  node_uname_info: { labels: { ...node, release: ['6.1'], nodename: ['n'] }, values: [1] },
  http_request_duration_seconds_bucket: {
    labels: { ...node, le: ['0.1', '1', '+Inf'], path: ['/a', '/b'] },
    values: 'counter',
  },
  DCGM_FI_DEV_GPU_TEMP: { labels: gpu, values: [55, 70, 84, 91], distinct: true },
  DCGM_FI_DEV_GPU_UTIL: { labels: gpu, values: [0, 60, 95, 99] },
  DCGM_FI_DEV_SM_CLOCK: { labels: gpu, values: [900, 1400, 1900] },
  DCGM_FI_DEV_FB_USED: { labels: gpu, values: [10, 900, 4000] },
  DCGM_FI_DEV_FB_FREE: { labels: gpu, values: [100, 4000] },
  DCGM_FI_DEV_POWER_VIOLATION: { labels: gpu, values: 'counter' },
  DCGM_FI_DEV_ECC_SBE_VOL_TOTAL: { labels: gpu, values: 'counter' },
  DCGM_FI_DEV_PCIE_REPLAY_COUNTER: { labels: gpu, values: 'counter' },
  DCGM_FI_DEV_PCIE_LINK_WIDTH: { labels: gpu, values: [8, 16] },
  DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH: { labels: gpu, values: [16] },
  DCGM_FI_DEV_CLOCKS_EVENT_REASONS: { labels: gpu, values: [0, 64, 68, 96] },
  DCGM_FI_DEV_FABRIC_MANAGER_STATUS: { labels: gpu, values: [3, 4, 1] },
  DCGM_FI_DEV_XID_ERRORS: { labels: { ...gpu, err_code: ['31', '79'] }, values: [31, 79] },
  DCGM_EXP_XID_ERRORS_COUNT: { labels: { ...gpu, xid: ['79', '31'] }, values: [0, 1, 30] },
  DCGM_EXP_GPU_HEALTH_STATUS: { labels: { ...gpu, health_watch: ['POWER', 'PCIE'] }, values: [0, 10, 20] },
  aami_gpus: { labels: { ...node, source: ['driver', 'pci'] }, values: [7, 8] },
  aami_gpus_expected: { labels: node, values: [8] },
  aami_mount_mounted: { labels: { ...node, path: ['/data', '/mnt'] }, values: [0, 1] },
  aami_check_last_run_timestamp_seconds: { labels: { ...node, check: ['mounts', 'nvme'] }, values: [100, 3500] },
};

/** The series of two groups of two hosts each; `group` picks one of them. Values differ, but never from run to run. */
export function fleet(group: 'g1' | 'g2' | 'both'): TestSeries[] {
  const hosts = [
    ['g1', 'a1'],
    ['g1', 'a2'],
    ['g2', 'b1'],
    ['g2', 'b2'],
  ] as const;
  return hosts
    .filter(([id]) => group === 'both' || group === id)
    .flatMap(([id, host]) =>
      Object.entries(METRICS).flatMap(([metric, spec]) =>
        combinations(spec.labels).map((labels) => {
          const all = { ...labels, instance: host, group_id: id };
          const text = Object.entries(all).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
          const series = `${metric}{${text.join(',')}}`;
          return { series, values: valuesOf(spec, hash(series)) };
        }),
      ),
    );
}

/** Every combination, but one UUID per GPU. */
function combinations(labels: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels)) {
    all = all.flatMap((each) => values.map((value) => ({ ...each, [name]: value })));
  }
  return all.filter((each) => each.UUID === undefined || each.UUID === `u${each.gpu}`);
}

function valuesOf(spec: Metric, seed: number): string {
  if (spec.values === 'counter') return `${seed % 50}+${1 + (seed % 70)}x60`;
  const first = spec.values[seed % spec.values.length];
  const second = spec.values[(seed >> 4) % spec.values.length];
  const own = spec.distinct ? (seed % 1009) / 1024 : 0;
  return `${(first ?? 0) + own}x30 ${(second ?? 0) + own}x30`;
}

function hash(text: string): number {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0;
  return value >>> 3;
}
