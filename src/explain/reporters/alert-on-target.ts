import { writeYaml } from '../../emit/yaml.js';
import type { AlertCell, AlertOnTarget, Binding, EmittedRule, ExplainedLayer, Recipient } from '../types.js';
import { block, cell, sections, table, under } from './draw.js';
import { drawLayers, drawMissed } from './layers.js';
import { drawKeptBack, drawTold } from './told.js';
import { drawValues, mutingRow } from './values.js';
import { groupText, overText, place, type Style, seriesText } from './words.js';

/** The answer, the values with their places, then how they came about. */
export function drawAlertOnTarget(explained: AlertOnTarget, style: Style): string {
  const { chalk } = style;
  const { target, alert, missed, bindings, status } = explained;
  const policies = bindings.some(({ layers }) => layers.length > 1) ? 'Other policies' : 'Policies';
  return sections(
    answer(explained, style),
    ...bindings.flatMap((binding) => drawBinding(binding, explained, style)),
    under(chalk.bold('Told, when it fires'), drawCellsTold(explained, style)),
    status === 'alerts' ? under(chalk.bold('Kept back'), drawKeptBack(explained.keptBack, style)) : [],
    status === 'inactive'
      ? []
      : under(chalk.bold(cell(`${policies} that set ${alert}`).text), drawMissed(missed, target, style)),
    ...bindings.map(({ cells }) => drawRules(cells, style)),
  );
}

function drawBinding(binding: Binding, { aggregate, status }: AlertOnTarget, style: Style): string[][] {
  const { chalk } = style;
  const { cells, layers } = binding;
  const chain = aggregate ? `Layers over ${overText(binding)}, weakest first` : 'Layers, weakest first';
  // Where all is muted, the answer has said it.
  const shown = status === 'muted' ? [] : cells;
  return [
    ...shown.map((one) => under(chalk.bold(headOf(one, binding, aggregate)), drawCell(one, layers, style))),
    layers.length === 1 ? [] : under(chalk.bold(cell(chain).text), drawLayers(layers, style)),
  ];
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
      cells.flatMap((one) => (one.state === 'muted' ? [mutingRow(one.by, layers, style)] : [])),
    ),
  );
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
  if (one.state === 'muted') return table([mutingRow(one.by, layers, style)]);
  return drawValues(one.values, layers, style);
}

/** What the cells have in common is said once. */
function drawCellsTold({ bindings, aggregate }: AlertOnTarget, style: Style): string[] {
  const byTold = new Map<string, { readonly told: readonly Recipient[]; readonly of: string[] }>();
  for (const binding of bindings) {
    for (const one of binding.cells) {
      if (one.state !== 'alerts' || one.told.length === 0) continue;
      const key = JSON.stringify(one.told);
      const known = byTold.get(key) ?? { told: one.told, of: [] };
      byTold.set(key, known);
      known.of.push(headOf(one, binding, aggregate));
    }
  }
  const all = [...byTold.values()];
  if (all.length < 2) return all.flatMap(({ told }) => drawTold(told, style));
  return all.flatMap(({ told, of }) => [...table([[cell(of.join('; '), style.chalk.dim)]]), ...drawTold(told, style)]);
}

/** The rules as their file holds them. */
function drawRules(cells: readonly AlertCell[], { chalk, output }: Style): string[] {
  const emitted = cells.flatMap((one) => (one.state === 'alerts' ? [one.rule] : []));
  const rules = emitted.filter((rule) => rule !== null);
  const empty = emitted.length - rules.length;
  const [first] = rules;
  const heading =
    first === undefined
      ? []
      : [
          `${chalk.bold(rules.length === 1 ? 'Rule' : 'Rules')} in ${chalk.cyan(cell(`${output}/${first.file}`).text)}, group ${cell(first.group).text}`,
        ];
  const without =
    empty === 0 ? [] : [chalk.dim('  Some series have no rule: the matchers in the expression exclude them.')];
  return [...heading, ...rules.flatMap((rule) => block(yamlOf(rule), 0)), ...without];
}

function yamlOf({ alert, expr, for: duration, keep_firing_for: keep, labels, annotations }: EmittedRule): string {
  const optional = { for: duration ?? undefined, keep_firing_for: keep ?? undefined };
  const texts = Object.keys(annotations).length === 0 ? undefined : annotations;
  return writeYaml({ rules: [{ alert, expr, ...optional, labels, annotations: texts }] }).replace(/^rules:\n/, '');
}
