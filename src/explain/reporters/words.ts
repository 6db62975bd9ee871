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

/** `config.threshold` is `threshold` to everyone. */
export const shortPath = (path: string): string => path.replace(/^config\./, '');

export function severityPaint(severity: Severity, { chalk }: Style): ChalkInstance {
  return { critical: chalk.red, warning: chalk.yellow, info: chalk.blue }[severity];
}

export const seriesText = (series: string): string => `{${series}}`;

/** The parameters of an alert in a row: what policies set first, and in bold; the rest is the template's. */
export function parameters(values: readonly FinalValue[], { chalk }: Style): Cell[] {
  const config = values.filter(({ path }) => path.startsWith('config.'));
  const fromPolicy = (one: FinalValue): boolean => one.layer !== null && one.layer > 1;
  return [...config.filter(fromPolicy), ...config.filter((one) => !fromPolicy(one))].map((one) =>
    cell(`${shortPath(one.path)}=${valueText(one.value)}`, fromPolicy(one) ? chalk.bold : chalk.dim),
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
