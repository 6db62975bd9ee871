import { SEVERITIES, type Target } from '../model/types.js';
import { seriesRegions } from '../resolve/cells.js';
import { effectiveKey, type LevelOutcome, outcomes } from '../resolve/effective.js';
import { type Merged, merge } from '../resolve/merge.js';
import { overrideOf } from '../resolve/override.js';
import type { Alive } from '../resolve/partition.js';
import type { ResolvedRule } from '../resolve/types.js';
import type { ExplainContext } from './context.js';
import { alternativesText } from './matchers.js';
import { finalValue, mutingOf, type Outcome, type Stack } from './stack.js';
import { recipient } from './told.js';
import type { AlertCell, FinalValue } from './types.js';
import { sortValues } from './values.js';

export interface Cells {
  readonly cells: readonly AlertCell[];
  readonly outcomes: readonly Outcome[];
}

/**
 * What an alert does with the series of a target. The values and who set them are worked out from the target's own
 * layers: a rule that covers many targets remembers the places of one of them only.
 * @param rules those of the alert in the same scope that cover the target
 */
export function explainCells(
  stack: Stack,
  rules: readonly ResolvedRule[],
  target: Target,
  context: ExplainContext,
): Cells {
  const { regexes, emitted } = context;
  const found = seriesRegions(stack.layers, regexes);
  if (found === null) return { cells: [], outcomes: [] };
  const all: Outcome[] = [];
  const cells = new Map<string, { readonly alive: Set<Alive>; readonly of: (series: string | null) => AlertCell }>();
  const add = (key: string, alive: Alive, of: (series: string | null) => AlertCell): void => {
    const cell = cells.get(key) ?? { alive: new Set(), of };
    cell.alive.add(alive);
    cells.set(key, cell);
  };
  for (const { alive, present } of found.regions) {
    const merged = merge(stack.bottom, present);
    const levels = outcomes(merged);
    const holding = outcomes(unmuted(merged));
    all.push({ present, merged, counts: (path) => holding.some((one) => counts(path, one, merged)) });
    if (present.length === 0) {
      add('unbound', alive, (series) => ({ state: 'unbound', series }));
      continue;
    }
    for (const outcome of levels) {
      const { level, effective, shapedBy } = outcome;
      if (effective === null) {
        const path = mutingPath(outcome, merged);
        const leaf = merged.get(path);
        if (leaf === undefined) continue;
        const by = mutingOf(stack, path, leaf);
        // Where the alert as a whole is muted, so are all its levels.
        const only = path === 'enabled' ? null : level;
        add(`muted ${only} ${by.layer}`, alive, (series) => ({ state: 'muted', level: only, series, by }));
        continue;
      }
      const override = overrideOf(shapedBy, stack.bottom);
      const key = `${level}|${override}|${effectiveKey(effective)}`;
      const rule = rules.find((one) => `${one.level}|${one.override}|${effectiveKey(one.effective)}` === key);
      const values = finalValues(stack, outcome, merged);
      const written = rule === undefined ? null : (emitted.get(rule) ?? null);
      const told =
        rule === undefined || written === null
          ? []
          : (context.teller?.(written, about(rule, target)) ?? []).map(recipient);
      add(key, alive, (series) => ({ state: 'alerts', level, series, override, values, rule: written, told }));
    }
  }
  const whole = found.regions.length;
  return {
    outcomes: all,
    cells: [...cells.values()]
      .map(({ alive, of }) => of(alive.size === whole ? null : alternativesText(found.write(alive) ?? [[]])))
      .sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || rank(a) - rank(b)),
  };
}

/** An aggregate speaks of no target in particular. */
function about({ template }: ResolvedRule, target: Target): Target | null {
  return template.aggregate ? null : target;
}

/** Those of a scope's rules that say something of a target. */
export function rulesCovering(rules: readonly ResolvedRule[], target: Target): ResolvedRule[] {
  return rules.filter((rule) => rule.targets.includes(target));
}

const STATES: readonly AlertCell['state'][] = ['alerts', 'muted', 'unbound'];

const rank = (cell: AlertCell): number =>
  cell.state === 'unbound' || cell.level === null ? 0 : SEVERITIES.indexOf(cell.level);

/** What would hold if nothing were muted. */
function unmuted(merged: Merged): Merged {
  return new Map([...merged].filter(([path]) => !/^(?:levels\/[^/]+\/)?enabled$/.test(path)));
}

/** Whether what is merged at a path has a part in the outcome of a level. */
function counts(path: string, { level, effective }: LevelOutcome, merged: Merged): boolean {
  const own = `levels/${level}`;
  if (path === 'enabled' || path === own || path === `${own}/enabled`) return true;
  if (level !== null && path === 'severity') return false;
  const inLevel = path.startsWith(`${own}/`);
  if (path.startsWith('levels/') && !inLevel) return false;
  const origin = merged.get(path)?.leaf?.origin;
  return effective?.provenance.get(inLevel ? path.slice(own.length + 1) : path) === origin;
}

function mutingPath({ level }: LevelOutcome, merged: Merged): string {
  return merged.get('enabled')?.leaf?.value === false ? 'enabled' : `levels/${level}/enabled`;
}

function finalValues(stack: Stack, { level, effective }: LevelOutcome, merged: Merged): FinalValue[] {
  if (effective === null) return [];
  const values: FinalValue[] = [];
  // A level is a severity, set by whoever made the level.
  const own = merged.get(`levels/${level}`);
  if (level !== null && own !== undefined)
    values.push(
      ...finalValue(stack, `levels/${level}`, own).map((one) => ({ ...one, path: 'severity', value: level })),
    );
  for (const [path, origin] of effective.provenance) {
    if (path === 'enabled' || (level !== null && path === 'severity')) continue;
    const inLevel = `levels/${level}/${path}`;
    const full = merged.get(inLevel)?.leaf?.origin === origin ? inLevel : path;
    const leaf = merged.get(full);
    if (leaf !== undefined) values.push(...finalValue(stack, full, leaf));
  }
  return sortValues(values);
}
