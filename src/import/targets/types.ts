import type { Labels } from '../../model/types.js';
import type { Loss, Place } from '../types.js';

export interface PlannedExporter {
  readonly name: string;
  readonly job: string;
  readonly port: number;
  readonly metricsPath: string | null;
  readonly scheme: string | null;
  readonly scrapeInterval: string | null;
  readonly scrapeTimeout: string | null;
}

export interface PlannedGroup {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly namespace: string | null;
  readonly labels: Labels;
}

export interface PlannedTargetExporter {
  readonly exporter: PlannedExporter;
  readonly port: number;
  readonly metricsPath: string | null;
  readonly scheme: string | null;
  /** The label `instance` that its series have had. */
  readonly instance: string;
}

export interface PlannedTarget {
  readonly id: string | null;
  readonly hostname: string;
  readonly address: string;
  /** Ids; the first is the primary group. */
  readonly groups: readonly string[];
  readonly labels: Labels;
  /** Labels that the series of some of its exporters have had, and not those of all. */
  readonly spreadLabels: readonly string[];
  readonly exporters: readonly PlannedTargetExporter[];
  readonly active: boolean;
  readonly place: Place;
}

export interface TargetPlan {
  readonly exporters: readonly PlannedExporter[];
  readonly groups: readonly PlannedGroup[];
  readonly targets: readonly PlannedTarget[];
  /** The label that makes the groups; null where they come from elsewhere, or all hosts are in one group. */
  readonly groupLabel: string | null;
  /** Whether Prometheus scrapes nothing but these targets, as far as its configuration says. */
  readonly complete: boolean;
  /** Jobs whose series are relabelled in ways that are not carried over. */
  readonly relabelled: readonly string[];
  readonly losses: readonly Loss[];
}
