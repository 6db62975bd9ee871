import type { ChalkInstance } from 'chalk';
import type { Json, Severity } from '../../model/types.js';
import type { Binding, FinalValue, GroupRef, Missing, Place, PolicyRef } from '../types.js';
import { type Cell, cell } from './draw.js';

/** What a drawing needs beside the data. */
export interface Style {
  readonly chalk: ChalkInstance;
  /** The output folder, as the project names it. */
  readonly output: string;
}

export const placeText = ({ file, line }: Place): string => `${file}:${line}`;
export const place = (at: Place | null, { chalk }: Style): Cell => cell(at === null ? '' : placeText(at), chalk.cyan);

/** `production (grp-prod)`, or the id alone where the group has no other name. */
export const groupText = ({ id, name }: GroupRef): string => (name === id ? id : `${name} (${id})`);

/** As an author would write it: text without quotes unless it needs them. */
export function valueText(value: Json): string {
  if (typeof value === 'string' && value !== '' && !/^\s|\s$|["\n]/.test(value)) return value;
  return JSON.stringify(value);
}

/** Where a column would grow too wide for the ones beside it; the rule or the bundle has the whole value. */
const LONGEST = 24;
export function shortValue(value: Json): string {
  const text = valueText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

export const fromPolicy = ({ layer }: FinalValue): boolean => layer !== null && layer > 1;

/** What policies set before what is the template's own; severity and `for` first of all. */
export function byInterest(values: readonly FinalValue[]): FinalValue[] {
  const rank = (one: FinalValue): number => (!/^(?:config|labels)\./.test(one.path) ? 0 : fromPolicy(one) ? 1 : 2);
  return [...values].sort((a, b) => rank(a) - rank(b));
}

/** `config.threshold` is `threshold` to everyone. */
export const shortPath = (path: string): string => path.replace(/^config\./, '');

export function severityPaint(severity: Severity, { chalk }: Style): ChalkInstance {
  return { critical: chalk.red, warning: chalk.yellow, info: chalk.blue }[severity];
}

export const seriesText = (series: string): string => `{${series}}`;

/** The parameters of an alert in a row; those that policies set in bold. */
export function parameters(values: readonly FinalValue[], { chalk }: Style): Cell[] {
  return byInterest(values.filter(({ path }) => path.startsWith('config.'))).map((one) =>
    cell(`${shortPath(one.path)}=${shortValue(one.value)}`, fromPolicy(one) ? chalk.bold : chalk.dim),
  );
}

/** The scope of a policy as the policy has it. */
export function scopeText({ scope }: Pick<PolicyRef, 'scope'>): string {
  if (scope === 'global') return 'scope: global';
  return scope.length === 1 ? `group: ${scope[0]}` : `groups: ${scope.join(', ')}`;
}

/** What narrows a policy, and what else tells it from others of its scope. */
export function narrowingText({
  targets,
  series,
  priority,
}: Pick<PolicyRef, 'targets' | 'series' | 'priority'>): string {
  return [
    ...(targets === null ? [] : [`targets: ${targets}`]),
    ...(series === null ? [] : [`series: ${series}`]),
    ...(priority === 0 ? [] : [`priority: ${priority}`]),
  ].join('  ');
}

export function missingText({ exporters, checks }: Missing): string {
  return [...exporters, ...checks.map((check) => `the check ${check}`)].join(', ');
}

/** Where the rule of an aggregate looks. */
export function overText({ scope, group }: Pick<Binding, 'scope' | 'group'>): string {
  if (group === null) return 'all targets';
  return scope === 'subtree' ? `${groupText(group)} and below` : groupText(group);
}
