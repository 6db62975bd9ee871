import { type LineIndex, lineIndex } from '../position.js';
import type { TextLookup } from './types.js';

export interface IndexedText {
  readonly text: string;
  readonly lines: LineIndex;
}

/** Texts with their lines, each looked at once however many findings it has. */
export function indexedTexts(texts: TextLookup): (file: string) => IndexedText | null {
  const known = new Map<string, IndexedText | null>();
  return (file) => {
    let found = known.get(file);
    if (found === undefined) {
      const text = texts(file);
      found = text === undefined ? null : { text, lines: lineIndex(text) };
      known.set(file, found);
    }
    return found;
  };
}
