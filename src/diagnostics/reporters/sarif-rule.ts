import { CODES, type FindingCode } from '../codes.js';
import type { FindingSeverity } from '../finding.js';

export const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  FindingSeverity,
  string
>;

/** A code as a rule of SARIF, explained by its page where that is at hand. */
export function sarifRule(code: FindingCode, page: string | undefined) {
  const [severity, title] = CODES[code];
  const markdown = page === undefined ? title : withoutHeading(withoutLinks(page));
  return {
    id: code,
    name: code.split(/[/-]/).map(capitalised).join(''),
    shortDescription: { text: title },
    fullDescription: { text: introduction(markdown) ?? title },
    help: { text: plain(markdown), markdown },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: [code.slice(0, code.indexOf('/'))] },
  };
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Links of a page to other pages lead nowhere from elsewhere. */
function withoutLinks(page: string): string {
  return page.replaceAll(/\[([^\]]*)\]\((?!https?:)[^)\s]*\)/g, '$1');
}

/** Viewers show the code themselves. */
function withoutHeading(page: string): string {
  return page.replace(/^# .*\n+/, '').trim();
}

/** What stands between title and example, on one line. */
function introduction(markdown: string): string | null {
  const [head = ''] = markdown.split(/^## /m);
  const [, ...paragraphs] = head.trim().split(/\n{2,}/);
  return paragraphs.length === 0 ? null : paragraphs.join(' ').replaceAll(/\s+/g, ' ');
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/^```.*\n/gm, '')
    .replaceAll(/^#+ /gm, '')
    .replaceAll('**', '');
}
