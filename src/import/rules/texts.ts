import type { Labels } from '../../model/types.js';
import { applyEdits, type Edit, escapePlaceholders } from './edits.js';
import type { WrittenNumber } from './numbers.js';

/** Texts of one rule, and the numbers that its expression has as parameters. */
export interface TextsWithNumbers {
  readonly texts: Labels;
  readonly numbers: Readonly<Record<string, WrittenNumber>>;
}

/**
 * Texts of rules that share a template. A text that speaks of a number of its rule speaks of the parameter, where that
 * makes the texts of all rules equal, or where one rule alone says it as a percentage or in a comparison.
 */
export function sharedText(rules: readonly TextsWithNumbers[]): Labels[] {
  const names = new Set(rules.flatMap(({ texts }) => Object.keys(texts)));
  const made = rules.map((): Record<string, string> => ({}));
  for (const name of names) {
    const spoken = rules.map(({ texts, numbers }) => speak(texts[name], numbers, rules.length > 1));
    const agree = spoken.every((text) => text === spoken[0]);
    rules.forEach(({ texts }, i) => {
      const text = agree ? spoken[i] : texts[name] === undefined ? undefined : escapePlaceholders(texts[name]);
      if (made[i] !== undefined && text !== undefined) made[i][name] = text;
    });
  }
  return made;
}

function speak(text: string | undefined, numbers: TextsWithNumbers['numbers'], anywhere: boolean): string | undefined {
  if (text === undefined) return undefined;
  const edits: Edit[] = [];
  // What stands in braces is Prometheus's.
  for (const { 0: part, index } of text.matchAll(/\{\{.*?\}\}|(?:(?!\{\{).)+/gs)) {
    if (part.startsWith('{{')) continue;
    for (const [name, { text: number }] of Object.entries(numbers)) {
      const literal = number.replaceAll(/[.+]/g, '\\$&');
      const token = anywhere
        ? new RegExp(`(?<![\\w.$-])${literal}(?![\\w]|\\.\\d)`, 'g')
        : new RegExp(`(?<![\\w.$-])${literal}(?= ?%)|(?<=[<>]=? ?)${literal}(?![\\w]|\\.\\d)`, 'g');
      for (const { index: at } of part.matchAll(token)) {
        const start = index + at;
        if (!edits.some((edit) => edit.start === start))
          edits.push({ start, end: start + number.length, text: `\${${name}}` });
      }
    }
  }
  return applyEdits(text, edits, escapePlaceholders);
}
