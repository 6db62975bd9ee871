/** A range of a text and what takes its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Makes changes that do not overlap. `keep` is done to all that lies between them. */
export function applyEdits(
  text: string,
  edits: readonly Edit[],
  keep: (part: string) => string = (part) => part,
): string {
  let made = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    made += keep(text.slice(at, edit.start)) + edit.text;
    at = edit.end;
  }
  return made + keep(text.slice(at));
}

/** A text in which nothing is a placeholder of aami. */
export function escapePlaceholders(text: string): string {
  return text.replaceAll('${', () => '$${');
}
