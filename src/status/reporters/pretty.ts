import { Chalk, type ChalkInstance } from 'chalk';
import type { Generation, LiveFolder } from '../../deploy/generations.js';
import { amount } from '../../diagnostics/amounts.js';
import { oneLine } from '../../diagnostics/display.js';
import { type Cell, cell, sections, table, under } from '../../explain/reporters/draw.js';
import type { BuiltFrom } from '../../output/manifest.js';
import { type ServerStatus, verdictOf } from '../types.js';
import type { StatusReport, StatusReporter } from './types.js';
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

/** For people at a terminal. */
export const pretty: StatusReporter = ({ status, build, folders }, { color }) => {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const verdict = verdictOf(status);
  const paint = { 'as built': chalk.green.bold, drifted: chalk.red.bold, unknown: chalk.yellow.bold }[verdict];
  const summary = summaryOf(status);
  return sections(
    ...status.servers.map((server) => drawServer(server, chalk)),
    ...folders.map((folder) => drawFolder(folder, build, chalk)),
    [
      `${paint(summary.charAt(0).toUpperCase() + summary.slice(1))} ${chalk.dim(`(build ${oneLine(buildText(build))})`)}`,
    ],
  );
};

/** More than anybody reads; JSON has them all. */
const SHOWN = 25;

function drawServer(server: ServerStatus, chalk: ChalkInstance): string[] {
  const state = stateOf(server);
  const paint = state === 'as built' ? chalk.green.bold : state === 'drifted' ? chalk.red.bold : chalk.yellow.bold;
  const heading = `${chalk.bold(`${NAMES[server.kind]} ${oneLine(server.shown)}`)} ${paint(state)}`;
  const problems = server.state === 'reached' ? problemsOf(server) : [];
  const more = problems.length - SHOWN;
  return [
    heading,
    ...table(server.state === 'reached' ? rowsOf(server, chalk) : []),
    ...doubtsOf(server).map((doubt) => `  ${chalk.yellow(doubt)}`),
    ...problems.slice(0, SHOWN).map((problem) => `  ${chalk.red(problem)}`),
    ...(more > 0 ? [`  ${chalk.red(`and ${amount(more, 'difference')} more; --format json has them all`)}`] : []),
  ];
}

type Row = readonly (Cell | readonly Cell[])[];

function rowsOf(server: Extract<ServerStatus, { state: 'reached' }>, chalk: ChalkInstance): readonly Row[] {
  const { version, rules, targets } = server;
  const down = targets?.down ?? [];
  return [
    ...(version === null ? [] : [[cell('version'), cell(version)]]),
    ...(rules === null ? [] : [[cell('rules'), cell(describeRules(rules))]]),
    ...(targets === null ? [] : [[cell('targets'), cell(describeTargets(targets))]]),
    [cell('config'), cell(describeConfig(server))],
    ...down
      .slice(0, 5)
      .map(({ target: { instance, address, job }, error }, at) => [
        cell(at === 0 ? 'down' : ''),
        cell(`${instance ?? address} of ${job}${error === null ? '' : `: ${error}`}`, chalk.dim),
      ]),
    ...(down.length > 5 ? [[cell(''), cell(`and ${amount(down.length - 5, 'target')} more`, chalk.dim)]] : []),
  ];
}

function drawFolder(
  { folder, deployed, generations, unconfirmed }: LiveFolder,
  build: StatusReport['build'],
  chalk: ChalkInstance,
): string[] {
  const others = generations.filter((one) => one !== deployed);
  const other = deployed !== null && deployed.inputs !== build.inputs;
  return under(
    chalk.bold(`Live folder ${oneLine(folder)}`),
    table([
      [cell('deployed'), cell(deployed === null ? 'nothing' : generationText(deployed))],
      ...(other ? [[cell(''), cell('of other sources than the build', chalk.yellow)]] : []),
      ...(unconfirmed === null
        ? []
        : [[cell(''), cell(`generation ${unconfirmed.to} was not confirmed: a deploy was cut off`, chalk.yellow)]]),
      ...others.map((one, at) => [cell(at === 0 ? 'kept' : ''), cell(generationText(one), chalk.dim)]),
    ]),
  );
}

function generationText({ number, source, deployedAt, deployedBy }: Generation): string {
  const when = new Date(deployedAt).toISOString().replace(/\.\d+Z$/, 'Z');
  return [`generation ${number}`, ...sourceTexts(source), `${when} by ${deployedBy}`].join(', ');
}

function sourceTexts(source: BuiltFrom | null): string[] {
  if (source === null) return [];
  const { revision, number, dirty } = source;
  return [
    ...(revision === null ? [] : [revision.slice(0, 10)]),
    ...(number === null ? [] : [`build ${number}`]),
    ...(dirty ? ['with changes that were not committed'] : []),
  ];
}

const buildText = ({ folder, source }: StatusReport['build']): string => [folder, ...sourceTexts(source)].join(', ');
