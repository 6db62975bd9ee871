import type { AlertTemplate, Group, Policy, ScriptTemplate, Target } from '../model/types.js';
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
import type { AnyEntry, Places } from './places.js';
import type { Snapshot, SnapshotTarget } from './snapshot.js';
import type { Cause, TargetChange } from './types.js';

/** Why something came to a target, or left it. */
export interface Causes {
  /** @param group the scope of an aggregate's rule, which looks at more than one target; undefined for all others. */
  readonly ofGain: (template: Names, target: string, group?: string | null) => readonly Cause[];
  readonly ofLoss: (template: Names, target: string, group?: string | null) => readonly Cause[];
}

/** A template may have another name on each side. */
export interface Names {
  readonly before: string;
  readonly after: string;
}

export type TemplateKind = 'alert' | 'check';

export function causesBetween(
  kind: TemplateKind,
  before: Snapshot,
  after: Snapshot,
  places: { readonly before: Places; readonly after: Places },
): Causes {
  const old = binding(kind, before, places.before);
  const now = binding(kind, after, places.after);
  const ofTarget = (id: string): Cause[] => targetCause(before.targets.get(id), after.targets.get(id));
  return {
    ofGain: (names, id, group) => {
      const own = ofTarget(id);
      if (own.some(isTargetsLife)) return own;
      const [was, is] = [old(names.before, id, group), now(names.after, id, group)];
      if (was.missing.length > 0) return ofMissing(was.missing, own);
      const mute = decidingMute(was, is);
      if (mute !== null) return [...own, { ...(is.unmutes ?? mute).cause, kind: 'unmuted' }];
      return [...own, ...news(is, was)];
    },
    ofLoss: (names, id, group) => {
      const own = ofTarget(id);
      if (own.some(isTargetsLife)) return own;
      const [was, is] = [old(names.before, id, group), now(names.after, id, group)];
      if (is.missing.length > 0) return ofMissing(is.missing, own);
      const mute = decidingMute(is, was);
      if (mute !== null) return [...own, mute.cause];
      return [...own, ...news(was, is).map((cause) => ({ ...cause, kind: 'unbound' as const, reason: null }))];
    },
  };
}

type PolicyCause = Extract<Cause, { readonly at: unknown }>;

/** What ties a template to a target on one side. */
interface Binding {
  /** The policies that bind it, weakest first. */
  readonly binds: readonly Bind[];
  /** The strongest policy that mutes it. */
  readonly mutes: Bind | null;
  /** The strongest policy that says that it is on. */
  readonly unmutes: Bind | null;
  /** What it requires and the target does not have. */
  readonly missing: readonly Missing[];
}

interface Bind {
  readonly layer: Layer<AnyTemplate, unknown>;
  readonly cause: PolicyCause;
}

interface Missing {
  readonly kind: 'exporter' | 'check';
  readonly name: string;
}

/** Which checks run on a target hangs on its groups and labels, which exporters it has does not. */
function ofMissing(missing: readonly Missing[], own: readonly Cause[]): Cause[] {
  const requirements = missing.map(({ kind, name }) => ({ kind: 'requirement', what: `${kind} ${name}` }) as const);
  return [...(missing.some(({ kind }) => kind === 'check') ? own : []), ...requirements];
}

/**
 * The mute that tells the silent side from the other. One that stands on both sides does so only where nothing but an
 * un-mute, or no policy at all, has come or gone.
 */
function decidingMute(silent: Binding, heard: Binding): Bind | null {
  const { mutes } = silent;
  if (mutes === null || !has(heard, mutes)) return mutes;
  const unmuted = heard.unmutes !== null && !has(silent, heard.unmutes);
  return unmuted || heard.binds.every((bind) => has(silent, bind)) ? mutes : null;
}

/** The policies that the other side does not have, or not for this target; where there are none, all of them. */
function news({ binds }: Binding, other: Binding): PolicyCause[] {
  const fresh = binds.filter((bind) => !has(other, bind));
  return (fresh.length > 0 ? fresh : binds).map(({ cause }) => cause);
}

const has = ({ binds }: Binding, { layer }: Bind): boolean =>
  binds.some((bind) => contentOf(bind.layer) === contentOf(layer));

const contents = new WeakMap<Bind['layer'], string>();

/** What a policy says of a template, wherever it stands. */
function contentOf(layer: Bind['layer']): string {
  const { policy, entry } = layer;
  const groups = policy.scope.kind === 'global' ? null : policy.scope.groups.map(({ id }) => id);
  const content =
    contents.get(layer) ??
    JSON.stringify([groups, policy.priority, policy.targets, policy.series, entry.layer, entry.replace]);
  contents.set(layer, content);
  return content;
}

const NOTHING: Binding = { binds: [], mutes: null, unmutes: null, missing: [] };
type AnyTemplate = AlertTemplate | ScriptTemplate;

function binding(
  kind: TemplateKind,
  { model }: Snapshot,
  places: Places,
): (name: string, target: string, group?: string | null) => Binding {
  if (model === null) return () => NOTHING;
  const { repo } = model;
  const templates: ReadonlyMap<string, AnyTemplate> = kind === 'alert' ? repo.alertTemplates : repo.scriptTemplates;
  const policies = (kind === 'alert' ? repo.alertPolicies : repo.scriptPolicies) as readonly Policy<
    AnyTemplate,
    unknown
  >[];
  const index = indexEntries(policies);
  const targets = new Map(repo.targets.map((target) => [target.id, target]));
  const known = new Map<string, readonly Layer<AnyTemplate, unknown>[]>();
  const layersOf = (entries: BoundEntries<AnyTemplate, unknown>, name: string, groups: readonly Group[]) => {
    const key = JSON.stringify([name, groups.map(({ id }) => id)]);
    const layers = known.get(key) ?? possibleLayers(entries, scopeSteps(groups));
    known.set(key, layers);
    return layers;
  };
  return (name, id, group) => {
    const template = templates.get(name);
    const target = targets.get(id);
    const entries = template && index.get(template);
    if (template === undefined || target === undefined || entries === undefined) return NOTHING;
    const scope = typeof group === 'string' ? repo.groups.get(group) : undefined;
    const groups = group === undefined ? target.groups : scope === undefined ? [] : [scope];
    const layers = layersOf(entries, name, groups).filter(
      (layer) => group !== undefined || matchesTarget(layer.policy.targets, target),
    );
    const speaking = (enabled: boolean): Bind | null => {
      const layer = layers.findLast(({ entry }) => enabledAt(entry, enabled) !== null);
      const at = layer && enabledAt(layer.entry, enabled);
      return layer && at ? { layer, cause: { kind: 'muted', at: places.at(at), reason: layer.entry.reason } } : null;
    };
    return {
      binds: layers.map((layer) => {
        const { origin, reason } = layer.entry;
        return { layer, cause: { kind: 'bound', at: places.at(origin), reason } };
      }),
      mutes: speaking(false),
      unmutes: speaking(true),
      missing: 'requires' in template ? missingOf(template, target, model) : [],
    };
  };
}

/** Where an entry says `enabled`, for all or for one of its levels. */
function enabledAt(entry: AnyEntry, enabled: boolean): Origin | null {
  const layer = entry.layer as {
    readonly enabled?: boolean;
    readonly levels?: Readonly<Record<string, { readonly enabled?: boolean }>>;
  };
  if (layer.enabled === enabled) return below(entry.origin, 'enabled');
  const level = Object.entries(layer.levels ?? {}).find(([, settings]) => settings.enabled === enabled);
  return level === undefined ? null : below(entry.origin, 'levels', level[0], 'enabled');
}

function missingOf(template: AlertTemplate, target: Target, { checks }: ResolvedModel): Missing[] {
  return [
    ...missingExporters(template, target).map((name) => ({ kind: 'exporter', name }) as const),
    ...missingChecks(template, target, checks).map((name) => ({ kind: 'check', name }) as const),
  ];
}

/** A target that comes or goes takes everything with it: there is no more to say. */
export function isTargetsLife(cause: Cause): boolean {
  return cause.kind === 'target' && cause.change !== 'moved' && cause.change !== 'relabelled';
}

/** Whether the target itself changes in a way that policies can see. */
function targetCause(before: SnapshotTarget | undefined, after: SnapshotTarget | undefined): Cause[] {
  const change = lifeChange(before, after);
  if (change !== null) return [{ kind: 'target', change }];
  if (before === undefined || after === undefined) return [];
  if (before.groups.join(',') !== after.groups.join(',')) return [{ kind: 'target', change: 'moved' }];
  const labels = (target: SnapshotTarget): string => JSON.stringify(Object.entries(target.labels).sort());
  return labels(before) === labels(after) ? [] : [{ kind: 'target', change: 'relabelled' }];
}

/** Whether a target comes, goes, wakes up or falls asleep. */
export function lifeChange(
  before: SnapshotTarget | undefined,
  after: SnapshotTarget | undefined,
): Exclude<TargetChange['kind'], 'changed'> | null {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  if (before.active === after.active) return null;
  return after.active ? 'activated' : 'deactivated';
}
