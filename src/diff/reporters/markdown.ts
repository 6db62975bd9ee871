import { amount, thousands } from '../../diagnostics/amounts.js';
import { extentOf } from '../changed.js';
import type { FleetDiff } from '../types.js';
import { codeSpan, diffBlock } from './markdown-code.js';
import {
  type Detail,
  firstLines,
  type Headline,
  type Item,
  type Outline,
  outlineOf,
  type Section,
  underHeadings,
} from './outline.js';
import { clip, type Phrase } from './phrase.js';
import type { DiffReporter } from './types.js';
import { rewrittenFiles, unclearTitle, verdictOf } from './wording.js';

/** A comment that is updated in place is found by its first line. */
const MARKER = '<!-- aami-diff -->';

/** GitHub takes 65,536 characters. Whether it counts code points or UTF-16 units, this many units are fewer. */
const MOST_CHARACTERS = 65_000;

/** Kept for what is said about the cut. */
const FOR_THE_CUT = 500;

/** For a comment on a pull or merge request. */
export const markdown: DiffReporter = (diff, { before, after }) => {
  const outline = outlineOf(diff);
  const head = headOf(diff, outline, `${side(before)} → ${side(after)}`);
  const cut: Cut = { room: MOST_CHARACTERS - FOR_THE_CUT - lengthOf(head), changes: 0, sections: [] };
  const blocks = [
    ...head,
    // In the order of what must not be cut.
    ...headlineBlock('What weakens monitoring', outline.weakened, cut),
    ...headlineBlock(unclearTitle(outline.unclear.length), outline.unclear, cut),
    ...outline.sections.flatMap((section) => sectionBlock(section, cut)),
  ];
  return `${[...blocks, ...cutNote(cut)].join('\n\n')}\n`;
};

/** What there is room for, and what there was none for. */
interface Cut {
  room: number;
  changes: number;
  /** Those of which nothing is shown. */
  readonly sections: string[];
}

const lengthOf = (blocks: readonly string[]): number => blocks.reduce((sum, block) => sum + block.length + 2, 0);

function side(text: string): string {
  return codeSpan(clip(text, 200));
}

function headOf(diff: FleetDiff, outline: Outline, compared: string): string[] {
  switch (extentOf(diff)) {
    case 'nothing':
      return [`${MARKER}\n### aami diff: no changes`, compared];
    case 'files':
      return [`${MARKER}\n### aami diff: no change of meaning`, compared, rewrittenFiles(diff.files)];
    case 'meaning':
      return [`${MARKER}\n### aami diff: ${verdictOf(outline)}`, compared, summaryTable(outline)];
  }
}

/** Numbers alone: no text of the repo can break the table. */
function summaryTable({ weakened, unclear, sections }: Outline): string {
  const rows = [
    ['Weakened', thousands(weakened.length)],
    ...(unclear.length === 0 ? [] : [['Cannot tell', thousands(unclear.length)]]),
    ...sections.map(({ title, tally }) => [title, tally]),
  ];
  return ['| | |', '| --- | --- |', ...rows.map(([title, tally]) => `| ${title} | ${tally} |`)].join('\n');
}

const more = (count: number): string => `… and ${thousands(count)} more`;

/** As many of the lines as there is room for, and how many there are besides. */
function headlineBlock(title: string, headlines: readonly Headline[], cut: Cut): string[] {
  if (headlines.length === 0) return [];
  const heading = `**${title}**`;
  cut.room -= lengthOf([heading, `- ${more(headlines.length)}`]);
  const lines: string[] = [];
  for (const { title: what, phrase } of headlines) {
    const line = `- **${what}:** ${spoken(phrase)}`;
    if (line.length + 1 > cut.room) break;
    cut.room -= line.length + 1;
    lines.push(line);
  }
  const rest = headlines.length - lines.length;
  if (rest > 0) lines.push(`- ${more(rest)}`);
  return [heading, lines.join('\n')];
}

/** As many items as there is room for, folded. Nothing where the table says it all. */
function sectionBlock({ title, tally, items }: Section, cut: Cut): string[] {
  if (items.length === 0) return [];
  const open = `<details>\n<summary>${title}: ${tally}</summary>`;
  const close = '</details>';
  let room = cut.room - lengthOf([open, more(items.length), close]);
  let rest = 0;
  const blocks: string[] = [];
  for (const { heading, items: some } of underHeadings(items)) {
    const above = heading === null ? [] : [`**${spoken(heading)}**`];
    const list: string[] = [];
    for (const item of some) {
      const drawn = drawItem(item);
      const length = lengthOf(list.length === 0 ? [...above, drawn] : [drawn]);
      if (length > room) rest += 1;
      else {
        room -= length;
        list.push(drawn);
      }
    }
    if (list.length > 0) blocks.push(...above, list.join('\n'));
  }
  cut.changes += rest;
  if (blocks.length === 0) {
    cut.sections.push(title);
    return [];
  }
  cut.room = room;
  return [open, ...blocks, ...(rest > 0 ? [more(rest)] : []), close];
}

function cutNote({ changes, sections }: Cut): string[] {
  if (changes === 0) return [];
  const left = `${amount(changes, 'change')} ${changes === 1 ? 'is' : 'are'} left out`;
  const whole =
    sections.length === 0 ? '' : `, among them ${amount(sections.length, 'whole section')}: ${sections.join(', ')}`;
  return [`**This comment is cut.** ${left}${whole}. Run \`aami diff <base>\` to see everything.`];
}

function drawItem({ mark, title, details }: Item): string {
  return [`- **${mark}:** ${spoken(title)}`, ...details.flatMap(drawDetail)].join('\n');
}

/** Below its item, and therefore indented. */
function drawDetail({ label, phrase, lines }: Detail): string[] {
  const said = [
    ...(label === null ? [] : [`${codeSpan(label.text)}:`]),
    ...(phrase.length === 0 ? [] : [spoken(phrase)]),
  ];
  const { shown, rest } = firstLines(lines);
  const texts = [...shown.map(({ text }) => text), ...(rest === null ? [] : [rest])];
  const block = texts.length === 0 ? [] : diffBlock(texts);
  return said.length === 0 ? indented(block, '  ') : [`  - ${said.join(' ')}`, ...indented(block, '    ')];
}

const indented = (lines: readonly string[], margin: string): string[] =>
  lines.map((line) => (line === '' ? '' : `${margin}${line}`));

function spoken(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : codeSpan(part.text))).join('');
}
