import type {
  AlertChange,
  CheckChange,
  FleetDiff,
  Pointer,
  StaticRuleChange,
  TargetChange,
  ValueChange,
  WeakeningKind,
} from '../types.js';
import type { HostFolder } from './hosts.js';
import type { Headline, Outline } from './outline.js';
import { joined, listed, name, type Phrase, path } from './phrase.js';
import {
  causeOf,
  onTargets,
  seriesOf,
  severityOf,
  sourceOf,
  targetsOf,
  valueInShort,
  WEAKENING_TITLES,
} from './wording.js';

const ROOM_FOR_HOSTS = 60;
const MOST_NAMES = 4;

/** The lines that a reviewer must not miss. */
export function headlinesOf(diff: FleetDiff, fold: HostFolder): Pick<Outline, 'weakened' | 'unclear'> {
  const line = (pointer: Pointer, kind: WeakeningKind | null): Headline => ({
    title: kind === null ? 'cannot tell' : WEAKENING_TITLES[kind],
    phrase: phraseOf(diff, pointer, kind, fold),
  });
  return {
    weakened: diff.weakened.map((weakening) => line(weakening, weakening.kind)),
    unclear: diff.unclear.map((pointer) => line(pointer, null)),
  };
}

/** @param kind what becomes weaker; null: nobody can tell */
function phraseOf(diff: FleetDiff, { section, index }: Pointer, kind: WeakeningKind | null, fold: HostFolder): Phrase {
  switch (section) {
    case 'alerts':
      return whole(diff.alerts[index], (change) => [
        ...names(change.alerts),
        ...severityOf(change),
        ...seriesOf(change),
        ...coverage(change, kind, fold),
      ]);
    case 'checks':
      return whole(diff.checks[index], (change) => [...names(change.checks), ...coverage(change, kind, fold)]);
    case 'targets':
      return whole(diff.targets[index], (change) => targetsOf(change, fold, ROOM_FOR_HOSTS));
    case 'staticRules':
      return whole(diff.staticRules[index], (change) => [
        name(change.name),
        ...valuesInShort(change, kind),
        ' (',
        path(`rules/${change.file}`),
        ')',
      ]);
  }
}

function whole<T extends AlertChange | CheckChange | TargetChange | StaticRuleChange>(
  change: T | undefined,
  say: (change: T) => Phrase,
): Phrase {
  return change === undefined ? [] : say(change);
}

function names(texts: readonly string[]): Phrase {
  return listed(
    texts.map((text) => [name(text)]),
    MOST_NAMES,
  );
}

function coverage(change: AlertChange | CheckChange, kind: WeakeningKind | null, fold: HostFolder): Phrase {
  const sources = change.values
    .filter((value) => tells(value, kind))
    .map(({ reason, afterAt, beforeAt }) => sourceOf(reason, afterAt, beforeAt));
  const why = distinct([...change.causes.map((cause) => causeOf(cause, true)), ...sources]);
  return [
    ...valuesInShort(change, kind),
    ...onTargets(change.where, change.count, fold, ROOM_FOR_HOSTS),
    ...(why.length === 0 ? [] : [' (', ...joined(why, '; '), ')']),
  ];
}

function valuesInShort({ values }: AlertChange | CheckChange | StaticRuleChange, kind: WeakeningKind | null): Phrase {
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
