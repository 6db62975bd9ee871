import type { CheckOnTarget } from '../types.js';
import { cell, sections, table, under } from './draw.js';
import { drawLayers, drawMissed } from './layers.js';
import { drawValues, mutingRow } from './values.js';
import { place, type Style } from './words.js';

export function drawCheckOnTarget(explained: CheckOnTarget, style: Style): string {
  const { chalk } = style;
  const { check, target, layers, values, missed, requiredBy, status } = explained;
  return sections(
    answer(explained, style),
    under(chalk.bold('Values'), drawValues(values, layers, style)),
    drawBundle(explained, style),
    layers.length <= 1 ? [] : under(chalk.bold('Layers, weakest first'), drawLayers(layers, style)),
    status === 'inactive'
      ? []
      : under(
          chalk.bold(cell(`${layers.length > 1 ? 'Other policies' : 'Policies'} that set ${check}`).text),
          drawMissed(missed, target, style),
        ),
    requiredBy.length === 0 ? [] : table([[cell('Alerts that require it:'), requiredBy.map((name) => cell(name))]], 0),
  );
}

function answer({ check, target, targetAt, status, missed, mutedBy, layers }: CheckOnTarget, style: Style): string[] {
  const line = (text: string): string => style.chalk.bold(cell(text).text);
  switch (status) {
    case 'inactive':
      return [line(`${target} is inactive: no check runs there`), ...table([[place(targetAt, style)]])];
    case 'unbound':
      return [
        line(
          `${check} does not run on ${target}: no policy ${missed.length === 0 ? 'binds it anywhere' : 'reaches it'}`,
        ),
      ];
    case 'muted': {
      const by = mutedBy === null ? [] : table([mutingRow(mutedBy, layers, style)]);
      return [line(`${check} is switched off on ${target}`), ...by];
    }
    case 'runs':
      return [line(`${check} runs on ${target}`)];
  }
}

function drawBundle({ bundle, check }: CheckOnTarget, { chalk, output }: Style): string[] {
  if (bundle === null) return [];
  const { file, config, args, version, hash } = bundle;
  return under(
    chalk.bold('Bundle'),
    table([
      [cell('file'), cell(`${output}/${file}`, chalk.cyan)],
      [cell('argv'), [check, ...args.map((arg) => JSON.stringify(arg))].map((arg) => cell(arg))],
      [cell('config'), cell(JSON.stringify(config, null, 1).replaceAll(/\n\s*/g, ' '))],
      [cell('version'), cell(version)],
      [cell('sha256'), cell(hash, chalk.dim)],
    ]),
  );
}
