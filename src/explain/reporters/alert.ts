import { amount, thousands } from '../../diagnostics/amounts.js';
import { foldHosts } from '../../model/fold-hosts.js';
import type { Json } from '../../model/types.js';
import type { AlertExplanation, RuleRow, Without } from '../types.js';
import { type Cell, cell, sections, table, under } from './draw.js';
import { groupText, missingText, overText, place, type Style, seriesText, severityPaint, shortValue } from './words.js';

export function drawAlert(explained: AlertExplanation, style: Style): string {
  const { chalk } = style;
  const { alert, description, at, requires, rules, without } = explained;
  const covered = new Set(rules.flatMap(({ targets }) => targets)).size;
  const { common, varying } = parametersOf(rules);
  return sections(
    [
      chalk.bold(cell(`${alert}: ${amount(rules.length, 'rule')}, ${amount(covered, 'target')}`).text),
      ...table([
        ...(description === null ? [] : [[cell('about'), cell(description.trim().replaceAll(/\s+/g, ' '))]]),
        [cell('defined'), place(at, style)],
        ...(requires.exporters.length + requires.checks.length === 0
          ? []
          : [[cell('requires'), cell(missingText(requires))]]),
        ...(common.length === 0
          ? []
          : [[cell('all have'), common.map(([name, value]) => cell(`${name}=${shortValue(value)}`))]]),
      ]),
    ],
    rules.length === 0 ? [] : drawRules(rules, varying, style),
    under(chalk.bold('Without it'), table(without.map((one) => withoutRow(one, style)))),
  );
}

/** Parameters that all rules agree on, and those that a column is worth. */
function parametersOf(rules: readonly RuleRow[]): {
  readonly common: readonly (readonly [string, Json])[];
  readonly varying: readonly string[];
} {
  const names = [...new Set(rules.flatMap(({ config }) => Object.keys(config)))].sort();
  const texts = (name: string): Set<string> => new Set(rules.map(({ config }) => JSON.stringify(config[name] ?? null)));
  const same = names.filter((name) => texts(name).size === 1);
  return {
    common: rules.length === 1 ? [] : same.map((name) => [name, rules[0]?.config[name] ?? null]),
    varying: rules.length === 1 ? names : names.filter((name) => !same.includes(name)),
  };
}

function drawRules(rules: readonly RuleRow[], varying: readonly string[], style: Style): string[] {
  const { chalk } = style;
  const head = ['GROUP', 'OVERRIDE', 'SEVERITY', 'FOR', ...varying, 'TARGETS', 'TOLD'];
  const rows = rules.map((rule): Cell[] => [
    cell(overText(rule)),
    cell(rule.override ?? ''),
    cell(rule.severity, severityPaint(rule.severity, style)),
    cell(rule.for ?? ''),
    ...varying.map((name) => cell(shortValue(rule.config[name] ?? null), chalk.bold)),
    cell(thousands(rule.targets.length)),
    cell(rule.told.map(({ receiver, certain }) => (certain ? receiver : `${receiver}?`)).join(', ')),
  ]);
  const used = head.map((_, column) => rows.some((row) => row[column]?.text !== ''));
  return table(
    [head.map((title) => cell(title, chalk.dim)), ...rows].map((row) => row.filter((_, column) => used[column])),
  );
}

function withoutRow({ group, targets, why, missing, level, series, at, reason }: Without, style: Style): Cell[][] {
  const part = [level, series === null ? null : seriesText(series)].filter((one) => one !== null);
  const said = {
    requirements: `lack ${missingText(missing)}`,
    unbound: 'no policy reaches them',
    muted: 'muted',
  }[why];
  const because = [
    cell(part.length === 0 ? said : `${said} for ${part.join(' ')}`),
    ...(at === null ? [] : [place(at, style)]),
    ...(reason === null ? [] : [cell(`(${reason})`, style.chalk.italic)]),
  ];
  const hosts = foldHosts(targets).map((range) => cell(range, style.chalk.dim));
  return [
    [cell(groupText(group))],
    [cell(thousands(targets.length))],
    [...because.slice(0, -1), ...because.slice(-1).map((last) => ({ ...last, text: `${last.text}:` })), ...hosts],
  ];
}
