import type { ExtraRoute, Group, Labels, Matcher, Repo, Target } from '../model/types.js';
import { droppedBy, matcherAccepts, parseExpr, type ResultLabels, resultLabels } from '../promql/index.js';
import {
  alertClass,
  type NotifiedBy,
  type Ownership,
  type Ownerships,
  resolveOwnerships,
} from '../resolve/ownership.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';

/** Somebody who is told of an alert, and who says so. */
export interface Told {
  readonly receiver: string;
  readonly by: NotifiedBy | { readonly kind: 'route'; readonly route: ExtraRoute };
  readonly origin: Origin;
  /** false: it depends on labels of the series whether a hand-written route takes the alert. */
  readonly certain: boolean;
}

/** An alert as far as its rule tells. */
export interface ToldAlert {
  readonly alert: string;
  /** Those of the rule. */
  readonly labels: Labels;
  readonly expr: string;
}

/** `target`: whose alert it is; null: of any target. */
export type Teller = (alert: ToldAlert, target: Target | null) => readonly Told[];

/**
 * Who is told of an alert: by hand-written routes in their order, then by those that its group, its namespace or the
 * project names. null: no alertmanager.yml is made.
 */
export function tellerOf(repo: Repo): Teller | null {
  const ownerships = resolveOwnerships(repo);
  if (ownerships === null) return null;
  const { routes, project, groups } = repo;
  const before = routes.filter(({ position }) => position === 'before');
  return (alert, target) => {
    const labelOf = labelsOfAlert(alert, target, project.global.external_labels);
    const group = groups.get(labelOf('group_id') ?? '');
    // Before the routes that stand behind them, the groups have routes of their own.
    const met = group === undefined ? [...before, ...routes.filter(({ position }) => position === 'after')] : before;
    return passThrough(met, labelOf, namedBy(ownerOf(group, labelOf, ownerships), alert.labels.severity, repo));
  };
}

/** Whether hand-written routes tell targets of one rule apart. */
export function tellsTargetsApart({ routes }: Repo): boolean {
  return routes.some(({ matches }) => matches.some(({ label }) => OF_TARGETS.test(label)));
}

/** Those whom the layers of `notify` come to. */
export function namedBy(ownership: Ownership, severity: string | undefined, { project }: Repo): Told[] {
  const { receivers, origin, by } = ownership[alertClass(severity)];
  const at = origin ?? below(project.alertmanager.origin, 'default_receiver');
  return receivers.map((receiver) => ({ receiver, by, origin: at, certain: true }));
}

function ownerOf(group: Group | undefined, labelOf: LabelOf, { groups, namespaces, fleet }: Ownerships): Ownership {
  const own = group === undefined ? undefined : groups.get(group);
  const ofNamespace = labelOf('group_id') === '' ? namespaces.get(labelOf('namespace') ?? '') : undefined;
  return own ?? ofNamespace ?? fleet;
}

/** The value of a label of an alert; undefined: it depends on the series. */
type LabelOf = (label: string) => string | undefined;

/** A route that does not let an alert go on ends its way; where it only may match, all that follows is uncertain. */
function passThrough(routes: readonly ExtraRoute[], labelOf: LabelOf, named: readonly Told[]): Told[] {
  const found: Told[] = [];
  let sure = true;
  for (const route of routes) {
    const verdicts = route.matches.map((matcher) => verdict(matcher, labelOf(matcher.label)));
    if (verdicts.includes(false)) continue;
    const matched = !verdicts.includes(null);
    const by = { kind: 'route', route } as const;
    const certain = sure && matched;
    found.push(...route.receivers.map((receiver) => ({ receiver, by, origin: route.origin, certain })));
    if (route.continues) continue;
    if (matched) return found;
    sure = false;
  }
  return [...found, ...named.map((one) => ({ ...one, certain: sure }))];
}

function verdict(matcher: Matcher, value: string | undefined): boolean | null {
  return value === undefined ? null : matcherAccepts(matcher, value);
}

function labelsOfAlert({ alert, labels, expr }: ToldAlert, target: Target | null, external: unknown): LabelOf {
  let parsed: ResultLabels | null | undefined;
  const result = (): ResultLabels | null => {
    if (parsed === undefined) {
      const { expr: root } = parseExpr(expr);
      parsed = root === null ? null : resultLabels(root);
    }
    return parsed;
  };
  return (label) => {
    if (label === 'alertname') return alert;
    const own = Object.hasOwn(labels, label) ? labels[label] : undefined;
    // What a Go template makes of it is known when it fires.
    if (own !== undefined) return own.includes('{{') ? undefined : own;
    const value = ofSeries(label, result(), target);
    return value === '' ? (externalLabel(external, label) ?? '') : value;
  };
}

function ofSeries(label: string, result: ResultLabels | null, target: Target | null): string | undefined {
  if (result === null) return undefined;
  if (droppedBy(result, label) !== null) return '';
  return result.pinned.get(label) ?? (target === null ? undefined : ofTarget(label, target));
}

const OF_TARGETS = /^(?:instance|target_id|groups|target_label_.*)$/;

/** As service discovery gives it to all series of a target. */
function ofTarget(label: string, { id, hostname, groups, labels }: Target): string | undefined {
  if (!OF_TARGETS.test(label)) return undefined;
  if (label === 'instance') return hostname;
  if (label === 'target_id') return id;
  if (label === 'groups') return groups.map((group) => group.id).join(',');
  const key = label.replace(/^target_label_/, '');
  return Object.hasOwn(labels, key) ? labels[key] : '';
}

/** Prometheus adds these where an alert has no such label. */
function externalLabel(external: unknown, label: string): string | undefined {
  if (typeof external !== 'object' || external === null || !Object.hasOwn(external, label)) return undefined;
  const value: unknown = (external as Readonly<Record<string, unknown>>)[label];
  return typeof value === 'string' ? value : undefined;
}
