import { parseTemplate, templateNames } from '../template/index.js';
import type { Expressions } from './expressions.js';
import type { SnapshotRule } from './snapshot.js';
import type { Effect, ValueChange } from './types.js';
import { changedValues, configValues, originOf, type Sides, type SideValues } from './values.js';

/** What two rules of an alert differ in. */
export interface Difference {
  readonly expr: boolean;
  /** Whether the author wrote another expression. */
  readonly rewritten: boolean;
  readonly effect: Effect;
  readonly durations: boolean;
  readonly labels: boolean;
  readonly annotations: boolean;
}

/** The parameters that a difference goes back to. One that reaches nothing that Prometheus sees may change as it likes. */
export function parameterChanges(
  before: SnapshotRule,
  after: SnapshotRule,
  difference: Difference,
  expressions: Expressions,
  sides: Sides,
): ValueChange[] {
  const inExpr = difference.expr ? namesIn([exprOf(before), exprOf(after)]) : NONE;
  const named = new Set([...inExpr, ...namesIn([...otherTexts(before, difference), ...otherTexts(after, difference)])]);
  if (named.size === 0) return [];
  const effect = (path: string): Effect => {
    const name = parameterOf(path);
    if (!inExpr.has(name)) return 'neutral';
    if (difference.effect !== 'unclear' || difference.rewritten) return difference.effect;
    // Several at once are judged one by one where nobody can judge them together.
    return before.concrete === null || after.concrete === null
      ? 'unclear'
      : expressions.effectOf(name, before.concrete, after.concrete);
  };
  const reaching = (rule: SnapshotRule): SideValues =>
    new Map([...parametersOf(rule)].filter(([path]) => named.has(parameterOf(path))));
  return changedValues(reaching(before), reaching(after), effect, sides);
}

/** The parameters of a rule; none where only the output is known. */
export function parametersOf(rule: SnapshotRule): SideValues {
  const { concrete } = rule;
  return concrete === null
    ? new Map()
    : configValues(concrete.resolved.effective.config, (path) => originOf(rule, path));
}

const NONE: ReadonlySet<string> = new Set();

/** `config.limits.warning` → `limits` */
const parameterOf = (path: string): string => path.split('.')[1] ?? '';

const namesIn = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => templateNames(parseTemplate(text).template).map(({ path: [name = ''] }) => name)));

const exprOf = ({ concrete }: SnapshotRule): string => concrete?.resolved.template.expr ?? '';

function otherTexts({ concrete }: SnapshotRule, { durations, labels, annotations }: Difference): string[] {
  if (concrete === null) return [];
  const { effective } = concrete.resolved;
  return [
    ...(durations ? [effective.for ?? '', effective.keepFiringFor ?? ''] : []),
    ...(labels ? Object.values(effective.labels) : []),
    ...(annotations ? Object.values(effective.annotations) : []),
  ];
}
