import type { ExtraRoute, Matcher, Target } from '../model/types.js';
import { droppedBy, matcherAccepts, parseExpr, type ResultLabels, resultLabels } from '../promql/index.js';
import { alertClass, type NotifiedBy, type Ownership } from '../resolve/ownership.js';
import type { RuleScope } from '../resolve/types.js';
import { below } from '../source/positions.js';
import type { ExplainContext } from './context.js';
import { placeOf } from './places.js';
import type { EmittedRule, Recipient } from './types.js';

/**
 * Who is told of the alerts of a rule: by hand-written routes in their order, then by those that its group, its
 * namespace or the project names. Empty where no alertmanager.yml is made.
 * @param target whose alerts they are; null: of any target
 */
export function recipientsOf(
  context: ExplainContext,
  scope: RuleScope,
  rule: EmittedRule,
  target: Target | null,
): Recipient[] {
  const { ownerships, model } = context;
  if (ownerships === null) return [];
  const { routes, project } = model.repo;
  const owner = scope.kind === 'fleet' ? ownerships.fleet : ownerships.groups.get(scope.group);
  if (owner === undefined) return [];
  // Before the routes that stand behind them, the groups have routes of their own.
  const met = routes.filter(({ position }) => position === 'before' || scope.kind === 'fleet');
  const labelOf = labelsOfAlert(rule, target, project.global.external_labels);
  return passThrough(met, labelOf, namedBy(context, owner, rule.labels.severity));
}

/** Those whom the layers of `notify` come to. */
export function namedBy({ model }: ExplainContext, ownership: Ownership, severity: string | undefined): Recipient[] {
  const { receivers, origin, by } = ownership[alertClass(severity)];
  const at = placeOf(origin ?? below(model.repo.project.alertmanager.origin, 'default_receiver'));
  return receivers.map((receiver) => ({ receiver, ...layerOf(by), at, certain: true }));
}

function layerOf(by: NotifiedBy): Pick<Recipient, 'by' | 'name'> {
  switch (by.kind) {
    case 'group':
      return { by: 'group', name: by.group.id };
    case 'namespace':
      return { by: 'namespace', name: by.name };
    default:
      return { by: by.kind, name: null };
  }
}

/** The value of a label of an alert; undefined: it depends on the series. */
type LabelOf = (label: string) => string | undefined;

/** A route that does not let an alert go on ends its way; where it only may match, all that follows is uncertain. */
function passThrough(routes: readonly ExtraRoute[], labelOf: LabelOf, named: readonly Recipient[]): Recipient[] {
  const found: Recipient[] = [];
  let sure = true;
  for (const { name, receivers, matches, continues, origin } of routes) {
    const verdicts = matches.map((matcher) => verdict(matcher, labelOf(matcher.label)));
    if (verdicts.includes(false)) continue;
    const matched = !verdicts.includes(null);
    const certain = sure && matched;
    found.push(
      ...receivers.map((receiver) => ({ receiver, by: 'route' as const, name, at: placeOf(origin), certain })),
    );
    if (continues) continue;
    if (matched) return found;
    sure = false;
  }
  return [...found, ...named.map((one) => ({ ...one, certain: sure }))];
}

function verdict(matcher: Matcher, value: string | undefined): boolean | null {
  return value === undefined ? null : matcherAccepts(matcher, value);
}

function labelsOfAlert({ alert, labels, expr }: EmittedRule, target: Target | null, external: unknown): LabelOf {
  const own = new Map<string, string>([...Object.entries(labels), ['alertname', alert]]);
  const parsed = parseExpr(expr).expr;
  const result = parsed === null ? null : resultLabels(parsed);
  return (label) => {
    const set = own.get(label);
    // What a Go template makes of it is known when it fires.
    if (set !== undefined) return set.includes('{{') ? undefined : set;
    const value = result === null ? undefined : ofSeries(label, result, target);
    return value === '' ? (externalLabel(external, label) ?? '') : value;
  };
}

function ofSeries(label: string, result: ResultLabels, target: Target | null): string | undefined {
  if (droppedBy(result, label) !== null) return '';
  return result.pinned.get(label) ?? (target === null ? undefined : ofTarget(label, target));
}

/** As service discovery gives it to all series of a target. */
function ofTarget(label: string, { id, hostname, groups, labels }: Target): string | undefined {
  if (label === 'instance') return hostname;
  if (label === 'target_id') return id;
  if (label === 'groups') return groups.map((group) => group.id).join(',');
  const key = /^target_label_(.*)$/.exec(label)?.[1];
  return key === undefined ? undefined : Object.hasOwn(labels, key) ? labels[key] : '';
}

/** Prometheus adds these where an alert has no such label. */
function externalLabel(external: unknown, label: string): string | undefined {
  if (typeof external !== 'object' || external === null || !Object.hasOwn(external, label)) return undefined;
  const value: unknown = (external as Readonly<Record<string, unknown>>)[label];
  return typeof value === 'string' ? value : undefined;
}
