import { isDeepStrictEqual } from 'node:util';
import type { YamlMapping } from '../../emit/yaml.js';
import { type Labels, SEVERITIES, type Severity } from '../../model/types.js';
import { parseExpr, scopeExpr } from '../../promql/index.js';
import { isDuration } from '../../template/index.js';
import { categoryOf, idGiver } from '../names.js';
import { escapePlaceholders } from '../rules/edits.js';
import { parsed } from '../rules/rename.js';
import type { TranslatedRule } from '../rules/types.js';
import type { Json, JsonObject, Loss, ServerAlert, SourceRule } from '../types.js';
import { aamiDocument, orNothing, type WrittenDocument, yamlFile } from '../write/yaml-file.js';
import { convertQuery, renderQuery } from './query.js';

/** What is made of the alerts of a config server. */
export interface ServerAlerts {
  readonly files: ReadonlyMap<string, string>;
  /** Its rules as the server writes them, each for the targets of its group. */
  readonly originals: readonly ServerRule[];
  /** How many templates there are. */
  readonly templates: number;
  readonly losses: readonly Loss[];
}

/** A rule of the server, and the template that makes it now. */
export interface ServerRule {
  readonly rule: TranslatedRule;
  readonly template: string;
}

/** How the server names its alerts. */
export const SERVER_ALERT_NAME = '${alert}_Group_${group.id}';

/** A template of the server, or the copy of one that a rule has kept. */
interface Definition {
  readonly id: string;
  readonly alert: ServerAlert;
  readonly severity: Severity;
  readonly expr: string;
  readonly params: Readonly<Record<string, Json>>;
}

/**
 * Templates and policies: a rule binds the template that it is a copy of. A copy that has changed is a template
 * itself. Those that are \`refused\`, by the names of their templates, are lost for the reason that is given.
 */
export function convertAlerts(
  templates: readonly ServerAlert[],
  rules: readonly ServerAlert[],
  groups: ReadonlySet<string>,
  refused: ReadonlyMap<string, string>,
): ServerAlerts {
  const losses: Loss[] = [];
  const ids = idGiver('alert');
  const definitions: Definition[] = [];
  const originals: ServerRule[] = [];
  const bindings = new Map<string, Record<string, YamlMapping>>();
  for (const template of templates) define(template, definitions, ids.of, losses);
  for (const rule of rules) {
    const lose = (why: string): void =>
      void losses.push({ place: rule.place, what: `the alert rule ${rule.name}`, why });
    if (rule.group === null || !groups.has(rule.group)) {
      lose('its group is not there');
      continue;
    }
    const definition = define(rule, definitions, ids.of, losses);
    if (definition === null || refused.has(definition.id)) continue;
    const original = originalOf(rule, rule.group);
    if (original === null) {
      lose('its query lacks a value, or is not one that Prometheus takes');
      continue;
    }
    const entries = bindings.get(rule.group) ?? {};
    bindings.set(rule.group, entries);
    if (entries[definition.id] !== undefined) {
      lose('its group has another rule of this name');
      continue;
    }
    entries[definition.id] = entryOf(rule, definition);
    if (rule.enabled) originals.push({ rule: original, template: definition.id });
  }
  for (const { id, alert } of definitions) {
    const why = refused.get(id);
    if (why !== undefined) losses.push({ place: alert.place, what: `the alert ${alert.name}`, why });
  }
  const files = new Map<string, string>();
  const kept = definitions.filter(({ id }) => !refused.has(id));
  if (kept.length > 0) files.set('templates/alerts.yaml', yamlFile([], kept.map(templateDocument)));
  for (const [group, alerts] of bindings)
    files.set(`policies/alerts-${group}.yaml`, yamlFile([], [aamiDocument('AlertPolicy', { group, alerts })]));
  return { files, originals, templates: kept.length, losses };
}

function define(
  alert: ServerAlert,
  known: Definition[],
  idOf: (name: string) => string,
  losses: Loss[],
): Definition | null {
  const same = known.find((one) => one.alert.name === alert.name && isSameDefinition(one.alert, alert));
  if (same !== undefined) return same;
  const lose = (why: string): null => {
    losses.push({ place: alert.place, what: `the alert ${alert.name}`, why });
    return null;
  };
  const query = convertQuery(alert.query);
  if (query.kind === 'refused') return lose(query.why);
  const severity = SEVERITIES.find((one) => one === alert.severity);
  if (severity === undefined) return lose('its severity is none of critical, warning and info');
  if (!isFor(alert.defaults.for) || !isFor(alert.config.for)) return lose('its for_duration is not a duration');
  const drifted = known.some((one) => one.alert.name === alert.name);
  const id = idOf(drifted ? `${alert.name} of ${alert.group ?? alert.place.line}` : alert.name);
  if (drifted)
    losses.push({
      place: alert.place,
      what: `the alert ${alert.name} is called ${id}`,
      why: 'its rule is no longer a copy of its template',
    });
  const params = Object.fromEntries(query.variables.map((name) => [name, alert.defaults.variables[name] ?? null]));
  const made = { id, alert, severity, expr: query.expr, params };
  known.push(made);
  return made;
}

const isFor = (text: string | null): boolean => text === null || isDuration(text);

function isSameDefinition(a: ServerAlert, b: ServerAlert): boolean {
  return (
    a.query === b.query &&
    a.severity === b.severity &&
    a.description === b.description &&
    isDeepStrictEqual(a.defaults, b.defaults)
  );
}

function templateDocument({ id, alert, severity, expr, params }: Definition): WrittenDocument {
  return aamiDocument(
    'AlertTemplate',
    {
      name: id,
      description: alert.description ?? undefined,
      category: categoryOf('server'),
      severity,
      expr,
      for: alert.defaults.for ?? undefined,
      // One without a default is set wherever the template is bound.
      params: orNothing(Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value ?? {}]))),
      labels: orNothing(escaped(withoutGiven(alert.defaults.labels))),
      annotations: escaped({
        summary: alert.name,
        ...(alert.description === null ? {} : { description: alert.description }),
        ...alert.defaults.annotations,
      }),
    },
    [`From ${alert.place.file}:${alert.place.line}.`],
  );
}

function entryOf({ config, enabled }: ServerAlert, { params }: Definition): YamlMapping {
  const variables: JsonObject = Object.fromEntries(
    Object.entries(config.variables).filter(([name]) => Object.hasOwn(params, name)),
  );
  const entry: YamlMapping = {
    config: orNothing(variables),
    for: config.for ?? undefined,
    labels: orNothing(escaped(withoutGiven(config.labels))),
    annotations: orNothing(escaped(config.annotations)),
    enabled: enabled ? undefined : false,
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

const escaped = (texts: Labels): Labels =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, escapePlaceholders(text)]));

/** aami gives these itself. */
function withoutGiven(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([name]) => !['severity', 'group', 'group_id', 'namespace', 'override', 'alertname'].includes(name),
    ),
  );
}

/** The rule that the server writes, narrowed to its group as it is meant. */
function originalOf(rule: ServerAlert, group: string): TranslatedRule | null {
  const text = renderQuery(rule.query, { ...rule.defaults.variables, ...rule.config.variables });
  const written = text === null ? null : parseExpr(text).expr;
  if (text === null || written === null) return null;
  const scoped = scopeExpr(
    written,
    { target: [{ label: 'group_id', op: '=', value: group }], series: [] },
    { unscoped: [] },
  );
  const labels = { severity: rule.severity ?? '', group_id: group, ...rule.defaults.labels, ...rule.config.labels };
  const annotations = {
    summary: rule.name,
    description: rule.description ?? '',
    ...rule.defaults.annotations,
    ...rule.config.annotations,
  };
  const source: SourceRule = {
    kind: 'alert',
    name: `${rule.name}_Group_${group}`,
    expr: text,
    for: rule.config.for ?? rule.defaults.for,
    keepFiringFor: null,
    labels,
    annotations,
    group,
    groupSettings: {},
    place: rule.place,
  };
  return { source, expr: parsed(scoped.text), labels, annotations, trouble: null };
}
