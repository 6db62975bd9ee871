import type { AlertChange, FleetDiff, ValueChange, WeakeningKind } from '../../src/diff/types.js';
import type { AlertTemplate, Labels, Matcher, Repo, Severity, Target } from '../../src/model/types.js';
import { accepts, canonical, type NaiveOutcome, naive } from './naive.js';
import type { Revision } from './revisions.js';

/**
 * What a diff must say of one alert on one target's series, found by looking at nothing else: both states are evaluated
 * as §3 of the design says, word for word, and laid side by side.
 */
export interface Expected {
  readonly kind: AlertChange['kind'];
  readonly severityBefore: Severity | null;
  readonly severityAfter: Severity | null;
  /** `for 1m → 5m`: of the values that are told for themselves. */
  readonly values: readonly string[];
  /** Of the ways to weaken monitoring, those that this alert and these series alone decide. */
  readonly weakens: readonly WeakeningKind[];
}

/** An alert that has one name before the change and one after it. */
export interface NamedAlert {
  readonly before: AlertTemplate | undefined;
  readonly after: AlertTemplate | undefined;
}

/** A template that is gone and one that is new with the same expression are one: there is at most one of each here. */
export function namedAlerts({ before, after }: Revision): NamedAlert[] {
  const names = new Set([...before.alertTemplates.keys(), ...after.alertTemplates.keys()]);
  const sides = [...names].map((name) => ({
    before: before.alertTemplates.get(name),
    after: after.alertTemplates.get(name),
  }));
  const gone = sides.find((one) => one.after === undefined);
  const fresh = sides.find((one) => one.before === undefined);
  if (gone?.before === undefined || fresh?.after === undefined || gone.before.expr !== fresh.after.expr) return sides;
  return [...sides.filter((one) => one !== gone && one !== fresh), { before: gone.before, after: fresh.after }];
}

/** What Prometheus would make of an alert on a series, and what a reader is told of it. */
interface Seen {
  readonly severity: Severity;
  readonly for: string | null;
  readonly labels: Labels;
  /** Layout and comments aside. */
  readonly expr: string;
  readonly annotations: string;
  readonly config: Parameters;
  /** The parameters that the author names there. */
  readonly named: { readonly expr: readonly string[]; readonly annotations: readonly string[] };
}

type Parameters = Readonly<Record<string, unknown>>;

/** By scope: an aggregate is bound to several at once, each with a rule of its own. Any other alert has one, `''`. */
export type SeenByScope = ReadonlyMap<string, readonly Seen[]>;

export function seenOn(
  repo: Repo,
  template: AlertTemplate | undefined,
  target: Target | undefined,
  series: Labels,
): SeenByScope {
  if (template === undefined || target === undefined || !hasSeries(template, target)) return new Map();
  if (template.aggregate) return seenByAggregates(repo, template, target);
  const labels = target.groups[0].labels;
  return new Map([['', (naive(repo, template, target, series) ?? []).map((one) => seen(one, template, labels))]]);
}

/** The rule of a scope has the values of a target that is in this group alone, or in none. */
function seenByAggregates(repo: Repo, template: AlertTemplate, target: Target): SeenByScope {
  const found = new Map<string, readonly Seen[]>();
  for (const { scope, entries } of repo.alertPolicies) {
    if (!entries.some((entry) => entry.template === template)) continue;
    for (const group of scope.kind === 'global' ? [null] : scope.groups) {
      if (group !== null && !target.groups.some((own) => own === group || own.ancestors.includes(group))) continue;
      const stand = { ...target, labels: {}, groups: group === null ? [] : [group] } as unknown as Target;
      const outcomes = naive(repo, template, stand, {}) ?? [];
      found.set(
        group?.id ?? 'the fleet',
        outcomes.map((one) => seen(one, template, group?.labels ?? {})),
      );
    }
  }
  return found;
}

/** A target has no series of an exporter that it does not run, and none at all while it sleeps. */
export const hasSeries = ({ requires }: AlertTemplate, { active, exporters }: Target): boolean =>
  active && requires.exporters.every((needed) => exporters.some((own) => own.exporter.name === needed.name));

function seen(
  { severity, config, for: duration, labels }: NaiveOutcome,
  template: AlertTemplate,
  ofGroup: Labels,
): Seen {
  const values = config as Parameters;
  const rendered = (text: string): string => text.replaceAll(NAMED, (_, name: string) => String(values[name]));
  const named = (text: string): string[] => [...text.matchAll(NAMED)].map(([, name = '']) => name);
  const annotations = JSON.stringify(template.settings.annotations ?? {});
  return {
    severity: severity as Severity,
    for: duration,
    labels: { ...ofGroup, ...labels },
    expr: rendered(template.expr).replace(/#.*/, '').replaceAll(/\s+/g, ' ').trim(),
    annotations: rendered(annotations),
    config: values,
    named: { expr: named(template.expr), annotations: named(annotations) },
  };
}

const NAMED = /\$\{(\w+)\}/g;

const RANK: readonly Severity[] = ['critical', 'warning', 'info'];

export function expected(before: SeenByScope, after: SeenByScope): Expected[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((scope) =>
    expectedInScope(before.get(scope) ?? [], after.get(scope) ?? []),
  );
}

/** Those of one severity belong together; of the rest, the strongest. */
function expectedInScope(before: readonly Seen[], after: readonly Seen[]): Expected[] {
  const both = RANK.filter((one) => holds(before, one) && holds(after, one));
  const left = RANK.filter((one) => holds(before, one) && !both.includes(one));
  const right = RANK.filter((one) => holds(after, one) && !both.includes(one));
  const pairs = [
    ...both.map((one) => [one, one] as const),
    ...Array.from({ length: Math.max(left.length, right.length) }, (_, at) => [left[at], right[at]] as const),
  ];
  return pairs.flatMap(([old, now]): Expected[] => {
    const [one, other] = [of(before, old), of(after, now)];
    const severities = { severityBefore: old ?? null, severityAfter: now ?? null };
    if (one === undefined) return [{ kind: 'added', ...severities, values: [], weakens: [] }];
    // Another severity of the alert still looks at the series.
    const weakens = after.length > 0 ? (['level-removed'] as const) : [];
    if (other === undefined) return [{ kind: 'removed', ...severities, values: [], weakens }];
    if (sameForPrometheus(one, other)) return [];
    return [{ kind: 'changed', ...severities, values: changedValues(one, other), weakens: weakening(one, other) }];
  });
}

function weakening(one: Seen, other: Seen): WeakeningKind[] {
  const minutes = ({ for: duration }: Seen): number => Number.parseInt(duration ?? '0m', 10);
  return [
    ...(RANK.indexOf(other.severity) > RANK.indexOf(one.severity) ? (['severity-lowered'] as const) : []),
    ...(minutes(other) > minutes(one) ? (['for-lengthened'] as const) : []),
    ...(isQuieter(one.expr, other.expr) ? (['threshold-quieter'] as const) : []),
  ].sort();
}

/** `up > 80`, `up > 90`; where the comparison is another one, nobody knows. */
function isQuieter(before: string, after: string): boolean {
  const [, op, limit] = before.split(' ');
  const [, otherOp, otherLimit] = after.split(' ');
  return op === otherOp && (op === '>' ? Number(otherLimit) > Number(limit) : Number(otherLimit) < Number(limit));
}

const DECIDED: readonly WeakeningKind[] = ['level-removed', 'severity-lowered', 'for-lengthened', 'threshold-quieter'];

/** The same of what the diff says. */
export const toldWeakening = ({ weakens }: AlertChange): WeakeningKind[] =>
  weakens.filter((kind) => DECIDED.includes(kind)).sort();

const of = (all: readonly Seen[], severity: Severity | undefined): Seen | undefined =>
  all.find((one) => one.severity === severity);
const holds = (all: readonly Seen[], severity: Severity): boolean => of(all, severity) !== undefined;

const sameForPrometheus = (one: Seen, other: Seen): boolean =>
  one.severity === other.severity &&
  one.for === other.for &&
  one.expr === other.expr &&
  one.annotations === other.annotations &&
  JSON.stringify(canonical(one.labels)) === JSON.stringify(canonical(other.labels));

function changedValues(one: Seen, other: Seen): string[] {
  const told = toldParameters(one, other);
  const values = ({ severity, for: duration, labels }: Seen): Record<string, unknown> => ({
    severity,
    for: duration,
    ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [`labels.${name}`, value])),
  });
  const old: Parameters = { ...values(one), ...told.before };
  const now: Parameters = { ...values(other), ...told.after };
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((path) => old[path] !== now[path])
    .map((path) => arrow(path, old[path], now[path]))
    .sort();
}

/** A parameter is told where a text that names it on either side comes out differently. */
function toldParameters(one: Seen, other: Seen): { readonly before: Parameters; readonly after: Parameters } {
  const texts = (['expr', 'annotations'] as const).filter((text) => one[text] !== other[text]);
  const names = texts.flatMap((text) => [...one.named[text], ...other.named[text]]);
  const values = ({ config }: Seen): Parameters =>
    Object.fromEntries(names.map((name) => [`config.${name}`, config[name]]));
  return { before: values(one), after: values(other) };
}

const TOLD = /^(?:severity|for|labels\..*|config\.(?:threshold|window))$/;

export const isTold = ({ path }: ValueChange): boolean => TOLD.test(path);

/** The same of what the diff says. */
export const toldValues = (values: readonly ValueChange[]): string[] =>
  values
    .filter(isTold)
    .map(({ path, before, after }) => arrow(path, before, after))
    .sort();

const arrow = (path: string, before: unknown, after: unknown): string =>
  `${path} ${JSON.stringify(before ?? null)} → ${JSON.stringify(after ?? null)}`;

/** The changes that a diff reports of an alert, by target. */
export function changesByTarget({ alerts }: FleetDiff, name: string): Map<string, AlertChange[]> {
  const found = new Map<string, AlertChange[]>();
  for (const change of alerts.filter((one) => one.alerts.includes(name)))
    for (const id of change.where.flatMap(({ targets }) => targets)) found.set(id, [...(found.get(id) ?? []), change]);
  return found;
}

/** Whether a change holds for a series, as its text says: conjunctions of matchers, joined by `or`. */
export function holdsFor({ series }: AlertChange, labels: Labels): boolean {
  return series === null || boxesIn(series).some((box) => box.every((one) => accepts(one, labels[one.label] ?? '')));
}

const parsed = new Map<string, readonly (readonly Matcher[])[]>();

function boxesIn(text: string): readonly (readonly Matcher[])[] {
  const known = parsed.get(text) ?? parseBoxes(text);
  parsed.set(text, known);
  return known;
}

function parseBoxes(text: string): Matcher[][] {
  const boxes: Matcher[][] = [[]];
  const matcher = /(\w+)(=~|!~|!=|=)("(?:[^"\\]|\\.)*")(, | or |$)/y;
  while (matcher.lastIndex < text.length) {
    const found = matcher.exec(text);
    if (found === null) throw new Error(`not a list of matchers: ${text}`);
    const [, label = '', op, value = '""', end] = found;
    boxes.at(-1)?.push({ label, op: op as Matcher['op'], value: JSON.parse(value) as string });
    if (end === ' or ') boxes.push([]);
  }
  return boxes;
}
