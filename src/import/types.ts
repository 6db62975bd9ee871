import type { Labels } from '../model/types.js';

/** A file that is imported: its path as the user knows it, and its text. */
export interface InputFile {
  readonly path: string;
  readonly text: string;
}

/** Where something stands in the files that are imported. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What is not carried over, or not as it was. Both are parts of one sentence: `what`: `why`. Never holds a secret. */
export interface Loss {
  readonly place: Place;
  readonly what: string;
  readonly why: string;
}

/** What the readers of all formats make of their files. */
export interface Imported {
  readonly ruleFiles: readonly SourceRuleFile[];
  readonly jobs: readonly SourceJob[];
  readonly endpoints: readonly SourceEndpoint[];
  readonly hosts: readonly SourceHost[];
  readonly groups: readonly SourceGroup[];
  readonly prometheus: SourcePrometheus | null;
  readonly server: SourceServer | null;
  readonly losses: readonly Loss[];
  /** What keeps a file from being read at all. */
  readonly errors: readonly Loss[];
}

export type Scalar = string | number | boolean | null;

export interface SourceRuleFile {
  readonly path: string;
  readonly text: string;
  readonly groups: readonly SourceRuleGroup[];
  /** Whether all of it has been understood, and it can be carried as it is. */
  readonly intact: boolean;
}

export interface SourceRuleGroup {
  readonly name: string;
  /** The keys beside `name`, `labels` and `rules`, such as `interval`. */
  readonly settings: Readonly<Record<string, Scalar>>;
  /** Labels of all its rules. */
  readonly labels: Labels;
  readonly rules: readonly SourceRule[];
}

export interface SourceRule {
  readonly kind: 'alert' | 'record';
  readonly name: string;
  readonly expr: string;
  readonly for: string | null;
  readonly keepFiringFor: string | null;
  /** Those of its group included. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly group: string;
  readonly groupSettings: Readonly<Record<string, Scalar>>;
  readonly place: Place;
}

/** A scrape job. */
export interface SourceJob {
  readonly name: string;
  readonly scheme: string | null;
  readonly metricsPath: string | null;
  readonly scrapeInterval: string | null;
  readonly scrapeTimeout: string | null;
  /** Patterns of the files that list its targets. */
  readonly files: readonly string[];
  /** Whether its series get other labels than their targets have. */
  readonly relabels: boolean;
  /** Whether \`instance\` is the host without its port. */
  readonly bareInstance: boolean;
  /** Whether all of its targets are known here; false where they come from a service discovery. */
  readonly complete: boolean;
  readonly place: Place;
}

/** One address that is scraped. */
export interface SourceEndpoint {
  /** null: nothing says so; the name of its file stands in. */
  readonly job: string | null;
  readonly host: string;
  readonly port: number;
  readonly scheme: string | null;
  readonly metricsPath: string | null;
  readonly labels: Labels;
  readonly place: Place;
}

/** A host of an inventory. */
export interface SourceHost {
  readonly hostname: string;
  readonly id: string | null;
  readonly address: string | null;
  /** Names of groups, the first is the primary one; empty where labels say it. */
  readonly groups: readonly string[];
  readonly labels: Labels;
  readonly exporters: readonly { readonly job: string; readonly port: number; readonly metricsPath: string | null }[];
  readonly active: boolean;
  readonly place: Place;
}

export interface SourceGroup {
  /** What hosts and other groups call it. */
  readonly name: string;
  /** What people call it, where that differs. */
  readonly label: string | null;
  /** null: made of the name. */
  readonly id: string | null;
  readonly parent: string | null;
  readonly namespace: string | null;
  readonly place: Place;
}

export interface SourcePrometheus {
  readonly global: Readonly<Record<string, Scalar | Labels>>;
  readonly alertmanagers: readonly string[];
  /** Patterns of its rule files. */
  readonly ruleFiles: readonly string[];
  readonly place: Place;
}

/** What a config server of AAMI holds beside groups and targets. */
export interface SourceServer {
  readonly alertTemplates: readonly ServerAlert[];
  readonly alertRules: readonly ServerAlert[];
  readonly scriptTemplates: readonly ServerScript[];
  readonly scriptPolicies: readonly ServerScript[];
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An alert template, or a rule: a copy of a template that is bound to a group. */
export interface ServerAlert {
  readonly name: string;
  readonly description: string | null;
  readonly severity: string | null;
  readonly query: string;
  readonly defaults: ServerAlertConfig;
  /** Of a rule; `{}`-like in a template. */
  readonly config: ServerAlertConfig;
  /** Id of its group; null in a template. */
  readonly group: string | null;
  readonly enabled: boolean;
  readonly priority: number;
  readonly place: Place;
}

export interface ServerAlertConfig {
  readonly for: string | null;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly variables: JsonObject;
}

export interface ServerScript {
  readonly name: string;
  readonly description: string | null;
  readonly type: string;
  readonly language: string;
  readonly version: string;
  readonly content: string;
  readonly defaults: JsonObject;
  readonly config: JsonObject;
  /** Of a policy: null is the whole fleet. */
  readonly group: string | null;
  readonly enabled: boolean;
  readonly priority: number;
  readonly place: Place;
}
