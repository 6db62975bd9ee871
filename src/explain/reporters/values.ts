import { type Json, SEVERITIES, type Severity } from '../../model/types.js';
import type { ExplainedLayer, FinalValue, Muting } from '../types.js';
import { type Cell, cell, table } from './draw.js';
import { byInterest, fromPolicy, place, type Style, scopeText, severityPaint, shortPath, shortValue } from './words.js';

/** Each value with the place that set it. The texts stand in the rule. */
export function drawValues(values: readonly FinalValue[], layers: readonly ExplainedLayer[], style: Style): string[] {
  return table(
    byInterest(values)
      .filter(({ path }) => !path.startsWith('annotations.'))
      .map((one) => [
        cell(shortPath(one.path)),
        cell(shortValue(one.value), paintOf(one, style)),
        place(one.at, style),
        cell(
          one.layer === null ? 'by default' : whoOf(layers, one.layer),
          fromPolicy(one) ? undefined : style.chalk.dim,
        ),
      ]),
  );
}

function paintOf(one: FinalValue, style: Style): Style['chalk'] | undefined {
  const { path, value } = one;
  if (path === 'severity' && isSeverity(value)) return severityPaint(value, style);
  return fromPolicy(one) ? style.chalk.bold : undefined;
}

const isSeverity = (value: Json): value is Severity => (SEVERITIES as readonly Json[]).includes(value);

/** The layer in a few words. */
function whoOf(layers: readonly ExplainedLayer[], number: number): string {
  const layer = layers.find((one) => one.number === number);
  if (layer === undefined || layer.policy === null) return 'template';
  const { policy, group } = layer;
  const scope = group === null ? scopeText({ scope: 'global' }) : `group: ${group.id}`;
  return [scope, policy.targets, policy.series].filter((part) => part !== null).join(', ');
}

/** Who mutes, and why. */
export function mutingRow({ at, layer, reason }: Muting, layers: readonly ExplainedLayer[], style: Style): Cell[] {
  return [
    place(at, style),
    cell(whoOf(layers, layer)),
    cell(reason === null ? 'without a reason' : `reason: ${reason}`, style.chalk.italic),
  ];
}
