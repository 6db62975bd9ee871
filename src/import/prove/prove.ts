import type { Labels } from '../../model/types.js';
import { canonicalExpr, type ParsedExpr, parseExpr, traceTargets } from '../../promql/index.js';
import { durationSeconds } from '../../template/index.js';
import type { Renames } from '../rules/rename.js';
import type { TranslatedRule } from '../rules/types.js';
import { intersect, type World } from '../rules/world.js';
import type { SourceRule } from '../types.js';
import { type Form, formOf } from './forms.js';
import { hazardsOf } from './hazards.js';

/** How the compiled rules stand to one original. */
export interface Verdict {
  readonly rule: SourceRule;
  /**
   * `same`: they fire for the same series. `narrowed`: they do for the targets of the repo, and for no others.
   * `differs`: they do not, or say something else. `unproven`: nobody knows.
   */
  readonly outcome: 'same' | 'narrowed' | 'differs' | 'unproven';
  /** Sentences: how it differs, or why nothing is proven. */
  readonly reasons: readonly string[];
  /** What is taken for granted. */
  readonly assumptions: readonly string[];
  /** How many compiled rules it has become. */
  readonly compiled: number;
}

export interface Proof {
  readonly verdicts: readonly Verdict[];
  /** Compiled rules that are none of the originals. */
  readonly extra: readonly SourceRule[];
}

/**
 * Holds the compiled rules against the originals, which are told by the labels that series have now. A rule may have
 * become several, one for each group: these must say the same, and let each target through exactly once.
 *
 * Claimed for the series of the targets that there are: what one of `reads` matches depends on their labels alone.
 */
export function prove(
  originals: readonly TranslatedRule[],
  compiled: readonly SourceRule[],
  world: World,
  renames: Renames,
): Proof {
  const byName = new Map<string, Compiled[]>();
  for (const rule of compiled) {
    const { expr } = parseExpr(rule.expr);
    if (expr !== null) append(byName, nameOf(rule), { rule, expr, form: lazily(() => formOf(expr, world)) });
  }
  const used = new Set<SourceRule>();
  const verdicts = originals.map((original) => {
    const verdict = judge(original, byName.get(nameOf(original.source)) ?? [], world, used);
    return withHazards(verdict, original, world, renames);
  });
  return { verdicts, extra: compiled.filter((rule) => !used.has(rule)) };
}

const nameOf = ({ kind, name }: SourceRule): string => `${kind} ${name}`;

interface Compiled {
  readonly rule: SourceRule;
  readonly expr: ParsedExpr;
  readonly form: () => Form;
}

function judge(
  original: TranslatedRule,
  candidates: readonly Compiled[],
  world: World,
  used: Set<SourceRule>,
): Verdict {
  const { source } = original;
  const verdict = (outcome: Verdict['outcome'], compiled: number, reasons: readonly string[] = []): Verdict => ({
    rule: source,
    outcome,
    reasons,
    assumptions: [],
    compiled,
  });
  const says = candidates.filter(({ rule }) => differences(original, rule, world).length === 0);
  const canonical = canonicalExpr(original.expr);
  const whole = says.find(({ rule, expr }) => !used.has(rule) && canonicalExpr(expr) === canonical);
  if (whole !== undefined) {
    used.add(whole.rule);
    return verdict('same', 1);
  }
  const form = formOf(original.expr, world);
  const outcome = world.plan.complete ? 'same' : 'narrowed';
  const narrowed = says.find(({ rule, form: other }) => !used.has(rule) && other().whole === form.whole);
  if (narrowed !== undefined) {
    used.add(narrowed.rule);
    return verdict(outcome, 1);
  }
  const apart = traceTargets(original.expr, ['instance', 'target_id']).kind === 'reaches';
  const parts = apart
    ? partition(
        form,
        says.filter(({ rule }) => !used.has(rule)),
      )
    : null;
  if (parts !== null) {
    for (const { rule } of parts) used.add(rule);
    return verdict(outcome, parts.length);
  }
  const free = candidates.filter(({ rule }) => !used.has(rule));
  const nearest = free.find((one) => one.form().text === form.text) ?? free[0];
  if (nearest === undefined) return verdict('differs', 0, ['no compiled rule is left that could be it']);
  used.add(nearest.rule);
  const [difference] = differences(original, nearest.rule, world);
  return verdict('differs', 1, [difference ?? 'the compiled rule selects other series']);
}

/** Rules that together let each target through as the original does, and each of them once; null if there are none. */
function partition(original: Form, candidates: readonly Compiled[]): readonly Compiled[] | null {
  const wanted = union(original.reach);
  const parts = candidates.filter(({ form: formed }) => {
    const form = formed();
    if (form.text !== original.text || form.reach.length !== original.reach.length) return false;
    const own = union(form.reach);
    return (
      own.size > 0 && form.reach.every((reach, i) => isEqual(reach, intersect(original.reach[i] ?? new Set(), own)))
    );
  });
  const covered = parts.map(({ form }) => union(form().reach));
  const total = covered.reduce((sum, { size }) => sum + size, 0);
  return parts.length > 0 && isEqual(union(covered), wanted) && total === wanted.size ? parts : null;
}

function union(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  return new Set(sets.flatMap((set) => [...set]));
}

const isEqual = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
  a.size === b.size && intersect(a, b).size === a.size;

/** What rules say differently, apart from their expressions. */
function differences(original: TranslatedRule, compiled: SourceRule, world: World): string[] {
  const { source } = original;
  const found: string[] = [];
  if (seconds(source.for) !== seconds(compiled.for))
    found.push(`\`for\` is ${compiled.for ?? '0s'} instead of ${source.for ?? '0s'}`);
  if (seconds(source.keepFiringFor) !== seconds(compiled.keepFiringFor))
    found.push(`\`keep_firing_for\` is ${compiled.keepFiringFor ?? '0s'} instead of ${source.keepFiringFor ?? '0s'}`);
  found.push(
    ...textDifferences('label', original.labels, compiled.labels, (name, value) => isOwn(name, value, compiled, world)),
  );
  found.push(...textDifferences('annotation', original.annotations, compiled.annotations, () => false));
  return found;
}

const seconds = (duration: string | null): number | null =>
  duration === null || duration === '' ? 0 : durationSeconds(duration);

function textDifferences(
  what: string,
  before: Labels,
  after: Labels,
  isOwnOf: (name: string, value: string) => boolean,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is] = [before[name] ?? '', after[name] ?? ''];
    if (was === is || (was === '' && isOwnOf(name, is))) return [];
    return [is === '' ? `the ${what} ${name} is missing` : `the ${what} ${name} is "${is}" instead of "${was}"`];
  });
}

/** Labels that aami gives the alerts of a group. */
function isOwn(name: string, value: string, { labels }: SourceRule, { groups }: World): boolean {
  if (labels.group_id === undefined) return false;
  if (['group', 'group_id', 'namespace', 'override'].includes(name)) return true;
  return groups.get(labels.group_id)?.labels[name] === value;
}

function withHazards(verdict: Verdict, original: TranslatedRule, world: World, renames: Renames): Verdict {
  if (world.targets.length === 0) return verdict;
  const { expr } = parseExpr(original.source.expr);
  if (expr === null) return verdict;
  const { doubts, assumptions } = hazardsOf(original, expr, world, renames);
  const outcome = doubts.length > 0 && verdict.outcome !== 'differs' ? 'unproven' : verdict.outcome;
  return { ...verdict, outcome, reasons: [...verdict.reasons, ...doubts], assumptions };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
