import { cellsOf } from '../../diagnostics/display.js';
import type { FleetDiff } from '../types.js';
import { headlinesOf } from './headlines.js';
import { hostFolder } from './hosts.js';
import { clip, type Phrase, type Quote, type Tone } from './phrase.js';
import { sectionsOf } from './sections.js';

/** A diff as people read it, before it is laid out: the formats for people differ in nothing but the layout. */
export interface Outline {
  /** What weakens monitoring, in a line each. */
  readonly weakened: readonly Headline[];
  /** What may weaken it: nobody can tell. */
  readonly unclear: readonly Headline[];
  readonly sections: readonly Section[];
}

export interface Headline {
  /** aami's own words. */
  readonly title: string;
  readonly phrase: Phrase;
}

export interface Section {
  /** aami's own words, as is the tally: `3 added on 120 targets, 1 removed on 12 targets`. */
  readonly title: string;
  readonly tally: string;
  readonly items: readonly Item[];
}

export interface Item {
  /** What some items of a section share; these stand together. */
  readonly heading: Phrase | null;
  readonly mark: Mark;
  readonly tone: Tone;
  readonly title: Phrase;
  readonly details: readonly Detail[];
}

export type Mark = 'added' | 'removed' | 'changed';

export interface Detail {
  /** The name of a value; null: a note. */
  readonly label: Quote | null;
  readonly phrase: Phrase;
  /** What has no room in a sentence. */
  readonly lines: readonly DiffLine[];
}

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'place';
  /** From the repo, save for places. */
  readonly text: string;
}

export function outlineOf(diff: FleetDiff): Outline {
  // Both speak of the same lists of targets.
  const fold = hostFolder();
  return { ...headlinesOf(diff, fold), sections: sectionsOf(diff, fold) };
}

/** Items with what they share, in the order of their first. */
export function underHeadings(items: readonly Item[]): { readonly heading: Phrase | null; readonly items: Item[] }[] {
  const found = new Map<string, { readonly heading: Phrase | null; readonly items: Item[] }>();
  for (const item of items) {
    const key = JSON.stringify(item.heading);
    const known = found.get(key);
    if (known === undefined) found.set(key, { heading: item.heading, items: [item] });
    else known.items.push(item);
  }
  return [...found.values()];
}

const MOST_LINES = 120;
const MOST_CHARACTERS = 400;
const LINE_MARKS = { same: '  ', added: '+ ', removed: '- ', place: '' } as const;

/** Lines as they are shown, harmless to a terminal; `rest` says how many there is no room for. */
export function firstLines(lines: readonly DiffLine[]): { readonly shown: DiffLine[]; readonly rest: string | null } {
  const most = lines.length <= MOST_LINES + 1 ? lines.length : MOST_LINES;
  const shown = lines.slice(0, most).map(({ kind, text }) => {
    const mark = LINE_MARKS[kind];
    return { kind, text: text === '' ? mark.trimEnd() : `${mark}${visible(text)}` };
  });
  return { shown, rest: lines.length > most ? `… and ${lines.length - most} more lines` : null };
}

function visible(text: string): string {
  const safe = cellsOf(text).map((cell) => cell.shown);
  return clip(safe.join(''), MOST_CHARACTERS);
}
