import type { Severity } from '../../model/types.js';
import type { KeptBack, Recipient } from '../types.js';
import { type Cell, cell, table } from './draw.js';
import { place, type Style, severityPaint } from './words.js';

/** A row for each receiver: who, by which layer, where that is said. */
export function drawTold(told: readonly Recipient[], style: Style): string[] {
  return table(told.map((one) => recipientRow(one, style)));
}

/** The same below the alerts that they are told of. */
export function drawToldOf(
  all: readonly {
    readonly severity: Severity;
    readonly alerts: readonly string[];
    readonly told: readonly Recipient[];
  }[],
  style: Style,
): string[] {
  return table(
    all.flatMap(({ severity, alerts, told }) =>
      told.map((one, index) => [
        cell(index === 0 ? [severity, ...alerts].join(' ') : '', severityPaint(severity, style)),
        ...recipientRow(one, style),
      ]),
    ),
  );
}

function recipientRow({ receiver, by, name, at, certain }: Recipient, style: Style): Cell[] {
  const layer = {
    route: 'Route',
    group: 'group:',
    namespace: 'namespace:',
    project: 'Project',
    'default-receiver': 'default_receiver',
  }[by];
  return [
    cell(receiver, style.chalk.bold),
    cell(name === null ? layer : `${layer} ${name}`),
    place(at, style),
    cell(certain ? '' : 'depends on labels of the series', style.chalk.dim),
  ];
}

/** A row for each stretch of time, and one for the comment. */
export function drawKeptBack(all: readonly KeptBack[], style: Style): string[] {
  return table(
    all.flatMap(({ maintenance, schedule, start, end, targets, comment, at }) => {
      const times = (schedule ?? [`${start} to ${end}`]).map((time) => cell(time));
      const rows = comment === null ? times : [...times, cell(comment, style.chalk.italic)];
      const of = targets === null ? '' : `of ${targets.length === 1 ? targets[0] : `${targets.length} targets`}`;
      return rows.map((row, index) =>
        index === 0 ? [cell(maintenance), row, cell(of), place(at, style)] : [cell(''), row],
      );
    }),
  );
}
