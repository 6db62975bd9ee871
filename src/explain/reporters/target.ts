import { amount } from '../../diagnostics/amounts.js';
import { SEVERITIES } from '../../model/types.js';
import type { Recipient, TargetAlert, TargetExplanation } from '../types.js';
import { cell, sections, table, under } from './draw.js';
import { drawKeptBack, drawToldOf } from './told.js';
import {
  groupText,
  missingText,
  overText,
  parameters,
  place,
  type Style,
  seriesText,
  severityPaint,
  valueText,
} from './words.js';

export function drawTarget(explained: TargetExplanation, style: Style): string {
  const { chalk, output } = style;
  const { target, active, alerts, checks, at } = explained;
  const own = alerts.filter(({ scope }) => scope === 'group');
  const shared = alerts.filter(({ scope }) => scope !== 'group');
  const file = checks[0]?.file;
  const where = file === undefined ? '' : ` in ${chalk.cyan(cell(`${output}/${file}`).text)}`;
  return sections(
    [
      chalk.bold(cell(active ? target : `${target} is inactive: nothing is scraped, no alert, no check`).text),
      ...table([...facts(explained), [cell('defined'), place(at, style)]]),
    ],
    !active
      ? []
      : under(chalk.bold(amount(new Set(own.map(({ alert }) => alert)).size, 'alert')), drawAlerts(own, style)),
    under(chalk.bold(`Counted by ${amount(shared.length, 'rule')} over many targets`), drawAlerts(shared, style)),
    under(chalk.bold('Told'), drawToldOf(toldOf(alerts), style)),
    under(chalk.bold('Kept back'), drawKeptBack(explained.keptBack, style)),
    under(chalk.bold('Muted'), drawMuted(explained, style)),
    under(chalk.bold('Not here, for want of what they require'), drawRequirements(explained, style)),
    under(
      `${chalk.bold(amount(checks.length, 'check'))}${where}`,
      table(
        checks.map(({ check, values }) => {
          const interval = values.find(({ path }) => path === 'interval')?.value ?? '';
          return [cell(check), cell(`every ${interval}`), parameters(values, style)];
        }),
      ),
    ),
  );
}

function facts({ hostname, target, address, groups, labels, exporters }: TargetExplanation) {
  return [
    ...(hostname === target ? [] : [[cell('host'), cell(hostname)]]),
    [cell('address'), cell(address)],
    ...groups.map((group, index) => [
      cell(index === 0 ? 'groups' : ''),
      cell([group, ...[...group.ancestors].reverse()].map(groupText).join(' < ')),
    ]),
    ...listed(
      'labels',
      Object.entries(labels).map(([name, value]) => `${name}=${valueText(value)}`),
    ),
    ...listed(
      'exporters',
      exporters.map(({ name, port }) => `${name}:${port}`),
    ),
  ];
}

function listed(title: string, values: readonly string[]) {
  return values.length === 0 ? [] : [[cell(title), values.map((value) => cell(value))]];
}

function drawAlerts(alerts: readonly TargetAlert[], style: Style): string[] {
  return table(
    alerts.map(({ alert, scope, group, series, severity, values }) => {
      const duration = values.find(({ path }) => path === 'for')?.value ?? '';
      return [
        cell(alert),
        cell(severity, severityPaint(severity, style)),
        cell(String(duration)),
        cell(scope === 'group' ? '' : overText({ scope, group })),
        [...(series === null ? [] : [cell(seriesText(series))]), ...parameters(values, style)],
      ];
    }),
  );
}

/** Of each severity those who are told of most of its alerts, and then what is told to others. */
function toldOf(alerts: readonly TargetAlert[]) {
  return SEVERITIES.flatMap((severity) => {
    const byTold = new Map<string, { readonly told: readonly Recipient[]; readonly names: Set<string> }>();
    for (const { alert, told } of alerts.filter((one) => one.severity === severity && one.told.length > 0)) {
      const known = byTold.get(JSON.stringify(told)) ?? { told, names: new Set() };
      byTold.set(JSON.stringify(told), known);
      known.names.add(alert);
    }
    const inOrder = [...byTold.values()].sort((a, b) => b.names.size - a.names.size);
    return inOrder.map(({ told, names }, index) => ({ severity, alerts: index === 0 ? [] : [...names], told }));
  });
}

function drawMuted({ muted, mutedChecks }: TargetExplanation, style: Style): string[] {
  const rows = [
    ...muted.map(({ alert, level, series, at, reason }) => {
      const part = [level, series === null ? null : seriesText(series)].filter((one) => one !== null).join(' ');
      return { name: alert, part, at, reason };
    }),
    ...mutedChecks.map(({ check, at, reason }) => ({ name: check, part: 'check', at, reason })),
  ];
  return table(
    rows.map(({ name, part, at, reason }) => [
      cell(name),
      cell(part),
      place(at, style),
      cell(reason ?? 'no reason given', style.chalk.italic),
    ]),
  );
}

/** By what is missing: that is usually one exporter for many alerts. */
function drawRequirements({ requirements }: TargetExplanation, { chalk }: Style): string[] {
  const byMissing = new Map<string, string[]>();
  for (const { alert, ...missing } of requirements) {
    const names = byMissing.get(missingText(missing)) ?? [];
    names.push(alert);
    byMissing.set(missingText(missing), names);
  }
  return table([...byMissing].map(([missing, names]) => [cell(missing), names.map((name) => cell(name, chalk.dim))]));
}
