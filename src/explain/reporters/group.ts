import { amount, thousands } from '../../diagnostics/amounts.js';
import { foldHosts } from '../../model/fold-hosts.js';
import type { GroupExplanation, GroupPolicy, RuleRow } from '../types.js';
import { type Cell, cell, sections, table, under } from './draw.js';
import { drawKeptBack, drawToldOf } from './told.js';
import { groupText, narrowingText, place, type Style, severityPaint, shortValue, valueText } from './words.js';

export function drawGroup(explained: GroupExplanation, style: Style): string {
  const { chalk, output } = style;
  const { group, ancestors, children, namespace, labels, at, policies, rules } = explained;
  const line = (title: string, value: readonly Cell[]): Cell[][][] =>
    value.length === 0 ? [] : [[[cell(title)], [...value]]];
  const file = rules[0]?.file;
  const where = file === undefined ? '' : ` in ${chalk.cyan(cell(`${output}/${file}`).text)}`;
  return sections(
    [
      chalk.bold(cell(`Group ${groupText(group)}: ${amount(rules.length, 'rule')}`).text),
      ...table([
        ...line(
          'ancestors',
          [...ancestors].reverse().map((one) => cell(groupText(one))),
        ),
        ...line(
          'children',
          children.map((one) => cell(groupText(one))),
        ),
        ...line('namespace', namespace === null ? [] : [cell(namespace)]),
        ...line(
          'labels',
          Object.entries(labels).map(([name, value]) => cell(`${name}=${valueText(value)}`)),
        ),
        ...line('defined', [place(at, style)]),
      ]),
    ],
    under(chalk.bold('Targets'), drawTargets(explained, style)),
    under(chalk.bold('Policies, its own first'), table(policies.map((policy) => policyRow(policy, style)))),
    under(
      chalk.bold('Told'),
      drawToldOf(
        explained.notified.map((one) => ({ ...one, alerts: [] })),
        style,
      ),
    ),
    under(chalk.bold('Kept back'), drawKeptBack(explained.keptBack, style)),
    under(`${chalk.bold(amount(rules.length, 'rule'))}${where}`, drawRules(rules, style)),
  );
}

function drawTargets(
  { targets: { primary, secondary, below, inactive } }: GroupExplanation,
  { chalk }: Style,
): string[] {
  const kinds = [
    ['primary', primary],
    ['secondary', secondary],
    ['in groups below', below],
    ['inactive', inactive],
  ] as const;
  return table(
    kinds
      .filter(([, ids]) => ids.length > 0)
      .map(([kind, ids]) => [
        cell(kind),
        cell(thousands(ids.length)),
        foldHosts(ids).map((range) => cell(range, chalk.dim)),
      ]),
  );
}

function policyRow({ from, policy, entries }: GroupPolicy, style: Style) {
  const { chalk } = style;
  return [
    cell(from === null ? 'scope: global' : `group: ${from.id}`),
    place(policy.at, style),
    [
      ...(narrowingText(policy) === '' ? [] : [cell(`${narrowingText(policy)}:`)]),
      ...entries.map(({ name, muted }) => cell(muted ? `${name} (muted)` : name, muted ? chalk.yellow : chalk.dim)),
    ],
  ];
}

function drawRules(rules: readonly RuleRow[], style: Style): string[] {
  if (rules.length === 0) return [];
  const { chalk } = style;
  const head = ['ALERT', 'SEVERITY', 'FOR', 'TARGETS', 'VALUES'].map((title) => cell(title, chalk.dim));
  return table([
    head,
    ...rules.map(({ alert, scope, override, severity, for: duration, config, targets }) => [
      cell(alert),
      cell(severity, severityPaint(severity, style)),
      cell(duration ?? ''),
      cell(thousands(targets.length)),
      [
        ...(override === null ? [] : [cell(`[${override}]`, chalk.bold)]),
        ...(scope === 'subtree' ? [cell('with the groups below')] : []),
        ...Object.entries(config).map(([name, value]) => cell(`${name}=${shortValue(value)}`, chalk.dim)),
      ],
    ]),
  ]);
}
