import type { Duration, Json, JsonObject, Labels, Severity } from '../model/types.js';

/** The documents as they are written, once their schema has accepted them. `schemas/` says what each key means. */
interface DocumentHead<Kind extends string> {
  readonly apiVersion: 'aami/v1';
  readonly kind: Kind;
}

export interface ProjectDocument extends DocumentHead<'Project'> {
  readonly name: string;
  readonly output?: string;
  readonly libraries?: readonly string[];
  readonly exporters?: Readonly<Record<string, ExporterDocument>>;
  readonly rules?: { readonly alert_name?: string };
  readonly prometheus?: { readonly global?: JsonObject; readonly alertmanagers?: readonly string[] };
  readonly alertmanager?: AlertmanagerDocument;
  readonly deploy?: DeployDocument;
}

export interface DeployDocument {
  readonly prometheus?: readonly DeployServerDocument[];
  readonly alertmanager?: readonly DeployServerDocument[];
  readonly web?: string;
  readonly keep?: number;
  /** Percent. */
  readonly max_removals?: number;
}

export interface DeployServerDocument {
  readonly url?: string;
  readonly path?: string;
  readonly reload?: boolean;
  readonly reload_timeout?: Duration;
  readonly pid_file?: string;
  readonly validate?: boolean;
  readonly backup?: boolean;
  readonly bearer_token_file?: string;
  readonly basic_auth_file?: string;
  readonly ca_file?: string;
  readonly cert_file?: string;
  readonly key_file?: string;
  readonly server_name?: string;
}

export interface AlertmanagerDocument extends TimingsDocument {
  readonly default_receiver?: string;
  readonly global?: JsonObject;
  readonly templates?: readonly string[];
  readonly notify?: NotifyDocument;
  readonly namespaces?: Readonly<Record<string, { readonly notify?: NotifyDocument }>>;
}

/** Receivers by severity. */
export type NotifyDocument = Readonly<Partial<Record<Severity | 'default', string | readonly string[]>>>;

export interface TimingDocument {
  readonly group_by?: readonly string[];
  readonly group_wait?: Duration | 0;
  readonly group_interval?: Duration;
  readonly repeat_interval?: Duration;
}

export interface TimingsDocument extends TimingDocument {
  readonly severities?: Readonly<Partial<Record<Severity, TimingDocument>>>;
}

export interface ExporterDocument {
  readonly job: string;
  readonly port: number;
  readonly metrics_path?: string;
  readonly scheme?: 'http' | 'https';
  readonly scrape_interval?: Duration;
  readonly scrape_timeout?: Duration;
}

export interface GroupDocument extends DocumentHead<'Group'> {
  readonly id: string;
  readonly name?: string;
  readonly parent?: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly notify?: NotifyDocument;
  readonly alertmanager?: TimingsDocument;
}

interface AnyTargetDocument {
  /** At least one. */
  readonly groups: readonly string[];
  readonly address?: string;
  readonly labels?: Labels;
  readonly exporters?: readonly (string | TargetExporterDocument)[];
  readonly status?: 'active' | 'inactive';
}

export interface TargetDocument extends DocumentHead<'Target'>, AnyTargetDocument {
  readonly id?: string;
  readonly hostname: string;
}

export interface TargetSetDocument extends DocumentHead<'TargetSet'>, AnyTargetDocument {
  readonly hosts: string;
}

export interface TargetExporterDocument {
  readonly type: string;
  readonly port?: number;
  readonly metrics_path?: string;
  readonly scheme?: 'http' | 'https';
}

/** What a template, a policy's entry and a level have in common. */
export interface AlertSettingsDocument {
  readonly config?: JsonObject;
  readonly for?: Duration;
  readonly keep_firing_for?: Duration;
  readonly severity?: Severity;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly enabled?: boolean;
  readonly runbook_url?: string;
}

export type LevelsDocument = Readonly<Partial<Record<Severity, AlertSettingsDocument>>>;

/** Each a JSON Schema, or a bare default. */
export type ParamsDocument = Readonly<Record<string, Json>>;

export interface AlertTemplateDocument extends DocumentHead<'AlertTemplate'>, AlertSettingsDocument {
  readonly name: string;
  readonly description?: string;
  readonly category: string;
  readonly expr: string;
  readonly requires?: { readonly exporters?: readonly string[]; readonly checks?: readonly string[] };
  readonly params?: ParamsDocument;
  readonly levels?: LevelsDocument;
  readonly aggregate?: boolean;
  readonly unscoped?: readonly string[];
  readonly inhibits?: InhibitsDocument;
}

export interface InhibitsDocument {
  readonly alerts: 'all' | readonly string[];
  readonly equal: readonly string[];
  readonly when?: Labels | string;
}

export interface ScriptTemplateDocument extends DocumentHead<'ScriptTemplate'> {
  readonly name: string;
  readonly description?: string;
  readonly script_type: string;
  readonly language: string;
  readonly version: string;
  readonly script: { readonly file: string } | { readonly inline: string };
  readonly params?: ParamsDocument;
  readonly args?: readonly string[];
  readonly user?: string;
  readonly timeout?: Duration;
  readonly interval?: Duration;
  readonly metrics?: Readonly<Record<string, MetricDocument>>;
}

export interface MetricDocument {
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary' | 'untyped';
  readonly labels?: readonly string[];
  readonly help?: string;
}

/** Exactly one of `scope`, `group` and `groups` is set. */
interface PolicyDocument {
  readonly scope?: 'global';
  readonly group?: string;
  readonly groups?: readonly string[];
  /** A mapping of label to value, or a PromQL matcher list. */
  readonly targets?: Labels | string;
  readonly priority?: number;
}

interface PolicyEntryDocument {
  readonly reason?: string;
  readonly merge?: 'deep' | 'replace';
}

export interface AlertPolicyDocument extends DocumentHead<'AlertPolicy'>, PolicyDocument {
  readonly series?: Labels | string;
  readonly alerts: Readonly<Record<string, AlertEntryDocument>>;
}

export interface AlertEntryDocument extends AlertSettingsDocument, PolicyEntryDocument {
  readonly levels?: LevelsDocument;
}

export interface ScriptPolicyDocument extends DocumentHead<'ScriptPolicy'>, PolicyDocument {
  readonly checks: Readonly<Record<string, CheckEntryDocument>>;
}

export interface CheckEntryDocument extends PolicyEntryDocument {
  readonly config?: JsonObject;
  readonly enabled?: boolean;
  readonly interval?: Duration;
  readonly timeout?: Duration;
}

/** Beside its name, Alertmanager's own lists: `slack_configs`, … */
export interface ReceiverDocument extends DocumentHead<'Receiver'> {
  readonly name: string;
  readonly [integration: `${string}_configs`]: readonly JsonObject[] | undefined;
}

export interface RouteDocument extends DocumentHead<'Route'>, TimingDocument {
  readonly name: string;
  readonly position?: 'before' | 'after';
  readonly matchers: readonly string[];
  readonly receiver: string | readonly string[];
  readonly continue?: boolean;
}

/** When nobody is told: by `schedule`, or once from `start` to `end`. */
export interface MaintenanceDocument extends DocumentHead<'Maintenance'> {
  readonly name: string;
  readonly groups?: readonly string[];
  /** A mapping of label to value, or a PromQL matcher list. */
  readonly targets?: Labels | string;
  readonly schedule?: ScheduleDocument;
  readonly start?: string;
  readonly end?: string;
  readonly comment?: string;
}

export interface ScheduleDocument {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
  readonly weekdays?: readonly string[];
  readonly days_of_month?: readonly (string | number)[];
  readonly months?: readonly string[];
  readonly time_zone?: string;
}

/** Every kind of document, by the name of the kind. */
export interface DocumentByKind {
  readonly Project: ProjectDocument;
  readonly Group: GroupDocument;
  readonly Target: TargetDocument;
  readonly TargetSet: TargetSetDocument;
  readonly AlertTemplate: AlertTemplateDocument;
  readonly ScriptTemplate: ScriptTemplateDocument;
  readonly AlertPolicy: AlertPolicyDocument;
  readonly ScriptPolicy: ScriptPolicyDocument;
  readonly Receiver: ReceiverDocument;
  readonly Route: RouteDocument;
  readonly Maintenance: MaintenanceDocument;
}

export type Kind = keyof DocumentByKind;
