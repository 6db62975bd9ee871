import type {
  AlertLayer,
  AlertPolicy,
  AlertSettings,
  AlertTemplate,
  Json,
  JsonObject,
  Labels,
  Matcher,
  Repo,
  Severity,
  Target,
} from '../../src/model/types.js';

/**
 * §3 of the design, word for word and one target and series at a time: no cells, no classes, no sharing of code with
 * the compiler. It says which parameters hold where; the emitted matchers have to agree.
 */
export interface NaiveOutcome {
  readonly level: Severity | null;
  readonly severity: string;
  readonly config: Json;
  readonly for: string | null;
  readonly labels: Labels;
}

interface Met {
  readonly strength: readonly [number, number, number];
  readonly layer: AlertLayer;
  readonly replace: boolean;
}

export function accepts(matcher: Matcher, value: string): boolean {
  const matches = new RegExp(`^(?:${matcher.value})$`, 's').test(value);
  if (matcher.op === '=') return value === matcher.value;
  if (matcher.op === '!=') return value !== matcher.value;
  return matcher.op === '=~' ? matches : !matches;
}

/** null: two equally strong policies make the result depend on their order. */
export function naive(repo: Repo, template: AlertTemplate, target: Target, series: Labels): NaiveOutcome[] | null {
  const met = metLayers(repo, template, target, series);
  if (met.length === 0) return [];
  const forward = stack(template, met);
  const backward = stack(template, [...met].reverse().sort(byStrength));
  if (JSON.stringify(forward) !== JSON.stringify(backward)) return null;
  return forward;
}

export function tieExists(repo: Repo, template: AlertTemplate, target: Target, series: Labels): boolean {
  const strengths = metLayers(repo, template, target, series).map((one) => one.strength.join());
  return new Set(strengths).size < strengths.length;
}

function metLayers(repo: Repo, template: AlertTemplate, target: Target, series: Labels): Met[] {
  const met: Met[] = [];
  for (const policy of repo.alertPolicies) {
    const entry = policy.entries.find((one) => one.template === template);
    if (entry === undefined) continue;
    if (!policy.targets.every((matcher) => accepts(matcher, target.labels[matcher.label] ?? ''))) continue;
    if (!policy.series.every((matcher) => accepts(matcher, series[matcher.label] ?? ''))) continue;
    for (const place of placesOf(policy, target)) {
      const narrowness = Number(policy.targets.length > 0) + 2 * Number(policy.series.length > 0);
      met.push({ strength: [place, policy.priority, narrowness], layer: entry.layer, replace: entry.replace });
    }
  }
  return met.sort(byStrength);
}

function byStrength(a: Met, b: Met): number {
  return a.strength[0] - b.strength[0] || a.strength[1] - b.strength[1] || a.strength[2] - b.strength[2];
}

function placesOf(policy: AlertPolicy, target: Target): number[] {
  if (policy.scope.kind === 'global') return [-1];
  const chain: string[] = [];
  for (const group of [...target.groups].reverse()) {
    for (const step of [...group.ancestors, group]) chain.push(step.id);
  }
  return policy.scope.groups.map((group) => chain.lastIndexOf(group.id)).filter((place) => place >= 0);
}

type Tree = { [key: string]: Json };

function stack(template: AlertTemplate, met: readonly Met[]): NaiveOutcome[] {
  let now = clone(template.settings);
  for (const { layer, replace } of met) {
    if (replace) now = clone(template.settings);
    now = deepMerge(now, clone(layer));
  }
  const settings = now as unknown as AlertLayer;
  const levels = Object.keys(settings.levels ?? {}) as Severity[];
  if (levels.length === 0)
    return settings.enabled === false ? [] : [outcome(settings, null, settings.severity ?? 'warning')];
  return levels.sort().flatMap((level) => {
    const own = (settings.levels?.[level] ?? {}) as AlertSettings;
    if (settings.enabled === false || own.enabled === false) return [];
    return [outcome(deepMerge(clone(settings), clone(own)) as unknown as AlertSettings, level, level)];
  });
}

function outcome(settings: AlertSettings, level: Severity | null, severity: string): NaiveOutcome {
  return {
    level,
    severity,
    config: canonical((settings.config ?? {}) as Json),
    for: settings.for ?? null,
    labels: canonical((settings.labels ?? {}) as Json) as Labels,
  };
}

const clone = (value: object): Tree => JSON.parse(JSON.stringify(value)) as Tree;

function deepMerge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = result[key];
    result[key] = isTree(old) && isTree(value) ? deepMerge(old, value) : value;
  }
  return result;
}

const isTree = (value: Json | undefined): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function canonical(value: Json): Json {
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key] as Json)]),
  ) as JsonObject;
}
