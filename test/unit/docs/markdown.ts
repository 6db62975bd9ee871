/** A fenced block of a Markdown page. */
export interface Fence {
  readonly language: string;
  readonly content: string;
  /** The path on the line before it, `` `groups/a.yaml` ``, or null. */
  readonly path: string | null;
  /** Of the content, in the page. */
  readonly start: number;
  readonly end: number;
}

/** The fenced blocks of a page, in order; a block inside of a list may be indented. */
export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = [];
  const pattern =
    /^(?:`(?<path>[^`\n]+)`:?\n\n?)?(?<ticks>`{3,})(?<language>[\w-]*)\n(?<content>[\s\S]*?)^\k<ticks>$/gm;
  for (const match of page.matchAll(pattern)) {
    const { path, language = '', content = '', ticks = '' } = match.groups ?? {};
    const end = match.index + match[0].length - ticks.length;
    fences.push({ language, content, path: path ?? null, start: end - content.length, end });
  }
  return fences;
}

/** The page without its fenced blocks. */
export function proseOf(page: string): string {
  return page.replace(/^(`{3,})[\s\S]*?^\1$/gm, '');
}
