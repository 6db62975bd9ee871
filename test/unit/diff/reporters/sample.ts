import type {
  AlertChange,
  Cause,
  CheckChange,
  FleetDiff,
  Place,
  StaticRuleChange,
  TargetChange,
  ValueChange,
  Where,
} from '../../../../src/diff/types.js';

export const NOTHING: FleetDiff = {
  weakened: [],
  unclear: [],
  alerts: [],
  notified: [],
  receivers: [],
  routes: [],
  maintenances: [],
  checks: [],
  scripts: [],
  targets: [],
  groups: [],
  staticRules: [],
  renamed: [],
  settings: [],
  stateLost: [],
  files: { added: [], changed: [], removed: [] },
};

/** `gpu-node-001` … */
export function nodes(first: number, last: number, prefix = 'gpu-node-', width = 3): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => `${prefix}${String(first + at).padStart(width, '0')}`);
}

export function at(file: string, line: number, side: Place['side'] = 'after'): Place {
  return { side, file, line };
}

export function inGroup(group: string, targets: readonly string[], groupName = group): Where {
  return { group, groupName, targets };
}

export function value(
  path: string,
  before: ValueChange['before'],
  after: ValueChange['after'],
  more: Partial<ValueChange> = {},
): ValueChange {
  return { path, before, after, beforeAt: null, afterAt: null, reason: null, effect: 'neutral', ...more };
}

type Some<T> = Partial<T> & { readonly where: readonly Where[] };

const countOf = (where: readonly Where[]): number => where.reduce((sum, { targets }) => sum + targets.length, 0);

export function alert(change: Some<AlertChange>): AlertChange {
  return {
    kind: 'changed',
    alerts: ['GpuTemperatureHigh'],
    series: null,
    severityBefore: 'warning',
    severityAfter: 'warning',
    values: [],
    causes: [],
    weakens: [],
    count: countOf(change.where),
    ...change,
  };
}

export function check(change: Some<CheckChange>): CheckChange {
  return {
    kind: 'changed',
    checks: ['mount-check'],
    values: [],
    scriptChanged: false,
    causes: [],
    weakens: [],
    count: countOf(change.where),
    ...change,
  };
}

export function target(change: Some<TargetChange>): TargetChange {
  return { kind: 'changed', fields: [], newSeries: false, weakens: [], count: countOf(change.where), ...change };
}

export function staticRule(change: Partial<StaticRuleChange>): StaticRuleChange {
  return {
    kind: 'changed',
    type: 'alert',
    name: 'TrainingGpusUnused',
    file: 'fleet.yml',
    values: [],
    stateLost: false,
    weakens: [],
    ...change,
  };
}

const muted: Cause = { kind: 'muted', at: at('policies/mute.yaml', 12), reason: 'vendor test week' };

/** A change of everything. */
export const EVERYTHING: FleetDiff = {
  weakened: [
    { kind: 'threshold-quieter', section: 'alerts', index: 1, count: 112 },
    { kind: 'for-lengthened', section: 'alerts', index: 1, count: 112 },
    { kind: 'muted', section: 'alerts', index: 0, count: 12 },
    { kind: 'recipient-lost', section: 'notified', index: 0, count: 14 },
    { kind: 'kept-back', section: 'maintenances', index: 0, count: 12 },
    { kind: 'check-removed', section: 'checks', index: 0, count: 12 },
    { kind: 'target-inactive', section: 'targets', index: 1, count: 1 },
    { kind: 'static-alert-removed', section: 'staticRules', index: 0, count: null },
  ],
  unclear: [{ section: 'alerts', index: 2 }],
  alerts: [
    alert({
      kind: 'removed',
      alerts: ['GpuTemperatureHigh', 'IbLinkFlap'],
      severityAfter: null,
      values: [value('severity', 'warning', null), value('config.threshold', 80, null), value('for', '10m', null)],
      causes: [muted],
      where: [inGroup('grp-ml', nodes(1, 12), 'ml-training')],
      weakens: ['muted'],
    }),
    alert({
      alerts: ['HighCPUUsage'],
      where: [
        inGroup('grp-inf', nodes(1, 16, 'inf-node-', 2), 'inference'),
        inGroup('grp-ml', nodes(1, 96), 'ml-training'),
      ],
      values: [
        value('config.threshold', 70, 90, {
          beforeAt: at('policies/gpu.yaml', 3, 'before'),
          afterAt: at('policies/gpu.yaml', 4),
          reason: 'noise in the night, see the notes of the people on call in week 30',
          effect: 'weaker',
        }),
        value('for', '5m', '15m', {
          beforeAt: at('node:cpu.yaml', 10, 'before'),
          afterAt: at('policies/gpu.yaml', 5),
          effect: 'weaker',
        }),
        value('severity', 'info', 'warning', { afterAt: at('policies/gpu.yaml', 6), effect: 'stronger' }),
        value('labels.team', null, 'hpc', { afterAt: at('policies/gpu.yaml', 7) }),
        value('annotations.summary', '90', 90),
      ],
      severityBefore: 'info',
      weakens: ['threshold-quieter', 'for-lengthened'],
    }),
    alert({
      alerts: ['ScratchFillsUp'],
      series: 'mountpoint="/scratch"',
      where: [inGroup('grp-ml', nodes(1, 96), 'ml-training')],
      values: [
        value('expr', 'a > 1\nand b{c="d"}\n  > 3', 'a > 1\nand b{c="e"}\n  > 3', {
          beforeAt: at('templates/site.yaml', 9, 'before'),
          afterAt: at('templates/site.yaml', 9),
          effect: 'unclear',
        }),
      ],
    }),
    alert({
      kind: 'added',
      alerts: ['NodeDown'],
      severityBefore: null,
      severityAfter: 'critical',
      values: [
        value('severity', null, 'critical', {
          afterAt: at('policies/rack.yaml', 2),
          reason: 'moved from the old system',
        }),
        value('for', null, '1m', { afterAt: at('policies/rack.yaml', 3), reason: 'people are asleep' }),
      ],
      causes: [
        { kind: 'bound', at: at('policies/rack.yaml', 2), reason: 'moved from the old system' },
        { kind: 'requirement', what: 'exporter node_exporter' },
      ],
      where: [inGroup('grp-ml', ['gpu-node-007'], 'ml-training')],
    }),
  ],
  notified: [
    {
      of: 'groups',
      alerts: ['critical', 'warning'],
      names: null,
      gained: ['ml-chat'],
      lost: ['oncall', 'hpc-chat'],
      beforeAt: at('aami.yaml', 25, 'before'),
      afterAt: at('groups/fleet.yaml', 29),
      timing: [],
      where: [inGroup('grp-ml', nodes(1, 12), 'ml-training'), inGroup('grp-login', nodes(1, 2, 'login', 1), 'login')],
      count: 14,
      weakens: ['recipient-lost'],
    },
    {
      of: 'fleet',
      alerts: ['default'],
      names: ['TrainingGpusUnused'],
      gained: ['oncall'],
      lost: [],
      beforeAt: at('aami.yaml', 22, 'before'),
      afterAt: at('aami.yaml', 23),
      timing: [
        {
          path: 'repeat_interval',
          before: '4h',
          after: '1h',
          beforeAt: null,
          afterAt: at('aami.yaml', 28),
        },
      ],
      where: [inGroup('grp-ml', nodes(1, 12), 'ml-training')],
      count: 12,
      weakens: [],
    },
  ],
  routes: [
    {
      kind: 'added',
      name: 'cables',
      fields: [{ path: 'matchers', before: null, after: ['alertname="IbPortDown"'] }],
      at: at('notifications/routes.yaml', 12),
    },
  ],
  maintenances: [
    {
      kind: 'changed',
      name: 'new-disks',
      values: [
        {
          ...value('end', '2031-02-04T02:00:00.000Z', '2031-02-04T08:00:00.000Z'),
          beforeAt: null,
          afterAt: null,
          effect: 'weaker',
        },
      ],
      at: at('notifications/maintenances.yaml', 3),
      where: [inGroup('grp-ml', nodes(1, 12), 'ml-training')],
      count: 12,
      weakens: ['kept-back'],
    },
  ],
  receivers: [
    { kind: 'removed', name: 'pager', at: at('notifications/pager.yaml', 3, 'before') },
    { kind: 'changed', name: 'oncall', at: at('notifications/receivers.yaml', 3) },
  ],
  checks: [
    check({
      kind: 'removed',
      checks: ['kernel-xid'],
      causes: [{ kind: 'unbound', at: at('policies/checks.yaml', 30, 'before'), reason: null }],
      where: [inGroup('grp-ml', nodes(1, 12), 'ml-training')],
      weakens: ['check-removed'],
    }),
    check({
      where: [inGroup('grp-ml', nodes(1, 96), 'ml-training')],
      values: [value('config.paths', ['/data'], ['/data', '/home'], { afterAt: at('policies/checks.yaml', 7) })],
      scriptChanged: true,
    }),
  ],
  scripts: [
    {
      check: 'mount-check',
      count: 96,
      hunks: [
        {
          beforeLine: 7,
          afterLine: 7,
          lines: [
            { kind: 'same', text: 'for path; do' },
            { kind: 'same', text: '' },
            { kind: 'removed', text: '\tcheck $path' },
            { kind: 'added', text: '\tcheck "$path" # ```' },
            { kind: 'same', text: 'done' },
          ],
        },
      ],
    },
  ],
  targets: [
    target({ kind: 'removed', where: [inGroup('grp-inf', nodes(17, 18, 'inf-node-', 2), 'inference')] }),
    target({
      kind: 'deactivated',
      where: [inGroup('grp-ml', ['gpu-node-042'], 'ml-training')],
      weakens: ['target-inactive'],
    }),
    target({
      where: [inGroup('grp-ml', nodes(85, 96), 'ml-training')],
      fields: [
        { path: 'group', before: 'grp-inf', after: 'grp-ml', varies: false },
        { path: 'address', before: null, after: null, varies: true },
      ],
      newSeries: true,
    }),
    target({ kind: 'added', where: [inGroup('grp-ml', nodes(97, 120), 'ml-training')] }),
  ],
  groups: [
    { kind: 'added', id: 'rack-c2', name: 'rack-c2', fields: [] },
    {
      kind: 'changed',
      id: 'grp-ml',
      name: 'ml-training',
      fields: [{ path: 'parent', before: null, after: 'grp-prod' }],
    },
  ],
  staticRules: [
    staticRule({
      kind: 'removed',
      name: 'OldAlert',
      values: [value('expr', 'up == 0', null), value('for', '5m', null)],
      weakens: ['static-alert-removed'],
    }),
    staticRule({ values: [value('expr', 'x < 20', 'x < 25', { effect: 'stronger' })], stateLost: true }),
    staticRule({ kind: 'added', type: 'record', name: 'group:up:ratio', values: [value('expr', null, 'avg(up)')] }),
  ],
  renamed: [{ kind: 'alert', before: 'DriverVersionDrift', after: 'DriverDrift', at: at('templates/site.yaml', 29) }],
  settings: [
    { path: 'global.scrape_interval', before: '15s', after: '30s' },
    { path: 'rules.alert_name', before: null, after: '{{ name }}' },
  ],
  stateLost: [
    {
      alerts: ['DriverDrift'],
      because: [{ path: 'alert name', before: 'DriverVersionDrift', after: 'DriverDrift' }],
      where: [inGroup('grp-ml', nodes(1, 96), 'ml-training')],
      count: 96,
    },
  ],
  files: { added: ['targets/new.json'], changed: ['rules/grp-ml.yml'], removed: [] },
};
