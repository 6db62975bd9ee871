import type { Place } from '../types.js';

export type Tone = 'plain' | 'weaker' | 'stronger' | 'unclear';

/** A text that comes from a repo. Each format shows it in its own way, and makes it harmless there. */
export interface Quote {
  readonly as: 'name' | 'value' | 'place' | 'reason';
  readonly text: string;
  readonly tone: Tone;
}

/** Part of a sentence. Strings are aami's own words: whatever comes from a repo, numbers aside, is a quote. */
export type Phrase = readonly (string | Quote)[];

export function name(text: string, tone: Tone = 'plain'): Quote {
  return quote('name', text, tone);
}

export function place({ file, line }: Place): Quote {
  return quote('place', `${file}:${line}`);
}

export function path(text: string): Quote {
  return quote('place', text);
}

export function reason(text: string): Quote {
  return quote('reason', text);
}

export function value(text: string, tone: Tone = 'plain'): Quote {
  return quote('value', text, tone);
}

function quote(as: Quote['as'], text: string, tone: Tone = 'plain'): Quote {
  return { as, text: clip(text, MOST_CHARACTERS), tone };
}

/** A text may be a whole document; a sentence has room for its beginning. */
const MOST_CHARACTERS = 200;

export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return `${cut}… (${text.length - cut.length} more characters)`;
}

/** `a, b, c and 4 more` */
export function listed(items: readonly Phrase[], most: number): Phrase {
  // To say that there is one more takes as much room as to show it.
  const shown = items.length <= most + 1 ? items : items.slice(0, most);
  const rest = items.length - shown.length;
  return [...joined(shown, ', '), ...(rest > 0 ? [` and ${rest} more`] : [])];
}

export function joined(phrases: readonly Phrase[], between: string): Phrase {
  return phrases.flatMap((phrase, index) => (index === 0 ? phrase : [between, ...phrase]));
}
