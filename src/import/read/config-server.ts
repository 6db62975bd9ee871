import type {
  JsonObject,
  Loss,
  ServerAlert,
  ServerAlertConfig,
  ServerScript,
  SourceGroup,
  SourceHost,
  SourceServer,
} from '../types.js';
import { type Cursor, isList, isMapping, items, keys, member, placeOf, text, texts } from './cursor.js';

/** What a config server of AAMI lists, as its API names it. */
const KINDS = ['alert-templates', 'alert-rules', 'script-templates', 'script-policies', 'groups', 'targets'] as const;
type Kind = (typeof KINDS)[number];

/** A list of one kind. */
export interface ServerRead {
  readonly kind: Kind;
  readonly items: readonly Cursor[];
}

/** `alert-templates.json` and the like. */
export function isServerFile(path: string, document: Cursor): boolean {
  return kindOf(stem(path)) !== null && listIn(document) !== null && !isExplicitList(document);
}

/** A list of file_sd that happens to be called `targets.json`. */
function isExplicitList(document: Cursor): boolean {
  return items(document).length > 0 && items(document).every((item) => isList(member(item, 'targets')));
}

/** One object with several of the lists. */
export function isServerExport(document: Cursor): boolean {
  const names = keys(document).map(kindOf);
  return (
    names.length > 0 &&
    names.some((kind) => kind !== null && kind !== 'groups' && kind !== 'targets') &&
    !names.includes(null)
  );
}

export function readServer(path: string, document: Cursor): ServerRead[] {
  const kind = kindOf(stem(path));
  const list = listIn(document);
  if (kind !== null && list !== null) return [{ kind, items: list }];
  return keys(document).flatMap((key) => {
    const named = kindOf(key);
    return named === null ? [] : [{ kind: named, items: listIn(member(document, key)) ?? [] }];
  });
}

/** The list itself, or what an API wraps it in. */
function listIn(cursor: Cursor): readonly Cursor[] | null {
  if (isList(cursor)) return items(cursor);
  for (const key of ['data', 'items', 'results']) if (isList(member(cursor, key))) return items(member(cursor, key));
  return null;
}

const stem = (path: string): string => (path.split('/').at(-1) ?? '').replace(/\.(?:json|ya?ml)$/i, '');

function kindOf(name: string): Kind | null {
  const plain = name
    .replaceAll('_', '-')
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
  return KINDS.find((kind) => kind === plain) ?? null;
}

/** What has been deleted is still listed. */
const isThere = (cursor: Cursor): boolean => isMapping(cursor) && text(member(cursor, 'deleted_at')) === null;

export function serverOf(
  lists: readonly ServerRead[],
  losses: Loss[],
): {
  readonly server: SourceServer | null;
  readonly hosts: readonly SourceHost[];
  readonly groups: readonly SourceGroup[];
} {
  const of = (kind: Kind): Cursor[] =>
    lists.filter((list) => list.kind === kind).flatMap((list) => list.items.filter(isThere));
  if (lists.length === 0) return { server: null, hosts: [], groups: [] };
  const groups = groupsOf([...of('groups'), ...of('targets').flatMap((target) => items(member(target, 'groups')))]);
  return {
    groups: [...groups.values()],
    hosts: of('targets').flatMap((target) => hostOf(target, losses)),
    server: {
      alertTemplates: of('alert-templates').flatMap((one) => alertOf(one, losses)),
      alertRules: of('alert-rules').flatMap((one) => alertOf(one, losses)),
      scriptTemplates: of('script-templates').flatMap((one) => scriptOf(one, losses)),
      scriptPolicies: of('script-policies').flatMap((one) => scriptOf(one, losses)),
    },
  };
}

/** Groups by their ids, which are the names that the rest of an import knows them by. */
function groupsOf(cursors: readonly Cursor[]): Map<string, SourceGroup> {
  const found = new Map<string, SourceGroup>();
  for (const cursor of cursors) {
    const id = text(member(cursor, 'id'));
    if (id === null || found.has(id)) continue;
    found.set(id, {
      name: id,
      label: text(member(cursor, 'name')),
      id,
      parent: text(member(cursor, 'parent_id')),
      namespace: text(member(member(cursor, 'namespace'), 'name')),
      place: placeOf(cursor),
    });
  }
  return found;
}

function hostOf(target: Cursor, losses: Loss[]): SourceHost[] {
  const place = placeOf(target);
  const hostname = text(member(target, 'hostname'));
  if (hostname === null) {
    losses.push({ place, what: 'a target', why: 'it has no hostname' });
    return [];
  }
  const groups = [
    ...items(member(target, 'groups')).flatMap((group) => text(group) ?? text(member(group, 'id')) ?? []),
    ...items(member(target, 'group_ids')).flatMap((group) => text(group) ?? []),
  ];
  const exporters = items(member(target, 'exporters')).flatMap((exporter) => {
    const [type, port] = [text(member(exporter, 'type')), Number(text(member(exporter, 'port')))];
    if (text(member(exporter, 'enabled')) === 'false' || !isThere(exporter)) return [];
    if (type === null || !(port >= 1 && port <= 65535)) {
      losses.push({ place: placeOf(exporter), what: `an exporter of ${hostname}`, why: 'it has no type, or no port' });
      return [];
    }
    const path = text(member(exporter, 'metrics_path'));
    return [{ job: type, port, metricsPath: path === null || path === '' || path === '/metrics' ? null : path }];
  });
  return [
    {
      hostname,
      id: text(member(target, 'id')),
      address: text(member(target, 'ip_address')) || null,
      groups,
      labels: texts(member(target, 'labels')),
      exporters,
      active: text(member(target, 'status')) !== 'inactive',
      place,
    },
  ];
}

function alertOf(alert: Cursor, losses: Loss[]): ServerAlert[] {
  const place = placeOf(alert);
  const [name, query] = [text(member(alert, 'name')), text(member(alert, 'query_template'))];
  if (name === null || query === null || query.trim() === '') {
    losses.push({ place, what: `the alert ${name ?? 'without a name'}`, why: 'it has no query_template' });
    return [];
  }
  return [
    {
      name,
      query,
      description: text(member(alert, 'description')) || null,
      severity: text(member(alert, 'severity')),
      defaults: configOf(member(alert, 'default_config')),
      config: configOf(member(alert, 'config')),
      group: text(member(alert, 'group_id')) ?? text(member(member(alert, 'group'), 'id')),
      enabled: text(member(alert, 'enabled')) !== 'false',
      priority: Number(text(member(alert, 'priority')) ?? 0) || 0,
      place,
    },
  ];
}

const CONFIG_KEYS: ReadonlySet<string> = new Set(['for_duration', 'labels', 'annotations', 'template_vars']);

/** Older servers keep the variables beside the rest. */
function configOf(config: Cursor): ServerAlertConfig {
  const loose = Object.entries(objectOf(config)).filter(([key]) => !CONFIG_KEYS.has(key));
  return {
    for: text(member(config, 'for_duration')) || null,
    labels: texts(member(config, 'labels')),
    annotations: texts(member(config, 'annotations')),
    variables: { ...Object.fromEntries(loose), ...objectOf(member(config, 'template_vars')) },
  };
}

function scriptOf(script: Cursor, losses: Loss[]): ServerScript[] {
  const place = placeOf(script);
  const [name, content] = [text(member(script, 'name')), text(member(script, 'script_content'))];
  if (name === null || content === null || content === '') {
    losses.push({ place, what: `the script ${name ?? 'without a name'}`, why: 'it has no script_content' });
    return [];
  }
  return [
    {
      name,
      content,
      description: text(member(script, 'description')) || null,
      type: text(member(script, 'script_type')) || 'imported',
      language: text(member(script, 'language')) || 'bash',
      version: text(member(script, 'version')) || '1.0.0',
      defaults: objectOf(member(script, 'default_config')),
      config: objectOf(member(script, 'config')),
      group: text(member(script, 'scope')) === 'global' ? null : text(member(script, 'group_id')),
      enabled: text(member(script, 'is_active')) !== 'false',
      priority: Number(text(member(script, 'priority')) ?? 0) || 0,
      place,
    },
  ];
}

/** Any mapping; what was read is JSON. */
function objectOf(cursor: Cursor): JsonObject {
  return isMapping(cursor) ? (cursor.value as JsonObject) : {};
}
