import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { notifyOf, timingsOf } from '../../src/model/notify.js';
import { alertmanagerOf } from '../../src/model/project.js';
import type {
  AlertLayer,
  AlertPolicy,
  AlertSettings,
  AlertTemplate,
  Exporter,
  Group,
  JsonObject,
  Labels,
  Matcher,
  Repo,
  Severity,
  Target,
} from '../../src/model/types.js';
import type { Origin } from '../../src/source/types.js';

/** Any place: the partition does not look at the text. */
function originAt(file: string): Origin {
  const text = 'kind: Any\n';
  return {
    document: { file, text, folder: 'policies', yaml: parseDocument(text), value: { kind: 'Any' } },
    path: [],
  };
}

/** Names that would go wrong in a regex, a quoted string or a comma-joined list. */
export const VALUES = ['gpu', 'cpu', 'a.b', 'axb', 'x|y', 'q"uote', 'back\\slash', 'new\nline', 'a,b', ''];
const TARGET_PATTERNS = ['gpu|cpu', 'a.b', '.*', '.+', '[ac].*', ''];
/** Values that policies name, and beside them values that no policy names, so that every class of values has a member. */
const NAMED = ['/scratch', '/data', 'a.b', 'x|y', ''];
export const SERIES_VALUES = [...NAMED, '/s1', '/s2', 'axb', 'zzz'];
const SERIES_PATTERNS = ['/s.*', '/scratch|/data', '.+', '.*', '', 'a.b', 'x\\|y'];
export const SERIES_LABELS = ['mountpoint', 'device'];
const GROUP_IDS = ['a', 'a.b', 'axb', 'a-b', 'root', 'ab'];

const exporter: Exporter = {
  name: 'node_exporter',
  job: 'node',
  port: 9100,
  metricsPath: null,
  scheme: null,
  scrapeInterval: null,
  scrapeTimeout: null,
  origin: originAt('aami.yaml'),
};

const groupsArbitrary: fc.Arbitrary<Group[]> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...GROUP_IDS), { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }),
  )
  .map(([ids, parents]) => {
    const groups: Group[] = [];
    ids.forEach((id, index) => {
      const parent = groups[(parents[index] ?? 0) % (index + 2)];
      groups.push({
        id,
        name: id,
        ancestors: parent === undefined ? [] : [...parent.ancestors, parent],
        namespace: null,
        labels: {},
        notify: notifyOf(undefined, originAt(`groups/${id}.yaml`)),
        timings: timingsOf(undefined),
        origin: originAt(`groups/${id}.yaml`),
      });
    });
    return groups;
  });

const targetLabels: fc.Arbitrary<Labels> = fc.record({
  type: fc.constantFrom(...VALUES),
  zone: fc.constantFrom('a', 'b', 'a.b'),
});

const targetArbitrary = (groups: readonly Group[]) =>
  fc.record({
    groups: fc.uniqueArray(fc.constantFrom(...groups), { minLength: 1, maxLength: 3 }),
    labels: targetLabels,
    active: fc.boolean().map((one) => one || false),
    scraped: fc.integer({ min: 0, max: 5 }).map((one) => one > 0),
  });

const matcherArbitrary = (
  labels: readonly string[],
  values: readonly string[],
  patterns: readonly string[],
): fc.Arbitrary<Matcher> =>
  fc.oneof(
    fc.record({
      label: fc.constantFrom(...labels),
      op: fc.constantFrom('=' as const, '!=' as const),
      value: fc.constantFrom(...values),
    }),
    fc.record({
      label: fc.constantFrom(...labels),
      op: fc.constantFrom('=~' as const, '!~' as const),
      value: fc.constantFrom(...patterns),
    }),
  );

const maybe = <T>(arbitrary: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight, arbitrary });

const configArbitrary: fc.Arbitrary<JsonObject> = fc
  .record({
    threshold: maybe(fc.constantFrom(70, 80, 90), 2),
    window: maybe(fc.constantFrom('1m', '5m')),
    nested: maybe(fc.constantFrom<JsonObject['x']>({ x: 1 }, { y: 2 }, { x: { z: 3 } }, {}, 5, [1, 2])),
  })
  .map((config) => definedOnly(config) as JsonObject);

const settingsArbitrary: fc.Arbitrary<AlertSettings> = fc
  .record({
    config: maybe(configArbitrary, 2),
    for: maybe(fc.constantFrom('1m', '5m')),
    labels: maybe(fc.constantFrom<Labels>({ team: 'x' }, { team: 'y', area: 'z' })),
    enabled: maybe(fc.boolean()),
  })
  .map((settings) => definedOnly(settings) as AlertSettings);

const levelsArbitrary = fc
  .record({ critical: maybe(settingsArbitrary), warning: maybe(settingsArbitrary), info: maybe(settingsArbitrary) })
  .map((levels) => definedOnly(levels) as Partial<Record<Severity, AlertSettings>>);

const layerArbitrary: fc.Arbitrary<AlertLayer> = fc
  .record({
    settings: settingsArbitrary,
    severity: maybe(fc.constantFrom<Severity>('critical', 'warning', 'info')),
    levels: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: levelsArbitrary }),
  })
  .map(({ settings, ...rest }) => frozen({ ...settings, ...definedOnly(rest) }) as AlertLayer);

const templateArbitrary = (name: string): fc.Arbitrary<AlertTemplate> =>
  fc
    .record({ levels: maybe(levelsArbitrary), requires: fc.boolean(), aggregate: fc.constant(false) })
    .map(({ levels, requires, aggregate }) => ({
      name,
      description: null,
      category: 'any',
      expr: 'up > ${threshold}',
      aggregate,
      unscoped: [],
      inhibits: null,
      requires: { exporters: requires ? [exporter] : [], checks: [] },
      params: { schemas: new Map(['threshold', 'window', 'nested'].map((name) => [name, {}])), defaults: {} },
      settings: {
        config: { threshold: 80, window: '5m', nested: { x: 0 } },
        for: '5m',
        severity: 'warning',
        ...(levels && { levels }),
      },
      origin: originAt(`templates/${name}.yaml`),
    }));

const policyArbitrary = (
  groups: readonly Group[],
  templates: readonly AlertTemplate[],
  index: number,
): fc.Arbitrary<AlertPolicy> =>
  fc
    .record({
      scope: fc.oneof(
        fc.constant({ kind: 'global' as const }),
        fc
          .uniqueArray(fc.constantFrom(...groups), { minLength: 1, maxLength: 2 })
          .map((list) => ({ kind: 'groups' as const, groups: list })),
      ),
      targets: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(matcherArbitrary(['type', 'zone'], VALUES, TARGET_PATTERNS), {
            minLength: 1,
            maxLength: 2,
          }),
        },
      ),
      series: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(matcherArbitrary(SERIES_LABELS, NAMED, SERIES_PATTERNS), { minLength: 1, maxLength: 2 }),
        },
      ),
      // Mostly distinct, so that most repos are free of conflicts.
      priority: fc.oneof({ weight: 4, arbitrary: fc.constant(index) }, { weight: 1, arbitrary: fc.constant(0) }),
      entries: fc.uniqueArray(
        fc.record({
          template: fc.constantFrom(...templates),
          layer: layerArbitrary,
          replace: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
        }),
        { minLength: 1, maxLength: 2, selector: (entry) => entry.template.name },
      ),
    })
    .map((policy) => ({
      ...policy,
      origin: originAt(`policies/${index}.yaml`),
      entries: policy.entries.map((entry) => ({
        ...entry,
        reason: null,
        origin: originAt(`policies/${index}-${entry.template.name}.yaml`),
      })),
    }));

/** Random repos with all that §3 of the design speaks of. */
export const repoArbitrary: fc.Arbitrary<Repo> = fc
  .tuple(groupsArbitrary, templateArbitrary('One'), templateArbitrary('Two'))
  .chain(([groups, one, two]) => {
    const templates = [one, two];
    const policies = fc
      .integer({ min: 1, max: 7 })
      .chain((count) =>
        fc.tuple(...Array.from({ length: count }, (_, index) => policyArbitrary(groups, templates, index))),
      );
    return fc.record({
      groups: fc.constant(groups),
      templates: fc.constant(templates),
      targets: fc.array(targetArbitrary(groups), { minLength: 1, maxLength: 8 }),
      policies,
    });
  })
  .map(({ groups, templates, targets, policies }) => ({
    project: {
      name: 'any',
      output: 'build',
      exporters: new Map([[exporter.name, exporter]]),
      alertName: '${alert}',
      global: {},
      alertmanagers: [],
      alertmanager: alertmanagerOf({}, originAt('aami.yaml')),
      origin: originAt('aami.yaml'),
    },
    groups: new Map(groups.map((group) => [group.id, group])),
    targets: targets.map(
      (target, index): Target => ({
        id: `t${index}`,
        hostname: `t${index}`,
        address: `t${index}`,
        groups: target.groups as unknown as Target['groups'],
        labels: definedOnly(target.labels) as Labels,
        exporters: target.scraped ? [{ exporter, port: 9100, metricsPath: null, scheme: null }] : [],
        active: target.active,
        origin: originAt(`targets/${index}.yaml`),
      }),
    ),
    alertTemplates: new Map(templates.map((template) => [template.name, template])),
    scriptTemplates: new Map(),
    alertPolicies: policies,
    scriptPolicies: [],
    staticRules: [],
    receivers: new Map(),
    routes: [],
    maintenances: [],
  }));

/** Nobody may write into what an author wrote: the naive evaluation reads it after the compiler did. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

function definedOnly(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
