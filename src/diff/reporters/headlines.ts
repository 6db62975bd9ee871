import { byCodeUnit } from '../../diagnostics/order.js';
import type {
  AlertChange,
  CheckChange,
  FleetDiff,
  MaintenanceChange,
  Pointer,
  StaticRuleChange,
  ValueChange,
  WeakeningKind,
} from '../types.js';
import type { HostFolder } from './hosts.js';
import type { Headline, Outline } from './outline.js';
import { joined, listed, name, type Phrase, path, place } from './phrase.js';
import {
  causeOf,
  idsOf,
  onTargets,
  seriesOf,
  severityOf,
  sourceOf,
  targets,
  toldOf,
  valueInShort,
  WEAKENING_TITLES,
} from './wording.js';

const ROOM_FOR_HOSTS = 60;
const MOST_NAMES = 4;

/** The lines that a reviewer must not miss, the widest first. */
export function headlinesOf(diff: FleetDiff, fold: HostFolder): Pick<Outline, 'weakened' | 'unclear'> {
  return {
    weakened: merged(
      diff.weakened.map((weakening) => matterOf(diff, weakening, weakening.kind)),
      fold,
    ),
    unclear: merged(
      diff.unclear.map((pointer) => matterOf(diff, pointer, null)),
      fold,
    ),
  };
}

/** What a line says; changes that differ in other things may say the same of several targets. */
interface Matter {
  /** null: nobody can tell whether anything becomes weaker. */
  readonly kind: WeakeningKind | null;
  /** All of them: a line has no room for many, and two lists may begin alike. */
  readonly names: readonly string[];
  readonly more: Phrase;
  readonly why: readonly Phrase[];
  /** null: nobody knows. */
  readonly ids: readonly string[] | null;
}

function merged(matters: readonly Matter[], fold: HostFolder): Headline[] {
  const alike = new Map<string, { readonly matter: Matter; readonly ids: Set<string> }>();
  for (const matter of matters) {
    const key = JSON.stringify({ ...matter, ids: matter.ids === null });
    const known = alike.get(key) ?? { matter, ids: new Set() };
    alike.set(key, known);
    for (const id of matter.ids ?? []) known.ids.add(id);
  }
  return [...alike.values()]
    .sort((a, b) => b.ids.size - a.ids.size)
    .map(({ matter, ids }) => headline({ ...matter, ids: matter.ids && [...ids].sort(byCodeUnit) }, fold));
}

function headline({ kind, names, more, why, ids }: Matter, fold: HostFolder): Headline {
  const subject = [
    ...listed(
      names.map((one) => [name(one)]),
      MOST_NAMES,
    ),
    ...more,
  ];
  const where = ids === null ? [] : (subject.length === 0 ? targets : onTargets)(ids, fold, ROOM_FOR_HOSTS);
  const because = why.length === 0 ? [] : [' (', ...joined(why, '; '), ')'];
  return { title: kind === null ? 'cannot tell' : WEAKENING_TITLES[kind], phrase: [...subject, ...where, ...because] };
}

function matterOf(diff: FleetDiff, { section, index }: Pointer, kind: WeakeningKind | null): Matter {
  switch (section) {
    case 'alerts': {
      const change = entry(diff.alerts, index);
      const more = [...severityOf(change), ...seriesOf(change), ...valuesInShort(change, kind)];
      return { kind, names: change.alerts, more, why: reasonsOf(change, kind), ids: idsOf(change.where) };
    }
    case 'notified': {
      const change = entry(diff.notified, index);
      const why = sourceOf(null, change.afterAt, change.beforeAt);
      const ids = [...new Set(idsOf(change.where))];
      return { kind, names: change.lost, more: [' of ', ...toldOf(change)], why: why.length === 0 ? [] : [why], ids };
    }
    case 'maintenances': {
      const change = entry(diff.maintenances, index);
      const more = valuesInShort(change, kind);
      return { kind, names: [change.name], more, why: [[place(change.at)]], ids: idsOf(change.where) };
    }
    case 'checks': {
      const change = entry(diff.checks, index);
      const more = valuesInShort(change, kind);
      return { kind, names: change.checks, more, why: reasonsOf(change, kind), ids: idsOf(change.where) };
    }
    case 'targets':
      return { kind, names: [], more: [], why: [], ids: idsOf(entry(diff.targets, index).where) };
    case 'staticRules': {
      const change = entry(diff.staticRules, index);
      const more = valuesInShort(change, kind);
      return { kind, names: [change.name], more, why: [[path(`rules/${change.file}`)]], ids: null };
    }
  }
}

function entry<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`a diff points to entry ${index} of ${list.length}`);
  return found;
}

function reasonsOf(change: AlertChange | CheckChange, kind: WeakeningKind | null): Phrase[] {
  const sources = change.values
    .filter((value) => tells(value, kind))
    .map(({ reason, afterAt, beforeAt }) => sourceOf(reason, afterAt, beforeAt));
  return distinct([...change.causes.map((cause) => causeOf(cause, true)), ...sources]);
}

function valuesInShort(
  { values }: AlertChange | CheckChange | MaintenanceChange | StaticRuleChange,
  kind: WeakeningKind | null,
): Phrase {
  const shown = values
    .filter((value) => tells(value, kind))
    .map((value): Phrase => [' ', ...(isTold(kind) ? [] : [name(value.path), ' ']), ...valueInShort(value)]);
  return joined(shown, ',');
}

/** Whether the title of a line says which value it is about. */
function isTold(kind: WeakeningKind | null): boolean {
  return kind === 'severity-lowered' || kind === 'for-lengthened';
}

/** Whether a value is what such a line is about. */
function tells({ path: of, effect }: ValueChange, kind: WeakeningKind | null): boolean {
  const isSeverity = of === 'severity' || of === 'labels.severity';
  switch (kind) {
    case null:
      return effect === 'unclear';
    case 'severity-lowered':
      return effect === 'weaker' && isSeverity;
    case 'for-lengthened':
      return effect === 'weaker' && of === 'for';
    case 'kept-back':
      return effect === 'weaker';
    case 'threshold-quieter':
      return effect === 'weaker' && of !== 'for' && !isSeverity;
    default:
      return false;
  }
}

function distinct(phrases: readonly Phrase[]): Phrase[] {
  const found = new Map(phrases.map((phrase) => [JSON.stringify(phrase), phrase]));
  return [...found.values()].filter((phrase) => phrase.length > 0);
}
