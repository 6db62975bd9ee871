import type { ExplainedLayer, LayerValue, MissedPolicy } from '../types.js';
import { type Cell, cell, table } from './draw.js';
import { groupText, narrowingText, place, type Style, scopeText, shortPath, shortValue, valueText } from './words.js';

/** The chain of layers, each with what it sets and what became of that. */
export function drawLayers(layers: readonly ExplainedLayer[], style: Style): string[] {
  const heads = table(
    layers.map((layer) => [
      cell(String(layer.number), style.chalk.dim),
      cell(scopeOf(layer), style.chalk.bold),
      place(layer.at, style),
    ]),
  );
  const annotated = new Set(layers.slice(1).flatMap(({ sets }) => sets.map(({ path }) => path)));
  const sets = layers.map((layer) => layer.sets.filter((one) => worthShowing(one, layer, annotated)));
  // One table for all, so that the values of one parameter stand below each other.
  const drawn = table(
    sets.flatMap((own, index) =>
      own.map((one) => [cell(shortPath(one.path)), cell(shortValue(one.value)), fateOf(one, index + 1, style)]),
    ),
    7,
  );
  let next = 0;
  return layers.flatMap((layer, index) => {
    const count = sets[index]?.length ?? 0;
    const values = drawn.slice(next, next + count);
    next += count;
    return [heads[index] ?? '', ...notes(layer, style), ...values];
  });
}

function scopeOf({ policy, group, secondary }: ExplainedLayer): string {
  if (policy === null) return 'template';
  if (group === null) return 'scope: global';
  return `group: ${groupText(group)}${secondary ? ', a secondary group' : ''}`;
}

/** The texts of a template stand in the rule already. */
function worthShowing({ path }: LayerValue, { policy }: ExplainedLayer, setByPolicies: ReadonlySet<string>): boolean {
  return policy !== null || setByPolicies.has(path) || !/^(?:levels\.[^.]+\.)?annotations\./.test(path);
}

function notes({ policy, sets }: ExplainedLayer, { chalk }: Style): string[] {
  if (policy === null) return [];
  const narrowing = narrowingText(policy);
  const said: Cell[] = [
    ...(narrowing === '' ? [] : [cell(narrowing)]),
    ...(policy.merge === 'replace' ? [cell('merge: replace, so it drops what lies below', chalk.yellow)] : []),
    ...(policy.reason === null ? [] : [cell(`reason: ${policy.reason}`, chalk.italic)]),
    ...(sets.length === 0 ? [cell('binds it, sets nothing', chalk.dim)] : []),
  ];
  return said.flatMap((one) => table([[one]], 5));
}

function fateOf({ outcome, overriddenBy }: LayerValue, number: number, { chalk }: Style): Cell {
  if (outcome === 'wins') return cell('wins', chalk.green);
  if (outcome === 'repeats') return cell('says the same again', chalk.dim);
  if (overriddenBy === number) return cell('does not count: each level has its own', chalk.dim);
  return cell(overriddenBy === null ? 'does not count' : `overridden by ${overriddenBy}`, chalk.dim);
}

/** The policies that speak of the alert or check, but to others. */
export function drawMissed(missed: readonly MissedPolicy[], target: string, style: Style): string[] {
  return table(
    missed.map(({ policy, why, mismatches }) => {
      const differs = mismatches.map(({ label, actual }) =>
        actual === null ? `has no label ${label}` : `has ${label}=${valueText(actual)}`,
      );
      const one = policy.scope.length === 1 ? 'it' : 'any of them';
      const because = why === 'group' ? `${target} is not in ${one}` : `${target} ${differs.join(', ')}`;
      return [
        place(policy.at, style),
        cell([scopeText(policy), narrowingText(policy)].filter((text) => text !== '').join('  ')),
        cell(because, style.chalk.dim),
      ];
    }),
  );
}
