import { Chalk, type ChalkInstance } from 'chalk';
import { cellsOf, oneLine } from '../../diagnostics/display.js';
import { extentOf } from '../changed.js';
import {
  type Detail,
  type DiffLine,
  firstLines,
  type Headline,
  type Item,
  outlineOf,
  type Section,
  underHeadings,
} from './outline.js';
import type { Phrase, Quote, Tone } from './phrase.js';
import type { DiffReporter } from './types.js';
import { rewrittenFiles, unclearTitle, verdictOf } from './wording.js';
import { type Run, wrapped } from './wrap.js';

/** For people at a terminal. */
export const pretty: DiffReporter = (diff, { before, after, color }) => {
  const extent = extentOf(diff);
  if (extent === 'nothing') return 'No changes\n';
  const colours = coloursOf(new Chalk({ level: color ? 1 : 0 }));
  const { chalk } = colours;
  const outline = outlineOf(diff);
  const { weakened, unclear, sections } = outline;
  const verdict = weakened.length > 0 ? chalk.red.bold(verdictOf(outline)) : chalk.bold(verdictOf(outline));
  const blocks = [
    [chalk.dim(`${oneLine(before)} → ${oneLine(after)}`)],
    extent === 'files' ? [rewrittenFiles(diff.files)] : [verdict, ...drawHeadlines(weakened, 'weaker', colours)],
    unclear.length === 0
      ? []
      : [chalk.yellow.bold(unclearTitle(unclear.length)), ...drawHeadlines(unclear, 'unclear', colours)],
    ...sections.map((section) => drawSection(section, colours)),
  ];
  const drawn = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${drawn.join('\n\n')}\n`;
};

type Paint = (text: string) => string;

interface Colours {
  readonly chalk: ChalkInstance;
  readonly tones: Readonly<Record<Tone, Paint>>;
  readonly quotes: Readonly<Record<Quote['as'], Paint>>;
  readonly lines: Readonly<Record<DiffLine['kind'], Paint>>;
}

/** One function a colour, so that what is painted alike is known by it. */
function coloursOf(chalk: ChalkInstance): Colours {
  return {
    chalk,
    tones: { plain: words, weaker: chalk.red, stronger: chalk.green, unclear: chalk.yellow },
    quotes: { name: words, value: words, place: chalk.cyan, reason: chalk.dim },
    lines: { same: words, added: chalk.green, removed: chalk.red, place: chalk.cyan },
  };
}

const words: Paint = (text) => text;

function drawHeadlines(headlines: readonly Headline[], tone: Tone, colours: Colours): string[] {
  const width = Math.max(...headlines.map(({ title }) => title.length));
  return headlines.flatMap(({ title, phrase }) =>
    wrapped(`  ${colours.tones[tone](title.padEnd(width))}  `, width + 4, runsOf(phrase, colours)),
  );
}

function drawSection({ title, tally, items }: Section, colours: Colours): string[] {
  const drawn = [`${colours.chalk.bold(title)}: ${tally}`];
  for (const { heading, items: some } of underHeadings(items)) {
    if (heading !== null) drawn.push(...wrapped('  ', 4, runsOf(heading, colours)));
    drawn.push(...some.flatMap((item) => drawItem(item, heading === null ? 2 : 4, colours)));
  }
  return drawn;
}

const MARKS = { added: '+', removed: '-', changed: '~' } as const;

function drawItem({ mark, tone, title, details }: Item, indent: number, colours: Colours): string[] {
  const lead = `${' '.repeat(indent)}${colours.tones[tone](MARKS[mark])} `;
  const width = Math.max(0, ...details.map(({ label }) => (label === null ? 0 : widthOf(label.text) + 2)));
  return [
    ...wrapped(lead, indent + 2, runsOf(title, colours)),
    ...details.flatMap((detail) => drawDetail(detail, indent + 4, width, colours)),
  ];
}

function drawDetail({ label, phrase, lines }: Detail, indent: number, width: number, colours: Colours): string[] {
  const margin = ' '.repeat(indent);
  const drawn: string[] = [];
  if (label !== null) {
    const lead = `${margin}${oneLine(label.text)}${' '.repeat(width - widthOf(label.text))}`;
    drawn.push(...wrapped(lead, indent + width, runsOf(phrase, colours)));
  } else if (phrase.length > 0) drawn.push(...wrapped(margin, indent + 2, runsOf(phrase, colours)));
  const { shown, rest } = firstLines(lines);
  drawn.push(...shown.map(({ kind, text }) => (text === '' ? '' : `${margin}${colours.lines[kind](text)}`)));
  return rest === null ? drawn : [...drawn, `${margin}${rest}`];
}

function runsOf(phrase: Phrase, { tones, quotes }: Colours): Run[] {
  return phrase.map((part) => {
    if (typeof part === 'string') return { text: part, paint: words };
    const text = part.as === 'reason' ? `"${oneLine(part.text)}"` : oneLine(part.text);
    return { text, paint: part.tone === 'plain' ? quotes[part.as] : tones[part.tone] };
  });
}

function widthOf(text: string): number {
  return cellsOf(oneLine(text)).reduce((sum, { width }) => sum + width, 0);
}
