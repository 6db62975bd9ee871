// Writes the fleet of the design's figures: a monitoring repo as a large site would keep it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EXPRESSIONS = [
  '(100 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[${window}])) * 100) > ${threshold}',
  'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / node_filesystem_size_bytes * 100 < ${threshold}',
  'up{job="node-exporter"} == 0',
  '(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) * 100 > ${threshold}',
  'increase(node_vmstat_oom_kill[10m]) > ${threshold}',
  'DCGM_FI_DEV_GPU_TEMP > ${threshold}',
  'rate(DCGM_FI_DEV_PCIE_REPLAY_COUNTER[${window}]) * 60 > ${threshold}',
  'max_over_time(DCGM_EXP_XID_ERRORS_COUNT{xid=~"46|48|62|64|74|79"}[10m]) > 0',
  '(DCGM_FI_DEV_SM_CLOCK / on (instance) group_left () quantile by (instance) (0.5, DCGM_FI_DEV_SM_CLOCK)) < 0.8\n  and DCGM_FI_DEV_GPU_UTIL > ${threshold}',
  'min_over_time(node_timex_sync_status[${window}]) == 0 and node_timex_maxerror_seconds >= 16',
];

const SCRIPT = `#!/usr/bin/env bash
set -euo pipefail
config=$(cat)
echo '# HELP aami_check_value A value.'
echo '# TYPE aami_check_value gauge'
for item in $(jq -r '.items[]' <<<"$config"); do
  echo "aami_check_value{item=\\"$item\\"} 1"
done
`;

/**
 * @param {string} dir an empty folder
 * @param {{ groups: number, alerts: number, targets: number, checks: number }} size
 */
export function writeFleet(dir, { groups, alerts, targets, checks }) {
  const write = (path, documents) => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), documents.join('---\n'));
  };
  const document = (kind, body) => `apiVersion: aami/v1\nkind: ${kind}\n${body}`;
  write('aami.yaml', [
    document(
      'Project',
      `name: bench
exporters:
  node_exporter: { job: node-exporter, port: 9100 }
  dcgm_exporter: { job: dcgm-exporter, port: 9400 }
prometheus:
  global: { scrape_interval: 15s, evaluation_interval: 15s }
`,
    ),
  ]);
  // A tree: sites, halls, racks.
  const groupFile = (index) => `groups/site-${Math.floor(index / 100)}.yaml`;
  const byFile = new Map();
  for (let index = 0; index < groups; index++) {
    const parent = index === 0 ? '' : `parent: g${index < 10 ? 0 : Math.floor(index / 10)}\n`;
    const labels = index % 10 === 0 ? `labels: { team: team-${index % 7} }\n` : '';
    const list = byFile.get(groupFile(index)) ?? [];
    list.push(document('Group', `id: g${index}\nname: group-${index}\n${parent}${labels}`));
    byFile.set(groupFile(index), list);
  }
  for (const [path, list] of byFile) write(path, list);
  const perGroup = Math.floor(targets / groups);
  const targetFiles = new Map();
  for (let index = 0; index < groups; index++) {
    const path = `targets/site-${Math.floor(index / 100)}.yaml`;
    const list = targetFiles.get(path) ?? [];
    list.push(
      document(
        'TargetSet',
        `hosts: "n${index}-[01-${perGroup}]"\ngroups: [g${index}]\nlabels: { type: ${index % 2 ? 'gpu' : 'cpu'} }\nexporters: [node_exporter, dcgm_exporter]\n`,
      ),
    );
    targetFiles.set(path, list);
  }
  for (const [path, list] of targetFiles) write(path, list);
  for (let index = 0; index < alerts; index++) {
    write(`templates/alert-${index}.yaml`, [
      document(
        'AlertTemplate',
        `name: Alert${index}
category: category${index % 5}
severity: warning
expr: |
  ${EXPRESSIONS[index % EXPRESSIONS.length]}
for: 5m
params:
  threshold: { type: number, default: 80 }
  window: 5m
annotations:
  summary: "{{ $labels.instance }} is above \${threshold}"
  description: "Seen in \${group.name} for \${for}."
runbook_url: https://runbooks.example.com/alert-${index}
`,
      ),
    ]);
  }
  for (let index = 0; index < checks; index++) {
    write(`templates/check-${index}.yaml`, [
      document(
        'ScriptTemplate',
        `name: check-${index}
script_type: generic
language: bash
version: 1.0.0
script: { file: check.sh }
params: { items: { type: array, items: { type: string }, default: [a, b] } }
args: ["\${items | join(',')}"]
timeout: 30s
interval: 60s
`,
      ),
    ]);
  }
  writeFileSync(join(dir, 'templates/check.sh'), SCRIPT);
  const names = Array.from({ length: alerts }, (_, index) => `Alert${index}`);
  write('policies/global.yaml', [
    document('AlertPolicy', `scope: global\nalerts:\n${names.map((name) => `  ${name}: {}\n`).join('')}`),
    document(
      'ScriptPolicy',
      `scope: global\nchecks:\n${Array.from({ length: checks }, (_, index) => `  check-${index}: {}\n`).join('')}`,
    ),
  ]);
  // Every hall tunes five alerts, every tenth group two more and one check.
  const tuned = [];
  for (let index = 1; index < groups; index++) {
    if (index >= 10 && index % 10 !== 0) continue;
    const entries = names
      .slice(index % 5, (index % 5) + 5)
      .map((name) => `  ${name}: { config: { threshold: ${50 + (index % 40)} } }\n`);
    tuned.push(document('AlertPolicy', `group: g${index}\nalerts:\n${entries.join('')}`));
    if (checks > 0)
      tuned.push(
        document('ScriptPolicy', `group: g${index}\nchecks:\n  check-0: { config: { items: [x${index}] } }\n`),
      );
  }
  write('policies/groups.yaml', tuned);
}
