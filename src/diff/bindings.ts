import type { AlertTemplate, Group, Policy, ScriptTemplate, Severity, Target } from '../model/types.js';
import {
  type BoundEntries,
  indexEntries,
  type Layer,
  matchesTarget,
  possibleLayers,
  scopeSteps,
} from '../resolve/layers.js';
import { missingChecks, missingExporters } from '../resolve/requirements.js';
import type { ResolvedModel } from '../resolve/types.js';
import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import type { AnyEntry } from './places.js';
import type { Snapshot } from './snapshot.js';

export type TemplateKind = 'alert' | 'check';
export type AnyTemplate = AlertTemplate | ScriptTemplate;

/** Which rule of a template is asked about. */
export interface RulePart {
  /** The group of an aggregate's rule, which looks at more than one target; null: all of them; undefined for all others. */
  readonly scope: string | null | undefined;
  readonly level: Severity | null;
}

/** What ties a template to a target on one side. */
export interface Binding {
  /** null where there is no such template. */
  readonly template: AnyTemplate | null;
  /** The policies that bind it, weakest first. */
  readonly layers: readonly BindingLayer[];
  /** The policy that mutes it, unless a stronger one says that it is on. */
  readonly mute: Said | null;
  /** The strongest policy that says that it is on. */
  readonly unmute: Said | null;
  /** What it requires and the target does not have. */
  readonly missing: readonly Missing[];
}

export type BindingLayer = Layer<AnyTemplate, unknown>;

/** A policy that says `enabled`, and where. */
export interface Said {
  readonly layer: BindingLayer;
  readonly at: Origin;
}

export interface Missing {
  readonly kind: 'exporter' | 'check';
  readonly name: string;
}

const NOTHING: Binding = { template: null, layers: [], mute: null, unmute: null, missing: [] };

/** Looks up what ties the templates of one side to its targets; nothing where only its output is known. */
export function bindings(
  kind: TemplateKind,
  { model }: Snapshot,
): (name: string, target: string, part: RulePart) => Binding {
  if (model === null) return () => NOTHING;
  const { repo } = model;
  const templates: ReadonlyMap<string, AnyTemplate> = kind === 'alert' ? repo.alertTemplates : repo.scriptTemplates;
  const policies = (kind === 'alert' ? repo.alertPolicies : repo.scriptPolicies) as readonly Policy<
    AnyTemplate,
    unknown
  >[];
  const index = indexEntries(policies);
  const targets = new Map(repo.targets.map((target) => [target.id, target]));
  const known = new Map<string, readonly BindingLayer[]>();
  const layersOf = (entries: BoundEntries<AnyTemplate, unknown>, name: string, groups: readonly Group[]) => {
    const key = JSON.stringify([name, groups.map(({ id }) => id)]);
    const layers = known.get(key) ?? possibleLayers(entries, scopeSteps(groups));
    known.set(key, layers);
    return layers;
  };
  return (name, id, { scope, level }) => {
    const template = templates.get(name);
    const target = targets.get(id);
    const entries = template && index.get(template);
    if (template === undefined || target === undefined || entries === undefined) return NOTHING;
    const subtree = typeof scope === 'string' ? repo.groups.get(scope) : undefined;
    const groups = scope === undefined ? target.groups : subtree === undefined ? [] : [subtree];
    const layers = layersOf(entries, name, groups).filter(
      (layer) => scope !== undefined || matchesTarget(layer.policy.targets, target),
    );
    return {
      template,
      layers,
      mute: muteOf(layers, level),
      unmute: unmuteOf(layers, level),
      // Of what nothing binds, nobody asks what it requires.
      missing: layers.length > 0 && 'requires' in template ? missingOf(template, target, model) : [],
    };
  };
}

function muteOf(layers: readonly BindingLayer[], level: Severity | null): Said | null {
  for (const path of switches(level)) {
    for (const layer of [...layers].reverse()) {
      const enabled = enabledAt(layer.entry, path);
      if (enabled === false) return { layer, at: below(layer.entry.origin, ...path) };
      // What is on for some series alone may be muted for the others.
      if ((enabled === true || layer.entry.replace) && layer.policy.series.length === 0) break;
    }
  }
  return null;
}

function unmuteOf(layers: readonly BindingLayer[], level: Severity | null): Said | null {
  for (const layer of [...layers].reverse()) {
    const path = switches(level).find((one) => enabledAt(layer.entry, one) === true);
    if (path !== undefined) return { layer, at: below(layer.entry.origin, ...path) };
  }
  return null;
}

/** Where an entry can say `enabled`: for all of an alert, or for one of its levels. */
const switches = (level: Severity | null): string[][] => [
  ['enabled'],
  ...(level === null ? [] : [['levels', level, 'enabled']]),
];

function enabledAt({ layer }: AnyEntry, path: readonly string[]): boolean | undefined {
  const { enabled, levels } = layer as {
    readonly enabled?: boolean;
    readonly levels?: Readonly<Record<string, { readonly enabled?: boolean }>>;
  };
  const [, level] = path;
  return level === undefined ? enabled : levels?.[level]?.enabled;
}

function missingOf(template: AlertTemplate, target: Target, { checks }: ResolvedModel): Missing[] {
  return [
    ...missingExporters(template, target).map((name) => ({ kind: 'exporter', name }) as const),
    ...missingChecks(template, target, checks).map((name) => ({ kind: 'check', name }) as const),
  ];
}
