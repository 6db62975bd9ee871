import { amount, thousands } from '../../diagnostics/amounts.js';
import type { Json } from '../../model/types.js';
import type {
  AlertChange,
  Cause,
  Effect,
  FieldChange,
  FilesChange,
  NotifiedChange,
  Place,
  ValueChange,
  WeakeningKind,
  Where,
} from '../types.js';
import type { HostFolder } from './hosts.js';
import type { Outline } from './outline.js';
import { joined, listed, name, type Phrase, place, type Quote, reason, type Tone, value } from './phrase.js';

/** What both people's formats say, each said once: how they look is theirs. */

export const WEAKENING_TITLES: Readonly<Record<WeakeningKind, string>> = {
  'alert-removed': 'alert removed',
  'coverage-lost': 'coverage lost',
  muted: 'muted',
  'level-removed': 'level removed',
  'severity-lowered': 'severity lowered',
  'for-lengthened': 'for lengthened',
  'threshold-quieter': 'threshold quieter',
  'check-removed': 'check removed',
  'target-removed': 'target removed',
  'target-inactive': 'target inactive',
  'exporter-removed': 'exporter removed',
  'static-alert-removed': 'static alert removed',
  'recipient-lost': 'recipient lost',
  'kept-back': 'kept back',
};

const EFFECTS: Readonly<Record<Effect, string>> = {
  weaker: ' (weaker)',
  stronger: ' (stronger)',
  unclear: ' (cannot tell)',
  neutral: '',
};

/** ` on 12 targets: gpu-node-[001-012]` */
export function onTargets(ids: readonly string[], fold: HostFolder, room: number): Phrase {
  return ids.length === 0 ? [' on no target'] : [' on ', ...targets(ids, fold, room)];
}

/** `12 targets: gpu-node-[001-012]` */
export function targets(ids: readonly string[], fold: HostFolder, room: number, what = ''): Phrase {
  const { ranges, rest } = fold(ids, room);
  const shown = joined(
    ranges.map((range) => [name(range)]),
    ', ',
  );
  return [`${amount(ids.length, 'target')}${what}: `, ...shown, ...(rest > 0 ? [` and ${thousands(rest)} more`] : [])];
}

export function idsOf(where: readonly Where[]): string[] {
  return where.flatMap((one) => one.targets);
}

/** ` (critical)`; a change of it is told with the other values. */
export function severityOf({ severityBefore, severityAfter }: AlertChange): Phrase {
  const differs = severityBefore !== null && severityAfter !== null && severityBefore !== severityAfter;
  const severity = severityAfter ?? severityBefore;
  return severity === null || differs ? [] : [' (', name(severity), ')'];
}

const MOST_TOLD = 4;

/** `critical, warning alerts of no group`; `NodeDown (critical)` where it is not all of them. */
export function toldOf({ of, alerts, names }: Pick<NotifiedChange, 'of' | 'alerts' | 'names'>): Phrase {
  const classes = alerts.map((one) => (one === 'default' ? 'other' : one)).join(', ');
  const owner = of === 'fleet' ? ' of no group' : '';
  if (names === null) return [`${classes} alerts${owner}`];
  const shown = listed(
    names.map((one) => [name(one)]),
    MOST_TOLD,
  );
  return [...shown, ` (${classes})${owner}`];
}

export function seriesOf({ series }: AlertChange): Phrase {
  return series === null ? [] : [' for ', value(series)];
}

/** The groups that a change holds in: `GPU nodes (grp-gpu)`, `40 groups: a, b, c and 37 more`. null: none. */
export function groupsOf(where: readonly Where[]): Phrase | null {
  const [first] = where;
  if (first === undefined) return null;
  if (where.length === 1) {
    return nameAndId(first.groupName, first.group);
  }
  const names = where.map(({ groupName }): Phrase => [name(groupName)]);
  return [`${amount(where.length, 'group')}: `, ...listed(names, 6)];
}

export function nameAndId(called: string, id: string): Phrase {
  return called === id ? [name(id)] : [name(called), ' (', name(id), ')'];
}

export function runBy(count: number): string {
  return `, run by ${amount(count, 'target')}`;
}

/** `80 → 90 (weaker): "vendor test week", policies/gpu.yaml:12, was templates/gpu.yaml:9` */
export function valueChange(change: ValueChange): Phrase {
  return [...oldToNew(change, toneOf(change.effect)), EFFECTS[change.effect], ...from(change)];
}

/** The same without the values, which are shown below it. */
export function valueRewritten(change: ValueChange): Phrase {
  return [rewritten(change), EFFECTS[change.effect], ...from(change)];
}

export function valueInShort(change: ValueChange): Phrase {
  return fieldInShort(change, toneOf(change.effect));
}

export function fieldInShort(change: FieldChange, tone: Tone = 'plain'): Phrase {
  return isShort(change) ? oldToNew(change, tone) : [rewritten(change)];
}

/** Whether both sides have room in a sentence. */
export function isShort({ before, after }: FieldChange): boolean {
  return [before, after].every((side) => side === null || /^.{0,48}$/.test(textOf(side)));
}

function rewritten({ before, after }: FieldChange): string {
  return before === null ? 'is set now' : after === null ? 'is not set any more' : 'is rewritten';
}

function from({ reason: why, afterAt, beforeAt }: ValueChange): Phrase {
  const source = sourceOf(why, afterAt, beforeAt);
  return source.length === 0 ? [] : [': ', ...source];
}

function oldToNew({ before, after }: FieldChange, tone: Tone): Phrase {
  // `90` and `"90"` differ: only quotes tell.
  const strict = before !== null && after !== null && textOf(before) === textOf(after);
  const side = (json: Json, as: Tone): string | Quote => (json === null ? 'not set' : value(textOf(json, strict), as));
  return [side(before, 'plain'), ' → ', side(after, tone)];
}

/** A value as it stands in YAML; `strict` tells texts from what looks like one. */
export function textOf(json: Json, strict = false): string {
  return typeof json === 'string' && json !== '' && !strict ? json : JSON.stringify(json);
}

/** `"vendor test week", policies/gpu.yaml:12, was templates/gpu.yaml:9`; empty where nothing is known. */
export function sourceOf(why: string | null, afterAt: Place | null, beforeAt: Place | null): Phrase {
  const parts: Phrase[] = [];
  if (why !== null) parts.push([reason(why)]);
  if (afterAt !== null) parts.push([place(afterAt)]);
  if (beforeAt !== null && beforeAt.file !== afterAt?.file) parts.push(['was ', place(beforeAt)]);
  return joined(parts, ', ');
}

const BINDING = {
  bound: 'bound',
  unbound: 'no longer bound',
  muted: 'muted',
  unmuted: 'no longer muted',
  template: 'its template changed',
} as const;

const TARGET = {
  added: 'the targets are new',
  removed: 'the targets are gone',
  activated: 'the targets are active now',
  deactivated: 'the targets are inactive now',
  moved: 'the targets are in other groups now',
  relabelled: 'the targets have other labels now',
} as const;

/** Why something is covered now, or, `lost`, is not any more. */
export function causeOf(cause: Cause, lost: boolean): Phrase {
  if (cause.kind === 'target') return [TARGET[cause.change]];
  if (cause.kind === 'requirement') {
    return lost
      ? ['the targets no longer have ', value(cause.what), ', which it requires']
      : ['the targets have ', value(cause.what), ' now, which it requires'];
  }
  const { at, reason: why } = cause;
  const source = at.side === 'after' ? sourceOf(why, at, null) : sourceOf(why, null, at);
  return [BINDING[cause.kind], ': ', ...source];
}

function toneOf(effect: Effect): Tone {
  return effect === 'neutral' ? 'plain' : effect;
}

/** What a diff comes to, in aami's own words. */
export function verdictOf({ weakened, unclear }: Pick<Outline, 'weakened' | 'unclear'>): string {
  if (weakened.length === 1) return '1 change weakens monitoring';
  if (weakened.length > 1) return `${thousands(weakened.length)} changes weaken monitoring`;
  return unclear.length === 0 ? 'Nothing weakens monitoring' : 'Nothing is known to weaken monitoring';
}

export function unclearTitle(count: number): string {
  return `Of ${amount(count, 'change')}, nobody can tell whether ${count === 1 ? 'it weakens' : 'they weaken'} monitoring`;
}

/** Of a diff that touches files alone. */
export function rewrittenFiles({ added, changed, removed }: FilesChange): string {
  const count = added.length + changed.length + removed.length;
  return `The meaning is unchanged. ${amount(count, 'output file')} ${count === 1 ? 'is' : 'are'} written differently.`;
}
