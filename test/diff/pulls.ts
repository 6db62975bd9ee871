import { append, type Edit, reorder, replace, write } from './edits.js';

/** A pull request on examples/gpu-cluster. */
export interface Pull {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Alerts by the names that they had before. */
  readonly renamed?: Readonly<Record<string, string>>;
}

/** Each builds on the one before it, as a year of work on one repo does. */
export const PULLS: readonly Pull[] = [
  {
    name: 'threshold-raised-for-one-group',
    edits: [replace('policies/production.yaml', '{ threshold: 70 }', '{ threshold: 85 }')],
  },
  {
    name: 'alert-muted-with-a-reason',
    edits: [
      replace(
        'policies/development.yaml',
        '  GpuIdleButHeld:',
        '  NvlinkCrcRate: { enabled: false, reason: "boards on loan, without a bridge until March" }\n  GpuIdleButHeld:',
      ),
    ],
  },
  {
    name: 'node-moved-to-another-group',
    edits: [
      replace('targets/production.yaml', 'viz-node-[1-4]', 'viz-node-[1-3]'),
      replace('targets/production.yaml', '10.0.3.[101-104]', '10.0.3.[101-103]'),
      append(
        'targets/development.yaml',
        `apiVersion: aami/v1
kind: Target
hostname: viz-node-4
address: 10.0.3.104
groups: [grp-dev]
labels: { type: gpu, gpus: "1" }
exporters: [node_exporter, dcgm_exporter]
`,
      ),
    ],
  },
  {
    name: 'template-renamed',
    edits: [
      replace('templates/site.yaml', 'name: ScratchFillsUp', 'name: ScratchFullSoon'),
      replace('policies/production.yaml', 'ScratchFillsUp: {}', 'ScratchFullSoon: {}'),
    ],
    renamed: { ScratchFillsUp: 'ScratchFullSoon' },
  },
  {
    name: 'script-of-a-check-edited',
    edits: [
      replace('templates/driver-version.yaml', 'version: 1.0.0', 'version: 1.1.0'),
      replace(
        'templates/driver-version.sh',
        "  echo 'driver-version: no NVIDIA driver is loaded' >&2\n",
        "  echo 'driver-version: no NVIDIA driver is loaded; is nouveau?' >&2\n  lsmod | grep -w nouveau >&2 || true\n",
      ),
    ],
  },
  {
    name: 'group-deleted-and-its-targets-moved',
    edits: [
      replace(
        'groups/fleet.yaml',
        '---\napiVersion: aami/v1\nkind: Group\nid: grp-login\nname: login\nparent: grp-prod\n',
        '',
      ),
      replace('targets/production.yaml', 'groups: [grp-login]', 'groups: [grp-prod]'),
      replace(
        'policies/production.yaml',
        'group: grp-login\nalerts:',
        'group: grp-prod\ntargets: { type: login }\nalerts:',
      ),
    ],
  },
  {
    name: 'only-refactored',
    edits: [
      // A policy split in two, in files of their own.
      replace('policies/development.yaml', '  HighDiskUsage: { config: { threshold: 10 }, for: 10m }\n', ''),
      write(
        'policies/disks/development.yaml',
        `apiVersion: aami/v1
kind: AlertPolicy
groups:
  - grp-dev
alerts:
  HighDiskUsage:
    for: 10m
    config:
      threshold: 10
`,
      ),
      reorder('policies/production.yaml', 4, 2, 0, 3, 1),
      reorder('policies/gpu.yaml', 3, 4, 2, 1, 0),
      reorder('groups/fleet.yaml', 6, 5, 4, 3, 2, 1, 0),
      reorder('targets/production.yaml', 1, 0, 4, 3, 2),
    ],
  },
  {
    name: 'severity-lowered-in-development',
    edits: [
      replace(
        'policies/development.yaml',
        '  NvlinkCrcRate:',
        '  FilesystemReadOnly: { severity: info }\n  NvlinkCrcRate:',
      ),
    ],
  },
  {
    name: 'wait-lengthened-everywhere',
    edits: [replace('policies/fleet.yaml', 'FilesystemReadOnly: {}', 'FilesystemReadOnly: { for: 30m }')],
  },
  {
    name: 'one-mount-of-some-targets-tuned',
    edits: [
      append(
        'policies/production.yaml',
        `apiVersion: aami/v1
kind: AlertPolicy
group: grp-storage
targets: { role: mds }
series: { mountpoint: /srv/mdt }
alerts:
  HighDiskUsage: { config: { threshold: 30 }, severity: critical, reason: "a full MDT stops the file system" }
`,
      ),
    ],
  },
  {
    name: 'one-mount-muted',
    edits: [
      append(
        'policies/fleet.yaml',
        `apiVersion: aami/v1
kind: AlertPolicy
group: grp-mgmt
series: { mountpoint: /boot }
alerts:
  HighDiskUsage: { enabled: false, reason: "old kernels are removed by hand" }
`,
      ),
    ],
  },
  {
    name: 'targets-retired',
    edits: [
      replace('targets/production.yaml', 'cpu-node-[01-16]', 'cpu-node-[01-15]'),
      replace('targets/production.yaml', '10.0.3.[1-16]', '10.0.3.[1-15]'),
      replace('targets/ml-training.yaml', 'gpu-node-[085-096]', 'gpu-node-[085-095]'),
      replace('targets/ml-training.yaml', '10.0.1.[85-96]', '10.0.1.[85-95]'),
      append(
        'targets/under-repair.yaml',
        `apiVersion: aami/v1
kind: Target
hostname: gpu-node-096
address: 10.0.1.96
groups: [grp-ml, rack-b4]
labels: { type: gpu, gpus: "8" }
exporters: [node_exporter, dcgm_exporter]
status: inactive
`,
      ),
    ],
  },
  {
    name: 'targets-relabelled',
    edits: [
      replace(
        'targets/production.yaml',
        'labels: { type: gpu, gpus: "1" }',
        'labels: { type: visualisation, gpus: "1" }',
      ),
    ],
  },
  {
    name: 'exporter-added',
    edits: [
      replace(
        'targets/production.yaml',
        'labels: { type: login }\nexporters: [node_exporter]',
        'labels: { type: login, gpus: "1" }\nexporters: [node_exporter, dcgm_exporter] # a card each, to compile on',
      ),
    ],
  },
  {
    name: 'check-unbound',
    edits: [
      replace(
        'policies/checks.yaml',
        '  infiniband: { config: { ports: ["mlx5_0:1", "mlx5_1:1", "mlx5_2:1", "mlx5_3:1"], rate_gbps: 400 } }\n',
        '',
      ),
    ],
  },
  {
    name: 'static-rule-changed',
    edits: [replace('rules/fleet.yml', '< 20', '< 10')],
  },
  {
    name: 'level-added',
    edits: [
      replace(
        'policies/gpu.yaml',
        '  GpuTemperatureHigh: {}',
        '  GpuTemperatureHigh: { levels: { warning: {}, critical: { config: { threshold: 90 }, for: 2m } } }',
      ),
    ],
  },
  {
    name: 'scraped-less-often',
    edits: [replace('aami.yaml', 'scrape_interval: 15s', 'scrape_interval: 30s')],
  },
  {
    name: 'expression-rewritten',
    edits: [
      replace(
        'templates/site.yaml',
        'predict_linear(node_filesystem_avail_bytes{mountpoint="/scratch"}[${window}], ${hours} * 3600) < 0',
        'min_over_time(node_filesystem_avail_bytes{mountpoint="/scratch"}[${window}]) < 50e9',
      ),
    ],
  },
  {
    name: 'unmuted',
    edits: [
      replace(
        'policies/production.yaml',
        '  HighMemoryUsage: { enabled: false, reason: "Lustre servers fill their memory with cache on purpose" }\n',
        '  HighMemoryUsage: { levels: { warning: { enabled: false }, critical: { config: { threshold: 99 } } } }\n',
      ),
    ],
  },
  {
    name: 'owners-changed',
    edits: [
      replace(
        'groups/fleet.yaml',
        'notify: { critical: [oncall, storage-mail], default: storage-mail }',
        'notify: { default: storage-mail }',
      ),
      replace('aami.yaml', 'critical: [oncall, hpc-chat]', 'critical: oncall'),
    ],
  },
  {
    name: 'route-takes-an-alert-from-its-owners',
    edits: [
      append(
        'notifications/routes.yaml',
        `apiVersion: aami/v1
kind: Route
name: cables
matchers: ['alertname="IbPortDown"', 'instance=~"gpu-node-00.*"']
receiver: storage-mail
`,
      ),
    ],
  },
  {
    name: 'maintenances-planned',
    edits: [
      append(
        'notifications/maintenances.yaml',
        `apiVersion: aami/v1
kind: Maintenance
name: new-firmware
groups: [grp-inf]
start: 2031-02-03T20:00:00Z
end: 2031-02-04T02:00:00Z
comment: Firmware of all boards
`,
      ),
      replace('notifications/maintenances.yaml', 'weekdays: [tuesday]', 'weekdays: [tuesday, thursday]'),
      replace('notifications/maintenances.yaml', 'targets: { type: gpu }\n', ''),
    ],
  },
  {
    name: 'maintenance-prolonged',
    edits: [replace('notifications/maintenances.yaml', '2031-02-04T02:00:00Z', '2031-02-04T08:00:00Z')],
  },
];
