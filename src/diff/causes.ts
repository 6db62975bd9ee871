import { below } from '../source/positions.js';
import type { Origin } from '../source/types.js';
import {
  type Binding,
  type BindingLayer,
  bindings,
  type Missing,
  type RulePart,
  type TemplateKind,
} from './bindings.js';
import type { Places } from './places.js';
import type { Snapshot, SnapshotTarget } from './snapshot.js';
import type { Cause, TargetChange } from './types.js';

/** Why something came to a target, or left it. */
export interface Causes {
  readonly ofGain: (part: TemplatePart, target: string) => readonly Cause[];
  readonly ofLoss: (part: TemplatePart, target: string) => readonly Cause[];
}

/** A rule of a template, or a check. A template may have another name on each side. */
export interface TemplatePart extends RulePart {
  readonly before: string;
  readonly after: string;
}

/** A side on which something is silent, or the one on which it is heard. */
interface Side {
  readonly binding: Binding;
  readonly places: Places;
  readonly has: (requirement: Missing) => boolean;
}

export function causesBetween(
  kind: TemplateKind,
  before: Snapshot,
  after: Snapshot,
  places: { readonly before: Places; readonly after: Places },
): Causes {
  const [old, now] = [bindings(kind, before), bindings(kind, after)];
  const sides = (part: TemplatePart, id: string): { readonly was: Side; readonly is: Side } => ({
    was: { binding: old(part.before, id, part), places: places.before, has: (one) => meets(before, id, one) },
    is: { binding: now(part.after, id, part), places: places.after, has: (one) => meets(after, id, one) },
  });
  const ofTarget = (id: string): Cause[] => targetCause(before.targets.get(id), after.targets.get(id));
  return {
    ofGain: (part, id) => {
      const own = ofTarget(id);
      if (own.some(isTargetsLife)) return own;
      const { was, is } = sides(part, id);
      if (was.binding.missing.length > 0) return ofRequirements(was, is, own);
      const mute = decidingMute(was, is);
      if (mute === null) return [...own, ...(ofTemplate(is, was, part) ?? news(is, was, 'bound'))];
      const { unmute } = is.binding;
      const [said, side] = unmute !== null && !stands(unmute.layer, was) ? [unmute, is] : [mute, was];
      return [...own, { kind: 'unmuted', at: side.places.at(said.at), reason: said.layer.entry.reason }];
    },
    ofLoss: (part, id) => {
      const own = ofTarget(id);
      if (own.some(isTargetsLife)) return own;
      const { was, is } = sides(part, id);
      if (is.binding.missing.length > 0) return ofRequirements(is, was, own);
      const mute = decidingMute(is, was);
      if (mute === null) return [...own, ...(ofTemplate(was, is, part) ?? news(was, is, 'unbound'))];
      return [...own, { kind: 'muted', at: is.places.at(mute.at), reason: mute.layer.entry.reason }];
    },
  };
}

/**
 * What the silent side lacks. Which checks run on a target hangs on its groups and labels, which exporters it has does
 * not. What the other side lacks as well is a matter of what the template requires.
 */
function ofRequirements(silent: Side, heard: Side, own: readonly Cause[]): Cause[] {
  const { template, missing } = silent.binding;
  const changed = missing.filter((one) => heard.has(one));
  if (changed.length === 0 && template !== null) return [templateCause(silent, below(template.origin, 'requires'))];
  const requirements = missing.map(({ kind, name }) => ({ kind: 'requirement', what: `${kind} ${name}` }) as const);
  return [...(missing.some(({ kind }) => kind === 'check') ? own : []), ...requirements];
}

function meets({ targets, checks }: Snapshot, id: string, { kind, name }: Missing): boolean {
  return kind === 'check'
    ? (checks.get(id) ?? []).some((check) => check.name === name)
    : Object.hasOwn(targets.get(id)?.fields ?? {}, `exporter ${name}`);
}

/** The mute that tells the silent side from the other. One that stands on the other, too, is of other series. */
function decidingMute(silent: Side, heard: Side): Binding['mute'] {
  const { mute } = silent.binding;
  const other = heard.binding.mute;
  return mute !== null && other !== null && contentOf(mute.layer) === contentOf(other.layer) ? null : mute;
}

/** Only one of the two templates has such a level, or rule; null where that is not why. */
function ofTemplate(heard: Side, silent: Side, { level }: RulePart): Cause[] | null {
  const [one, other] = [heard.binding.template, silent.binding.template];
  if (one === null || other === null || !('expr' in one && 'expr' in other)) return null;
  if (one.aggregate !== other.aggregate) return [templateCause(heard, below(one.origin, 'aggregate'))];
  const levels = ({ settings }: typeof one): readonly string[] => Object.keys(settings.levels ?? {});
  const has = (template: typeof one): boolean =>
    level === null ? levels(template).length === 0 : levels(template).includes(level);
  if (!has(one) || has(other)) return null;
  return [templateCause(heard, level === null ? one.origin : below(one.origin, 'levels', level))];
}

const templateCause = ({ places }: Side, at: Origin): Cause => ({ kind: 'template', at: places.at(at), reason: null });

/** The policies that the other side does not have, or not for this target; where there are none, all of them. */
function news({ binding: { layers }, places }: Side, other: Side, kind: 'bound' | 'unbound'): Cause[] {
  const fresh = layers.filter((layer) => !stands(layer, other));
  return (fresh.length > 0 ? fresh : layers).map(({ entry: { origin, reason } }) => ({
    ...{ kind, at: places.at(origin) },
    // A policy that is gone has no say in why.
    reason: kind === 'bound' ? reason : null,
  }));
}

const stands = (layer: BindingLayer, { binding }: Side): boolean =>
  binding.layers.some((other) => contentOf(other) === contentOf(layer));

const contents = new WeakMap<BindingLayer, string>();

/** What a policy says of a template, wherever it stands. */
function contentOf(layer: BindingLayer): string {
  const { policy, entry } = layer;
  const groups = policy.scope.kind === 'global' ? null : policy.scope.groups.map(({ id }) => id);
  const content =
    contents.get(layer) ??
    JSON.stringify([groups, policy.priority, policy.targets, policy.series, entry.layer, entry.replace]);
  contents.set(layer, content);
  return content;
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
