import { oneLine } from '../display.js';
import type { Finding, FindingSeverity } from '../finding.js';
import { type Place, placesIn } from './places.js';
import { countFindings, summaryOf } from './summary.js';
import type { Reporter } from './types.js';
import { details, statement } from './wording.js';

/** In the order of the output: GitHub shows only the first ten of each. */
const COMMANDS: readonly (readonly [FindingSeverity, string])[] = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'notice'],
];
const SHOWN = 10;

/** Workflow commands of GitHub Actions, which become annotations; a summary at the end. */
export const github: Reporter = (findings, texts, options) => {
  const places = placesIn(texts, options);
  const annotation = (finding: Finding, command: string): string => {
    const properties = [...placeOf(places.inRepo(finding.span)), ['title', finding.code]];
    const lines = [statement(finding, places), ...details(finding, places)];
    const listed = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
    return `::${command} ${listed}::${escapeMessage(lines.join('\n'))}\n`;
  };
  const annotations = COMMANDS.flatMap(([severity, command]) =>
    findings.filter((finding) => finding.severity === severity).map((finding) => annotation(finding, command)),
  );
  return `${annotations.join('')}${summarise(findings)}\n`;
};

/** Columns only within one line: GitHub drops them otherwise. Its lines are inclusive. */
function placeOf(place: Place | null): [name: string, value: string | number][] {
  if (place === null) return [];
  const { path, line, column, endLine, endColumn } = place;
  const last = endColumn === 1 && endLine > line ? endLine - 1 : endLine;
  const lines: [string, string | number][] = [
    ['file', oneLine(path)],
    ['line', line],
    ['endLine', last],
  ];
  return endLine > line ? lines : [...lines, ['col', column], ['endColumn', endColumn]];
}

function summarise(findings: readonly Finding[]): string {
  const counts = countFindings(findings);
  if (findings.length === 0) return 'No findings';
  const rest = Math.max(...Object.values(counts)) > SHOWN;
  return summaryOf(counts) + (rest ? `; GitHub shows the first ${SHOWN} of each kind as annotations` : '');
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
