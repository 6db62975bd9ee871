import { writeYaml } from '../../emit/yaml.js';
import type { AlertCell, AlertOnTarget, Binding, EmittedRule, ExplainedLayer, FinalValue } from '../types.js';
import { block, cell, sections, table, under } from './draw.js';
import { drawLayers, drawMissed } from './layers.js';
import {
  groupText,
  overText,
  place,
  placeText,
  type Style,
  scopeText,
  seriesText,
  severityPaint,
  shortPath,
  valueText,
} from './words.js';

/** The answer, the values with their places, then how they came about. */
export function drawAlertOnTarget(explained: AlertOnTarget, style: Style): string {
  const { chalk } = style;
  const { aggregate, target, alert, missed, bindings, status } = explained;
  const policies = bindings.some(({ layers }) => layers.length > 1) ? 'Other policies' : 'Policies';
  return sections(
    answer(explained, style),
    ...bindings.flatMap((binding) => {
      const { cells, layers } = binding;
      const over = aggregate ? `${overText(binding)}: ` : '';
      return [
        ...cells.map((one) => under(chalk.bold(headOf(one, binding, aggregate)), drawCell(one, layers, style))),
        layers.length === 1
          ? []
          : under(chalk.bold(`${over}layers, weakest first`.replace(/^l/, 'L')), drawLayers(layers, style)),
        ...cells.flatMap((one) => (one.state === 'alerts' ? [drawRule(one.rule, style)] : [])),
      ];
    }),
    status === 'inactive'
      ? []
      : under(chalk.bold(cell(`${policies} that set ${alert}`).text), drawMissed(missed, target, style)),
  );
}

function answer(
  { alert, target, group, status, missing, bindings, missed, targetAt, aggregate }: AlertOnTarget,
  style: Style,
): string[] {
  const { chalk } = style;
  const line = (text: string): string => chalk.bold(cell(text).text);
  switch (status) {
    case 'inactive':
      return [line(`${target} is inactive: nothing is scraped, no alert`), ...table([[place(targetAt, style)]])];
    case 'unbound':
      return [
        line(
          missed.length === 0
            ? `${alert} does not alert on ${target}: no policy binds it anywhere`
            : `${alert} does not alert on ${target}: no policy reaches it`,
        ),
      ];
    case 'requirements': {
      const lacks = [
        ...missing.exporters.map((exporter) => `it has no ${exporter}`),
        ...missing.checks.map((check) => `${check} does not run there`),
      ];
      const ask = missing.checks.map((check) => `aami explain ${target} ${check}`);
      const hints = ask.map((command) => [cell(command), cell('says why not', chalk.dim)]);
      return [line(`${alert} does not alert on ${target}: ${lacks.join(', ')}`), ...table(hints)];
    }
    case 'muted':
      return [line(`${alert} is muted on ${target}`), ...drawMutings(bindings, style)];
    case 'alerts':
      return [
        line(
          aggregate
            ? `${alert} looks at ${target} among others`
            : `${alert} alerts on ${target}, group ${groupText(group)}`,
        ),
      ];
  }
}

/** For the answer: the muting itself is drawn as a cell only beside what still alerts. */
function drawMutings(bindings: readonly Binding[], style: Style): string[] {
  return table(
    bindings.flatMap(({ cells, layers }) =>
      cells.flatMap((one) => (one.state === 'muted' ? [mutingRow(one, layers, style)] : [])),
    ),
  );
}

function mutingRow(one: Extract<AlertCell, { state: 'muted' }>, layers: readonly ExplainedLayer[], style: Style) {
  return [
    place(one.by.at, style),
    cell(whoOf(layers, one.by.layer)),
    cell(one.by.reason === null ? 'without a reason' : `reason: ${one.by.reason}`, style.chalk.italic),
  ];
}

function headOf(one: AlertCell, binding: Binding, aggregate: boolean): string {
  const parts = [
    ...(aggregate ? [`Over ${overText(binding)}`] : []),
    ...(one.state === 'unbound' || one.level === null ? [] : [`Level ${one.level}`]),
    ...(one.series === null ? [] : [`Series ${seriesText(one.series)}`]),
  ];
  const [first = 'Values', ...rest] = parts;
  const state = one.state === 'muted' ? ': muted' : one.state === 'unbound' ? ': not bound' : '';
  return `${cell([first, ...rest.map((part) => part.charAt(0).toLowerCase() + part.slice(1))].join(', ')).text}${state}`;
}

function drawCell(one: AlertCell, layers: readonly ExplainedLayer[], style: Style): string[] {
  if (one.state === 'unbound') return table([[cell('no policy holds for these series', style.chalk.dim)]]);
  if (one.state === 'muted') return table([mutingRow(one, layers, style)]);
  return drawValues(one.values, layers, style);
}

/** Each value with the place that set it. The texts stand in the rule. */
export function drawValues(values: readonly FinalValue[], layers: readonly ExplainedLayer[], style: Style): string[] {
  return table(
    values
      .filter(({ path }) => !path.startsWith('annotations.'))
      .map(({ path, value, layer, at }) => [
        cell(shortPath(path)),
        cell(valueText(value), path === 'severity' ? severityOf(value, style) : style.chalk.bold),
        place(at, style),
        cell(layer === null ? 'by default' : whoOf(layers, layer), style.chalk.dim),
      ]),
  );
}

function severityOf(value: FinalValue['value'], style: Style): Style['chalk'] {
  return value === 'critical' || value === 'warning' || value === 'info' ? severityPaint(value, style) : style.chalk;
}

/** The layer in a few words. */
export function whoOf(layers: readonly ExplainedLayer[], number: number): string {
  const layer = layers.find((one) => one.number === number);
  if (layer === undefined || layer.policy === null) return 'template';
  const { policy, group } = layer;
  const scope = group === null ? scopeText({ scope: 'global' }) : `group: ${group.id}`;
  return [scope, policy.targets, policy.series].filter((part) => part !== null).join(', ');
}

function drawRule(rule: EmittedRule | null, { chalk, output }: Style): string[] {
  if (rule === null) return [chalk.dim('No rule: the matchers in its expression exclude these series.')];
  const { file, group, alert, expr, for: duration, keep_firing_for: keep, labels, annotations } = rule;
  const mapping = {
    alert,
    expr,
    for: duration ?? undefined,
    keep_firing_for: keep ?? undefined,
    labels,
    annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
  };
  const yaml = writeYaml({ rules: [mapping] }).replace(/^rules:\n/, '');
  const where = placeText({ file: `${output}/${file}`, line: 0 }).replace(/:0$/, '');
  return [`${chalk.bold('Rule')} in ${chalk.cyan(cell(where).text)}, ${cell(group).text}`, ...block(yaml, 0)];
}
