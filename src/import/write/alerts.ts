import type { YamlMapping } from '../../emit/yaml.js';
import type { Labels, Matcher, Severity } from '../../model/types.js';
import { formatMatcher } from '../../promql/index.js';
import type { Cell, Family, Member } from '../rules/types.js';
import { aamiDocument, orNothing, type WrittenDocument, yamlFile } from './yaml-file.js';

/** Files of `templates/` and `policies/`, by path. */
export function alertFiles(families: readonly Family[]): Map<string, string> {
  const files = new Map<string, string>();
  const byCategory = new Map<string, Family[]>();
  for (const family of families) byCategory.set(family.category, [...(byCategory.get(family.category) ?? []), family]);
  for (const [category, members] of byCategory)
    files.set(`templates/${category}.yaml`, yamlFile([], members.map(templateDocument)));
  for (const [path, documents] of policyDocuments(families)) files.set(path, yamlFile([], documents));
  return files;
}

function templateDocument(family: Family): WrittenDocument {
  const base = baseOf(family);
  const leveled = hasLevels(family);
  const [first] = membersOf(family);
  const own = leveled ? null : settingsOf(first);
  const places = membersOf(family).map(({ rule }) => `${rule.source.place.file}:${rule.source.place.line}`);
  return aamiDocument(
    'AlertTemplate',
    {
      name: family.name,
      category: family.category,
      severity: own?.severity,
      expr: family.expr,
      for: own?.for,
      keep_firing_for: own?.keep_firing_for,
      requires: family.requires.length === 0 ? undefined : { exporters: family.requires },
      params: orNothing(base.config),
      labels: orNothing(base.labels),
      annotations: orNothing(withoutRunbook(base.annotations)),
      runbook_url: runbookOf(base.annotations),
      aggregate: family.aggregate ? true : undefined,
      levels: leveled ? levelsOf(family, base) : undefined,
    },
    [`From ${places.join(', ')}.`],
  );
}

/** What a rule has beyond its expression, as keys of a template or policy. */
interface Settings {
  readonly config: Readonly<Record<string, number>>;
  readonly severity: Severity | undefined;
  readonly for: string | undefined;
  readonly keep_firing_for: string | undefined;
  readonly labels: Labels;
  readonly annotations: Labels;
}

function settingsOf(member: Member | undefined): Settings {
  return {
    config: member?.config ?? {},
    severity: member?.rule.severity,
    for: member?.rule.source.for ?? undefined,
    keep_firing_for: member?.rule.source.keepFiringFor ?? undefined,
    labels: member?.labels ?? {},
    annotations: member?.annotations ?? {},
  };
}

const membersOf = ({ cells }: Family): Member[] => cells.flatMap(({ members }) => members);

const hasLevels = ({ cells }: Family): boolean => cells.some(({ members }) => members.length > 1);

/** What all members have in common; the numbers are those of the first. */
function baseOf(family: Family): {
  readonly config: Readonly<Record<string, number>>;
  readonly labels: Labels;
  readonly annotations: Labels;
} {
  const members = membersOf(family);
  return {
    config: members[0]?.config ?? {},
    labels: shared(members.map(({ labels }) => labels)),
    annotations: shared(members.map(({ annotations }) => annotations)),
  };
}

function shared([first = {}, ...others]: readonly Labels[]): Labels {
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}

type Base = ReturnType<typeof baseOf>;

/** For each severity, what the first rule of it has beyond the base. */
function levelsOf(family: Family, base: Base): YamlMapping {
  return Object.fromEntries(
    severitiesOf(family).map((severity) => [severity, beyond(settingsOf(firstOf(family, severity)), base, null)]),
  );
}

const severitiesOf = (family: Family): Severity[] => [...new Set(membersOf(family).map(({ rule }) => rule.severity))];

const firstOf = (family: Family, severity: Severity): Member | undefined =>
  membersOf(family).find(({ rule }) => rule.severity === severity);

/** The keys that differ from what a template gives: its base, and what it says itself of the duration. */
function beyond(own: Settings, base: Base, template: Settings | null): YamlMapping {
  const durations = (key: 'for' | 'keep_firing_for'): string | undefined =>
    own[key] === template?.[key] ? undefined : (own[key] ?? '0s');
  return {
    config: orNothing(changed(own.config, template?.config ?? base.config)),
    for: template === null ? own.for : durations('for'),
    keep_firing_for: template === null ? own.keep_firing_for : durations('keep_firing_for'),
    severity: template === null || own.severity === template.severity ? undefined : own.severity,
    labels: orNothing(changed(own.labels, { ...base.labels, ...(template?.labels ?? {}) })),
    annotations: orNothing(changed(own.annotations, { ...base.annotations, ...(template?.annotations ?? {}) })),
  };
}

function changed<T>(own: Readonly<Record<string, T>>, known: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => known[name] !== value));
}

/** Policies by path: one file for the fleet, one for each group. */
function policyDocuments(families: readonly Family[]): Map<string, WrittenDocument[]> {
  const policies = new Map<string, { readonly cell: Cell; readonly alerts: Record<string, YamlMapping> }>();
  for (const family of families) {
    for (const cell of family.cells) {
      const key = JSON.stringify([cell.groups, cell.targets, cell.series]);
      const policy = policies.get(key) ?? { cell, alerts: {} };
      policies.set(key, policy);
      policy.alerts[family.name] = entryOf(family, cell);
    }
  }
  const files = new Map<string, WrittenDocument[]>();
  for (const { cell, alerts } of policies.values()) {
    const path = `policies/${cell.groups === null ? 'global' : cell.groups.length === 1 ? `group-${cell.groups[0]}` : 'groups'}.yaml`;
    files.set(path, [...(files.get(path) ?? []), policyDocument(cell, alerts)]);
  }
  return files;
}

function policyDocument({ groups, targets, series }: Cell, alerts: YamlMapping): WrittenDocument {
  return aamiDocument('AlertPolicy', {
    scope: groups === null ? 'global' : undefined,
    group: groups?.length === 1 ? groups[0] : undefined,
    groups: groups !== null && groups.length > 1 ? groups : undefined,
    targets: matchersOf(targets),
    series: matchersOf(series),
    alerts,
  });
}

function matchersOf(matchers: readonly Matcher[]): string | Labels | undefined {
  if (matchers.length === 0) return undefined;
  const plain =
    matchers.every(({ op }) => op === '=') && new Set(matchers.map(({ label }) => label)).size === matchers.length;
  return plain
    ? Object.fromEntries(matchers.map(({ label, value }) => [label, value]))
    : matchers.map(formatMatcher).join(',');
}

function entryOf(family: Family, cell: Cell): YamlMapping {
  const base = baseOf(family);
  if (!hasLevels(family)) {
    const [member] = cell.members;
    const template = { ...settingsOf(membersOf(family)[0]), labels: {}, annotations: {} };
    return withoutUndefined(beyond(settingsOf(member), base, template));
  }
  const levels = severitiesOf(family).flatMap((severity): [string, YamlMapping][] => {
    const member = cell.members.find(({ rule }) => rule.severity === severity);
    if (member === undefined) return [[severity, { enabled: false }]];
    const own = withoutUndefined(beyond(settingsOf(member), base, settingsOf(firstOf(family, severity))));
    return Object.keys(own).length === 0 ? [] : [[severity, own]];
  });
  return withoutUndefined({ levels: orNothing(Object.fromEntries(levels)) });
}

function withoutUndefined(mapping: YamlMapping): YamlMapping {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined));
}

const isRunbook = (url: string | undefined): url is string => url !== undefined && /^https?:\/\/\S+$/.test(url);

const runbookOf = ({ runbook_url: url }: Labels): string | undefined => (isRunbook(url) ? url : undefined);

function withoutRunbook(annotations: Labels): Labels {
  const { runbook_url: url, ...rest } = annotations;
  return isRunbook(url) ? rest : annotations;
}
