import { Chalk, type ChalkInstance } from 'chalk';
import { cellsOf, oneLine } from '../../diagnostics/display.js';
import { type Cell, cell } from '../../explain/reporters/draw.js';
import { type ServerStatus, verdictOf } from '../types.js';
import type { StatusReport } from './types.js';
import {
  describeConfig,
  describeRules,
  describeTargets,
  doubtsOf,
  NAMES,
  problemsOf,
  stateOf,
  summaryOf,
} from './words.js';

export interface TableOptions {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  /** When the servers were asked: milliseconds since 1970. */
  readonly at: number;
  readonly intervalMs: number;
}

type Line = readonly Cell[];

/** A picture of so many columns and rows: a row for each server, then what is not as built. */
export function tableOf({ status, build }: StatusReport, options: TableOptions): readonly string[] {
  const { columns, rows, color, at, intervalMs } = options;
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const verdict = { 'as built': chalk.green.bold, drifted: chalk.red.bold, unknown: chalk.yellow.bold }[
    verdictOf(status)
  ];
  const time = new Date(at).toISOString().slice(11, 19);
  const head: Line = [
    cell(summaryOf(status), verdict),
    cell(`  build ${build.folder}, ${time} UTC, every ${intervalMs / 1000} s, Ctrl-C ends`, chalk.dim),
  ];
  const lines: readonly Line[] = [
    head,
    [],
    ...aligned([HEADINGS.map((text) => cell(text, chalk.dim)), ...status.servers.map((one) => rowOf(one, chalk))]),
    ...status.servers.flatMap((server) => troublesOf(server, chalk)),
  ];
  const hidden = lines.length - rows;
  const shown = hidden > 0 ? [...lines.slice(0, rows - 1), [cell(`… ${hidden + 1} lines more`, chalk.dim)]] : lines;
  return shown.map((line) => clipped(line, columns));
}

const HEADINGS = ['SERVER', 'STATE', 'VERSION', 'CONFIG', 'RULES', 'TARGETS'];

function rowOf(server: ServerStatus, chalk: ChalkInstance): Line {
  const state = stateOf(server);
  const paint = state === 'as built' ? chalk.green : state === 'drifted' ? chalk.red : chalk.yellow;
  const name = cell(`${NAMES[server.kind]} ${server.shown}`);
  if (server.state === 'unreachable') return [name, cell(state, paint)];
  const { version, rules, targets } = server;
  return [
    name,
    cell(state, paint),
    cell(version ?? ''),
    cell(describeConfig(server)),
    cell(rules === null ? '' : describeRules(rules)),
    cell(targets === null ? '' : describeTargets(targets)),
  ];
}

function troublesOf(server: ServerStatus, chalk: ChalkInstance): readonly Line[] {
  const found = [
    ...doubtsOf(server).map((text) => [cell(text, chalk.yellow)]),
    ...(server.state === 'reached' ? problemsOf(server).map((text) => [cell(text, chalk.red)]) : []),
  ];
  return found.length === 0 ? [] : [[], [cell(server.shown, chalk.bold)], ...found];
}

const GAP = 2;
const widthOf = (text: string): number => cellsOf(text).reduce((sum, { width }) => sum + width, 0);

function aligned(rows: readonly Line[]): readonly Line[] {
  const widths = HEADINGS.map((_, column) => Math.max(0, ...rows.map((row) => widthOf(row[column]?.text ?? ''))));
  return rows.map((row) =>
    row.map((one, column) => ({
      ...one,
      text:
        column === row.length - 1 ? one.text : one.text + ' '.repeat((widths[column] ?? 0) - widthOf(one.text) + GAP),
    })),
  );
}

/** What does not fit is cut off: a line that went on in the next one would move all others. */
function clipped(line: Line, columns: number): string {
  let left = columns;
  return line
    .map(({ text, paint }) => {
      let kept = '';
      for (const { shown, width } of cellsOf(oneLine(text))) {
        if (width > left) break;
        kept += shown;
        left -= width;
      }
      return paint === undefined || kept === '' ? kept : paint(kept);
    })
    .join('');
}
