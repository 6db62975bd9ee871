import { Chalk, type ChalkInstance } from 'chalk';
import { amount } from '../../diagnostics/amounts.js';
import { oneLine } from '../../diagnostics/display.js';
import { type Cell, cell, table } from '../../explain/reporters/draw.js';
import type { ImportReport, ReportedRule } from '../report.js';
import type { Loss } from '../types.js';

type Outcome = ReportedRule['outcome'];

/** What needs a look comes first. */
const OUTCOMES: readonly { readonly outcome: Outcome; readonly title: string }[] = [
  { outcome: 'differs', title: 'Differ from the originals' },
  { outcome: 'unproven', title: 'Not proven' },
  { outcome: 'narrowed', title: 'The same for the targets of the repo, and for no others' },
  { outcome: 'same', title: 'The same' },
];

/** For people. */
export function importInWords(report: ImportReport, color: boolean): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const paints: Readonly<Record<Outcome, ChalkInstance>> = {
    differs: chalk.red,
    unproven: chalk.yellow,
    narrowed: chalk.green,
    same: chalk.green,
  };
  const lines: string[] = [...overview(report)];
  for (const { outcome, title } of OUTCOMES) {
    const rules = report.rules.filter((rule) => rule.outcome === outcome);
    if (rules.length === 0) continue;
    lines.push(
      '',
      `${chalk.bold(title)} (${rules.length})`,
      ...table(rules.map((rule) => row(rule, paints[outcome], chalk))),
    );
  }
  if (report.extra.length > 0)
    lines.push(
      '',
      chalk.red(
        `${amount(report.extra.length, 'compiled rule')} is none of the originals: ${oneLine(report.extra.map(({ name }) => name).join(', '))}`,
      ),
    );
  if (report.assumptions.length > 0)
    lines.push(
      '',
      chalk.bold('Taken for granted'),
      ...report.assumptions.map((assumption) => `  ${oneLine(assumption)}`),
    );
  if (report.losses.length > 0)
    lines.push(
      '',
      `${chalk.bold('Not carried over')} (${report.losses.length})`,
      ...table(report.losses.map((loss) => lossRow(loss, chalk))),
    );
  return `${lines.join('\n')}\n`;
}

function overview({ counts, groupLabel, renamedLabels }: ImportReport): string[] {
  const { alerts, recordingRules, templates, hosts, groups, exporters, checks } = counts;
  const of = groupLabel === null ? '' : `, by the label ${groupLabel}`;
  const parts = [
    alerts + recordingRules > 0
      ? `${amount(alerts, 'alert')}, ${templates === 1 ? '1 template' : `${templates} templates`}, ${amount(recordingRules, 'recording rule')}`
      : null,
    hosts > 0 ? `${amount(hosts, 'host')} in ${amount(groups, 'group')}${of}, ${amount(exporters, 'exporter')}` : null,
    checks > 0 ? amount(checks, 'check script') : null,
  ].flatMap((part) => part ?? []);
  const renamed = Object.entries(renamedLabels).map(([was, is]) => `${was} → ${is}`);
  return [
    ...(parts.length === 0 ? ['Nothing that can be imported.'] : parts),
    ...(renamed.length === 0 ? [] : [`On series, labels of targets have new names: ${oneLine(renamed.join(', '))}`]),
  ];
}

function row(rule: ReportedRule, paint: ChalkInstance, chalk: ChalkInstance): Cell[] {
  return [cell(rule.name, paint), cell(`${rule.file}:${rule.line}`, chalk.dim), cell(becomes(rule))];
}

function becomes({ kind, template, params, why, reasons, compiled }: ReportedRule): string {
  const values = Object.entries(params).map(([name, value]) => `${name} ${value}`);
  const numbers = compiled > 1 ? [`${compiled} rules`] : [];
  const made =
    template === null
      ? ['carried as it is']
      : [`template${values.length === 0 ? '' : ` with ${values.join(', ')}`}`, ...numbers];
  const because = kind === 'record' || why === null ? '' : `: ${why}`;
  return `${[made.join(', ') + because, ...reasons.filter((reason) => reason !== why)].join('; ')}`;
}

function lossRow({ place, what, why }: Loss, chalk: ChalkInstance): Cell[] {
  return [cell(`${place.file}:${place.line}`, chalk.dim), cell(`${what}: ${why}`)];
}
