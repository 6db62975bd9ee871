import { Chalk, type ChalkInstance } from 'chalk';
import { amount } from '../../diagnostics/amounts.js';
import { oneLine } from '../../diagnostics/display.js';
import { cell, sections, table } from '../../explain/reporters/draw.js';
import type { Sample } from '../samples.js';
import type { CheckRun } from '../types.js';

/** For people: what it measured, as a table. What it said beside it stands on stderr by then. */
export function pretty({ check, target, status, milliseconds, samples }: CheckRun, color: boolean): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const who = `${check}${target === null ? '' : `, as on ${target}`}`;
  const rows = samples.map((sample) => rowOf(sample, paint));
  const head = ['metric', 'labels', 'value', 'type'].map((title) => cell(title, paint.dim));
  return sections(
    [`${oneLine(who)}: ${OUTCOMES[status](samples.length)}, ${(milliseconds / 1000).toFixed(2)} s`],
    rows.length === 0 ? [] : table([head, ...rows]),
  );
}

const OUTCOMES: Readonly<Record<CheckRun['status'], (series: number) => string>> = {
  measured: (series) => `measured ${amount(series, 'value')}`,
  unsupported: () => 'not possible on this machine (exit code 69)',
  failed: () => 'failed',
};

const rowOf = ({ metric, labels, value, type }: Sample, { bold, dim }: ChalkInstance) => [
  cell(metric),
  cell(labels.map(([name, text]) => `${name}=${JSON.stringify(text)}`).join(' ')),
  cell(value, bold),
  cell(type ?? 'no type', dim),
];
