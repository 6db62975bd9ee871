import type { Origin } from '../source/types.js';

export type Severity = 'critical' | 'warning' | 'info';
export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** A Prometheus duration as written, e.g. `5m` or `1h30m`. */
export type Duration = string;

export type Labels = Readonly<Record<string, string>>;

/** A JSON value, as parameters and configs hold it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type MatchOp = '=' | '!=' | '=~' | '!~';

/** A label matcher, as PromQL has it; regexes are anchored. */
export interface Matcher {
  readonly label: string;
  readonly op: MatchOp;
  readonly value: string;
}

export interface Project {
  readonly name: string;
  /** The output folder, relative to the repo. */
  readonly output: string;
  readonly exporters: ReadonlyMap<string, Exporter>;
  /** Template of the alert names, e.g. `${alert}`. */
  readonly alertName: string;
  /** Prometheus's `global` section, as written. */
  readonly global: JsonObject;
  /** host:port of each Alertmanager. */
  readonly alertmanagers: readonly string[];
  readonly alertmanager: Alertmanager;
  readonly origin: Origin;
}

/** What the Project says of alertmanager.yml. */
export interface Alertmanager {
  /** null: no alertmanager.yml is written. */
  readonly defaultReceiver: string | null;
  /** Its `global` section, as written. */
  readonly global: JsonObject;
  readonly templates: readonly string[];
  /** For all groups, and for what has none: the weakest layer. */
  readonly notify: Notify;
  readonly timings: Timings;
  /** By namespace. */
  readonly namespaces: ReadonlyMap<string, Notify>;
  readonly origin: Origin;
}

/** The kinds of alerts that receivers are named for; `default` stands in for those that are not. */
export type NotifyKey = Severity | 'default';

/** Names of receivers, as one layer has them. */
export interface Notify {
  readonly receivers: Readonly<Partial<Record<NotifyKey, readonly string[]>>>;
  /** The mapping; a key lies below it. */
  readonly origin: Origin;
}

/** When alerts are told, in Alertmanager's own words; absent keys are not set. */
export interface Timing {
  readonly group_by?: readonly string[];
  readonly group_wait?: Duration;
  readonly group_interval?: Duration;
  readonly repeat_interval?: Duration;
}

export interface Timings {
  readonly common: Timing;
  readonly severities: Readonly<Partial<Record<Severity, Timing>>>;
}

export interface Receiver {
  readonly name: string;
  /** Alertmanager's lists, as written: `slack_configs` and so on, in order of name. */
  readonly integrations: JsonObject;
  readonly origin: Origin;
}

/** A hand-written route. */
export interface ExtraRoute {
  readonly name: string;
  readonly position: 'before' | 'after';
  /** As written, in Alertmanager's syntax. */
  readonly matchers: readonly string[];
  /** What they say. */
  readonly matches: readonly Matcher[];
  readonly receivers: readonly string[];
  readonly continues: boolean;
  readonly timing: Timing;
  readonly origin: Origin;
}

/** When nobody is told of the alerts of some groups or targets. */
export interface Maintenance {
  readonly name: string;
  /** As named, without their descendants; null: of any group. */
  readonly groups: readonly Group[] | null;
  /** By target label; all must match. Empty: the groups as a whole. */
  readonly targets: readonly Matcher[];
  readonly time: MaintenanceTime;
  readonly comment: string | null;
  readonly origin: Origin;
}

export type MaintenanceTime =
  /** Again and again: in any of the intervals. */
  | { readonly kind: 'schedule'; readonly intervals: readonly TimeInterval[] }
  /** Once; milliseconds since 1970. */
  | { readonly kind: 'window'; readonly start: number; readonly end: number };

/** In Alertmanager's own words; absent keys do not restrict it. */
export interface TimeInterval {
  readonly times?: readonly TimeOfDayRange[];
  readonly weekdays?: readonly string[];
  readonly days_of_month?: readonly string[];
  readonly months?: readonly string[];
  readonly location?: string;
}

export interface TimeOfDayRange {
  readonly start_time: string;
  readonly end_time: string;
}

export interface Exporter {
  readonly name: string;
  readonly job: string;
  readonly port: number;
  readonly metricsPath: string | null;
  readonly scheme: 'http' | 'https' | null;
  readonly scrapeInterval: Duration | null;
  readonly scrapeTimeout: Duration | null;
  readonly origin: Origin;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  /** From the root down to the parent. */
  readonly ancestors: readonly Group[];
  /** Own or inherited. */
  readonly namespace: string | null;
  /** Own and inherited. */
  readonly labels: Labels;
  /** Its own; what its ancestors say lies below. */
  readonly notify: Notify;
  readonly timings: Timings;
  readonly origin: Origin;
}

export interface TargetExporter {
  readonly exporter: Exporter;
  readonly port: number;
  readonly metricsPath: string | null;
  readonly scheme: 'http' | 'https' | null;
}

export interface Target {
  readonly id: string;
  readonly hostname: string;
  readonly address: string;
  /** At least one; the first is the primary group. */
  readonly groups: readonly [Group, ...Group[]];
  readonly labels: Labels;
  readonly exporters: readonly TargetExporter[];
  readonly active: boolean;
  readonly origin: Origin;
}

/** JSON Schema of one parameter, with `type: duration` as a type of ours. */
export type ParamSchema = JsonObject;

export interface Params {
  readonly schemas: ReadonlyMap<string, ParamSchema>;
  /** Defaults of those parameters that have one. */
  readonly defaults: JsonObject;
}

/** What an alert makes others say in vain. */
export interface Inhibits {
  /** Names of templates. */
  readonly alerts: 'all' | readonly string[];
  /** Labels that both sides have, with the same values. */
  readonly equal: readonly string[];
  /** What else its own labels must match. */
  readonly when: readonly Matcher[];
  readonly origin: Origin;
}

/**
 * What a layer may set of an alert. A template is the weakest layer, each policy entry another.
 * Absent keys are not set.
 */
export interface AlertSettings {
  readonly config?: JsonObject;
  readonly for?: Duration;
  readonly keepFiringFor?: Duration;
  readonly severity?: Severity;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly enabled?: boolean;
}

export interface AlertLayer extends AlertSettings {
  readonly levels?: Readonly<Partial<Record<Severity, AlertSettings>>>;
}

export interface AlertTemplate {
  readonly name: string;
  readonly description: string | null;
  readonly category: string;
  readonly expr: string;
  readonly aggregate: boolean;
  readonly unscoped: readonly string[];
  readonly requires: { readonly exporters: readonly Exporter[]; readonly checks: readonly ScriptTemplate[] };
  readonly params: Params;
  /** severity, for, labels, annotations (runbook_url among them), levels and the parameters' defaults. */
  readonly settings: AlertLayer;
  readonly inhibits: Inhibits | null;
  readonly origin: Origin;
}

export interface CheckSettings {
  readonly config?: JsonObject;
  readonly enabled?: boolean;
  readonly interval?: Duration;
  readonly timeout?: Duration;
}

/** A metric as a check declares it. */
export interface Metric {
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary' | 'untyped';
  /** Names of its labels, in order of name. */
  readonly labels: readonly string[];
  readonly help: string | null;
}

export interface ScriptTemplate {
  readonly name: string;
  readonly description: string | null;
  readonly scriptType: string;
  readonly language: string;
  readonly version: string;
  readonly content: string;
  readonly args: readonly string[];
  readonly params: Params;
  readonly settings: CheckSettings;
  /** Unix user that it runs as; null: the one that the agent says. */
  readonly user: string | null;
  /** The metrics that it declares, by name, in order of name; null: it declares none. */
  readonly metrics: ReadonlyMap<string, Metric> | null;
  readonly origin: Origin;
}

export type PolicyScope = { readonly kind: 'global' } | { readonly kind: 'groups'; readonly groups: readonly Group[] };

/** One template's entry in a policy. */
export interface PolicyEntry<Template, Layer> {
  readonly template: Template;
  readonly layer: Layer;
  /** true for `merge: replace`: what lies below is dropped. */
  readonly replace: boolean;
  readonly reason: string | null;
  /** The entry, e.g. alerts.HighCPUUsage; keys of the layer lie below it as they are written. */
  readonly origin: Origin;
}

export interface Policy<Template, Layer> {
  readonly scope: PolicyScope;
  /** By target label, e.g. `type`; all must match. */
  readonly targets: readonly Matcher[];
  /** By label of the series; all must match. */
  readonly series: readonly Matcher[];
  readonly priority: number;
  readonly entries: readonly PolicyEntry<Template, Layer>[];
  readonly origin: Origin;
}

export type AlertPolicy = Policy<AlertTemplate, AlertLayer>;
export type ScriptPolicy = Policy<ScriptTemplate, CheckSettings>;

/** A hand-written Prometheus rule file, carried through. */
export interface StaticRuleFile {
  /** Relative to `rules/`. */
  readonly path: string;
  readonly text: string;
}

/** The typed repo, references resolved. Everything is in a stable order that does not depend on the layout of the files. */
export interface Repo {
  readonly project: Project;
  /** By id, in order of id. */
  readonly groups: ReadonlyMap<string, Group>;
  /** In order of id. */
  readonly targets: readonly Target[];
  readonly alertTemplates: ReadonlyMap<string, AlertTemplate>;
  readonly scriptTemplates: ReadonlyMap<string, ScriptTemplate>;
  readonly alertPolicies: readonly AlertPolicy[];
  readonly scriptPolicies: readonly ScriptPolicy[];
  readonly staticRules: readonly StaticRuleFile[];
  /** By name, in order of name. */
  readonly receivers: ReadonlyMap<string, Receiver>;
  /** In order of name. */
  readonly routes: readonly ExtraRoute[];
  /** In order of name. */
  readonly maintenances: readonly Maintenance[];
}
