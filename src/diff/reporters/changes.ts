import type {
  AlertChange,
  CheckChange,
  Effect,
  MaintenanceChange,
  NotifiedChange,
  StaticRuleChange,
  TargetChange,
} from '../types.js';
import { fieldDetail, likeDetails, note, reasonDetails, timingDetail, valueDetail } from './details.js';
import type { HostFolder } from './hosts.js';
import type { Detail, Item, Mark } from './outline.js';
import { listed, name, type Phrase, path, place, type Tone } from './phrase.js';
import { causeOf, groupsOf, idsOf, onTargets, seriesOf, severityOf, sourceOf, targets, toldOf } from './wording.js';

const ROOM_FOR_HOSTS = 200;
const MOST_NAMES = 20;

export function alertItem(change: AlertChange, fold: HostFolder): Item {
  return coverageItem(change, change.alerts, [...severityOf(change), ...seriesOf(change)], fold);
}

export function checkItem(change: CheckChange, fold: HostFolder): Item {
  const item = coverageItem(change, change.checks, [], fold);
  const script = change.kind === 'changed' && change.scriptChanged ? [note('its script changes, see Scripts')] : [];
  return { ...item, details: [...item.details, ...script] };
}

function coverageItem(
  change: AlertChange | CheckChange,
  names: readonly string[],
  which: Phrase,
  fold: HostFolder,
): Item {
  const shown = listed(
    names.map((one) => [name(one)]),
    MOST_NAMES,
  );
  const told = new Set(change.causes.map((cause) => ('reason' in cause ? cause.reason : null)));
  const reasons = change.kind === 'added' ? reasonDetails(change.values, told) : [];
  const causes = change.causes.map((cause) => note(...causeOf(cause, change.kind === 'removed')));
  return {
    heading: groupsOf(change.where),
    mark: change.kind,
    tone: toneOfChange(change),
    title: [...shown, ...which, ...onTargets(idsOf(change.where), fold, ROOM_FOR_HOSTS)],
    details: [...causes, ...valueDetails(change), ...reasons],
  };
}

function valueDetails({ kind, values }: AlertChange | CheckChange | StaticRuleChange): Detail[] {
  return kind === 'changed' ? values.map(valueDetail) : likeDetails(values);
}

export function notifiedItem(change: NotifiedChange, fold: HostFolder): Item {
  const { gained, lost, beforeAt, afterAt, timing, where, weakens } = change;
  const receivers = (names: readonly string[], tone: Tone): Phrase =>
    listed(
      names.map((one) => [name(one, tone)]),
      MOST_NAMES,
    );
  const of = lost.length > 0 && weakens.length > 0 ? 'weaker' : 'plain';
  const phrases = [
    ...(lost.length === 0 ? [] : [['no longer told: ', ...receivers(lost, of)]]),
    ...(gained.length === 0 ? [] : [['told now: ', ...receivers(gained, 'stronger')]]),
    sourceOf(null, afterAt, beforeAt),
  ].filter((phrase) => phrase.length > 0);
  return {
    heading: change.of === 'fleet' ? null : groupsOf(where),
    mark: 'changed',
    tone: weakens.length > 0 ? 'weaker' : gained.length > 0 ? 'stronger' : 'plain',
    title: [...toldOf(change), ...onTargets([...new Set(idsOf(where))], fold, ROOM_FOR_HOSTS)],
    details: [...phrases.map((phrase) => note(...phrase)), ...timing.map(timingDetail)],
  };
}

export function maintenanceItem(change: MaintenanceChange, fold: HostFolder): Item {
  const { kind, where, at, weakens, values } = change;
  const details = kind === 'changed' ? values.map(valueDetail) : likeDetails(values);
  return {
    heading: groupsOf(where),
    mark: kind,
    tone: weakens.length > 0 ? 'weaker' : values.some(({ effect }) => effect === 'unclear') ? 'unclear' : 'plain',
    title: [name(change.name), ...onTargets(idsOf(where), fold, ROOM_FOR_HOSTS), ', ', place(at)],
    details,
  };
}

const TARGET_MARKS: Readonly<Record<TargetChange['kind'], Mark>> = {
  added: 'added',
  removed: 'removed',
  activated: 'changed',
  deactivated: 'changed',
  changed: 'changed',
};

const TARGET_STATES: Readonly<Partial<Record<TargetChange['kind'], string>>> = {
  activated: ' now active',
  deactivated: ' now inactive',
};

export function targetItem(change: TargetChange, fold: HostFolder): Item {
  const fields = change.fields.map(({ varies, ...field }) =>
    varies ? { label: name(field.path), phrase: ['differs from target to target'], lines: [] } : fieldDetail(field),
  );
  const anew = change.newSeries
    ? [note('their series are new to Prometheus: what is pending or firing on them starts over')]
    : [];
  const mark = TARGET_MARKS[change.kind];
  return {
    heading: groupsOf(change.where),
    mark,
    tone: change.kind === 'activated' ? 'stronger' : toneOfChange({ ...change, kind: mark, values: [] }),
    title: targets(idsOf(change.where), fold, ROOM_FOR_HOSTS, TARGET_STATES[change.kind]),
    details: [...fields, ...anew],
  };
}

export function staticRuleItem(change: StaticRuleChange): Item {
  const lost = change.stateLost ? [note('loses its pending and firing state at the reload')] : [];
  return {
    heading: [path(`rules/${change.file}`)],
    mark: change.kind,
    tone: toneOfChange(change),
    title: change.type === 'record' ? ['record ', name(change.name)] : [name(change.name)],
    details: [...valueDetails(change), ...lost],
  };
}

interface Judged {
  readonly kind: Mark;
  readonly values: readonly { readonly effect: Effect }[];
  readonly weakens: readonly unknown[];
}

function toneOfChange({ kind, values, weakens }: Judged): Tone {
  if (kind === 'removed' || weakens.length > 0) return 'weaker';
  if (kind === 'added') return 'stronger';
  const effects = new Set(values.map(({ effect }) => effect));
  return effects.has('unclear') ? 'unclear' : effects.has('stronger') ? 'stronger' : 'plain';
}
