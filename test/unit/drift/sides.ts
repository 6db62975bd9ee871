import type { Rule, RuleGroup, RunningGroup, RunningRule, RunningTarget, Target } from '../../../src/drift/index.js';

export const LIVE = '/etc/prometheus/rules';

export const rule = (name: string, rest: Partial<Rule> = {}): Rule => ({
  type: 'alert',
  name,
  expr: 'up == 0',
  forSeconds: 300,
  keepFiringForSeconds: 0,
  labels: { severity: 'warning' },
  annotations: { summary: 'down' },
  ...rest,
});

export const group = (name: string, rules: readonly Rule[], rest: Partial<RuleGroup> = {}): RuleGroup => ({
  file: 'prod-prod.yml',
  name,
  intervalSeconds: null,
  limit: 0,
  rules,
  ...rest,
});

/** A server that evaluates exactly what was built, in good health. */
export const runs = (built: RuleGroup, rest: Partial<RunningGroup> = {}): RunningGroup => ({
  ...built,
  file: `${LIVE}/${built.file}`,
  intervalSeconds: built.intervalSeconds ?? 15,
  evaluationSeconds: 0.01,
  rules: built.rules.map((one): RunningRule => ({ ...one, health: 'ok', lastError: null })),
  ...rest,
});

export const target = (host: string, rest: Partial<Target> = {}): Target => ({
  job: 'node-exporter',
  address: `${host}:9100`,
  scheme: 'http',
  metricsPath: '/metrics',
  labels: { instance: host, target_id: host, job: 'node-exporter', group_id: 'prod' },
  ...rest,
});

export const scraped = (built: Target, rest: Partial<RunningTarget> = {}): RunningTarget => ({
  ...built,
  health: 'up',
  lastError: null,
  relabelled: new Set(),
  ...rest,
});
