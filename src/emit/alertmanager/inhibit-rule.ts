import { byCodeUnit } from '../../diagnostics/order.js';
import type { Matcher } from '../../model/types.js';
import { oneOf } from './tree.js';

/** While an alert that matches `source` fires, nobody is told of those that match `target` and agree in `equal`. */
export interface InhibitRule {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  /** A label that both sides lack counts as equal. */
  readonly equal: readonly string[];
}

export const named = (alerts: Iterable<string>): Matcher => oneOf('alertname', [...new Set(alerts)].sort(byCodeUnit));

/** Without it, alerts that lack the label would agree in it. */
export const present = (label: string): Matcher => ({ label, op: '!=', value: '' });

/** Each label once, in this order. */
export const labelList = (...labels: readonly (readonly string[])[]): readonly string[] => [...new Set(labels.flat())];
