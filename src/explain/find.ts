import { didYouMean } from '../diagnostics/nearest.js';
import type { AlertTemplate, Group, ScriptTemplate, Target } from '../model/types.js';
import type { ExplainContext } from './context.js';

/** What a name of the command line stands for, or the nearest that it may have meant. */
export type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  /** Several have that name: these. */
  | { readonly kind: 'ambiguous'; readonly ids: readonly string[] }
  | { readonly kind: 'unknown'; readonly hint: string | null };

const found = <T>(value: T): Found<T> => ({ kind: 'found', value });

/** By id, or by host name: an alert shows that as `instance`. */
export function findTarget({ model: { repo } }: Pick<ExplainContext, 'model'>, name: string): Found<Target> {
  const target = repo.targets.find(({ id }) => id === name) ?? repo.targets.find(({ hostname }) => hostname === name);
  if (target !== undefined) return found(target);
  return unknown(
    name,
    repo.targets.flatMap(({ id, hostname }) => [id, hostname]),
  );
}

/** By id, or by a name that no other group has. */
export function findGroup({ model: { repo } }: ExplainContext, name: string): Found<Group> {
  const groups = [...repo.groups.values()];
  const named = groups.filter((one) => one.name === name);
  const group = repo.groups.get(name) ?? (named.length === 1 ? named[0] : undefined);
  if (group !== undefined) return found(group);
  if (named.length > 1) return { kind: 'ambiguous', ids: named.map(({ id }) => id) };
  return unknown(
    name,
    groups.flatMap((one) => [one.id, one.name]),
  );
}

export type NamedTemplate =
  | { readonly kind: 'alert'; readonly template: AlertTemplate }
  | { readonly kind: 'check'; readonly template: ScriptTemplate };

export function findAlert(context: ExplainContext, name: string): Found<AlertTemplate> {
  const { alertTemplates } = context.model.repo;
  const template = alertTemplates.get(name) ?? byEmittedName(context, name);
  return template === undefined ? unknown(name, alertNames(context)) : found(template);
}

/** An alert goes before a check of the same name. */
export function findTemplate(context: ExplainContext, name: string): Found<NamedTemplate> {
  const { scriptTemplates } = context.model.repo;
  const alert = findAlert(context, name);
  if (alert.kind === 'found') return found({ kind: 'alert', template: alert.value });
  const check = scriptTemplates.get(name);
  if (check !== undefined) return found({ kind: 'check', template: check });
  return unknown(name, [...alertNames(context), ...scriptTemplates.keys()]);
}

/** Of the templates, and as Prometheus shows them. */
function alertNames({ model: { repo }, emitted }: ExplainContext): Set<string> {
  return new Set([...repo.alertTemplates.keys(), ...[...emitted.values()].map(({ alert }) => alert)]);
}

/** `rules.alert_name` may give alerts another name than that of their template: that is the one on the pager. */
function byEmittedName({ emitted }: ExplainContext, name: string): AlertTemplate | undefined {
  for (const [rule, { alert }] of emitted) if (alert === name) return rule.template;
  return undefined;
}

const unknown = (
  name: string,
  candidates: Iterable<string>,
): { readonly kind: 'unknown'; readonly hint: string | null } => ({
  kind: 'unknown',
  hint: didYouMean(name, candidates),
});
