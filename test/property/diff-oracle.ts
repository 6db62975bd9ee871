import type { AlertChange, FleetDiff, ValueChange } from '../../src/diff/types.js';
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
  /** Whether another severity of the alert still, or already, looks at the series. */
  readonly otherLevel: boolean;
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
  /** Expression and annotations, layout and comments aside. */
  readonly text: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export function seenOn(
  repo: Repo,
  template: AlertTemplate | undefined,
  target: Target | undefined,
  series: Labels,
): Seen[] {
  if (template === undefined || target === undefined || !hasSeries(template, target)) return [];
  return (naive(repo, template, target, series) ?? []).map((outcome) => seen(outcome, template, target));
}

/** A target has no series of an exporter that it does not run, and none at all while it sleeps. */
export const hasSeries = ({ requires }: AlertTemplate, { active, exporters }: Target): boolean =>
  active && requires.exporters.every((needed) => exporters.some((own) => own.exporter.name === needed.name));

function seen(
  { severity, config, for: duration, labels }: NaiveOutcome,
  template: AlertTemplate,
  target: Target,
): Seen {
  const values = config as Readonly<Record<string, unknown>>;
  const rendered = (text: string): string => text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => String(values[name]));
  const expr = rendered(template.expr).replace(/#.*/, '').replaceAll(/\s+/g, ' ').trim();
  const annotations = Object.entries(template.settings.annotations ?? {}).map(([name, text]) => [name, rendered(text)]);
  return {
    severity: severity as Severity,
    for: duration,
    labels: { ...target.groups[0].labels, ...labels },
    text: JSON.stringify([expr, annotations]),
    config: values,
  };
}

const RANK: readonly Severity[] = ['critical', 'warning', 'info'];

/** Those of one severity belong together; of the rest, the strongest. */
export function expected(before: readonly Seen[], after: readonly Seen[]): Expected[] {
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
    if (one === undefined) return [{ kind: 'added', ...severities, values: [], otherLevel: before.length > 0 }];
    if (other === undefined) return [{ kind: 'removed', ...severities, values: [], otherLevel: after.length > 0 }];
    if (sameForPrometheus(one, other)) return [];
    return [{ kind: 'changed', ...severities, values: changedValues(one, other), otherLevel: false }];
  });
}

const of = (all: readonly Seen[], severity: Severity | undefined): Seen | undefined =>
  all.find((one) => one.severity === severity);
const holds = (all: readonly Seen[], severity: Severity): boolean => of(all, severity) !== undefined;

const sameForPrometheus = (one: Seen, other: Seen): boolean =>
  one.severity === other.severity &&
  one.for === other.for &&
  one.text === other.text &&
  JSON.stringify(canonical(one.labels)) === JSON.stringify(canonical(other.labels));

function changedValues(one: Seen, other: Seen): string[] {
  const shown = (seen: Seen): Record<string, unknown> => ({
    severity: seen.severity,
    for: seen.for,
    ...Object.fromEntries(Object.entries(seen.labels).map(([name, value]) => [`labels.${name}`, value])),
    // A parameter that reaches nothing is not told.
    ...(one.text === other.text
      ? {}
      : { 'config.threshold': seen.config.threshold, 'config.window': seen.config.window }),
  });
  const [old, now] = [shown(one), shown(other)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((path) => old[path] !== now[path])
    .map((path) => arrow(path, old[path], now[path]))
    .sort();
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
