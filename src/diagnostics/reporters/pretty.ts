import { Chalk, type ChalkInstance } from 'chalk';
import { oneLine } from '../display.js';
import type { Finding, Span } from '../finding.js';
import { codeFrame } from '../frame.js';
import { type IndexedText, indexedTexts } from './lines.js';
import { countFindings, summaryOf } from './summary.js';
import type { Reporter } from './types.js';

/** For people: every finding with the lines that it is about. Without findings, nothing. */
export const pretty: Reporter = (findings, texts, { color }) => {
  if (findings.length === 0) return '';
  const drawing: Drawing = { chalk: new Chalk({ level: color ? 1 : 0 }), textOf: indexedTexts(texts) };
  const counts = countFindings(findings);
  const paint = counts.error > 0 ? drawing.chalk.red : drawing.chalk.yellow;
  return `${findings.map((finding) => drawFinding(finding, drawing)).join('\n\n')}\n\n${paint.bold(summaryOf(counts))}\n`;
};

interface Drawing {
  readonly chalk: ChalkInstance;
  readonly textOf: (file: string) => IndexedText | null;
}

function drawFinding(finding: Finding, drawing: Drawing): string {
  const { chalk } = drawing;
  const paint = paintOf(finding, chalk);
  const place = finding.span === null ? '' : `${chalk.cyan(placeOf(finding.span, drawing))} `;
  const parts = [
    `${place}${paint.bold(finding.severity === 'info' ? 'note' : finding.severity)}${chalk.dim(`[${finding.code}]`)}: ${oneLine(finding.message)}`,
    finding.span && drawFrame(finding.span, null, paint, drawing),
    finding.hint && `  ${chalk.green('hint:')} ${oneLine(finding.hint)}`,
    ...finding.related.flatMap((related) => drawRelated(related, drawing)),
  ];
  return parts.filter((part) => part !== null && part !== '').join('\n');
}

function drawRelated(related: Finding['related'][number], drawing: Drawing): string[] {
  const { chalk } = drawing;
  const frame = drawFrame(related.span, related.message, chalk.blue, drawing);
  const place = chalk.cyan(placeOf(related.span, drawing));
  // With a frame the message stands beside its carets.
  return frame === '' ? [`  ${place} ${oneLine(related.message)}`] : [`  ${place}`, frame];
}

function drawFrame(span: Span, message: string | null, mark: ChalkInstance, { chalk, textOf }: Drawing): string {
  const found = textOf(span.file);
  // A finding about a file as a whole has no line to show.
  if (found === null || (span.start === 0 && span.end === 0)) return '';
  const style = { gutter: (text: string) => chalk.dim(text), mark: (text: string) => mark(text) };
  return codeFrame(found.text, span, { message, style, lines: found.lines });
}

function placeOf(span: Span, { textOf }: Drawing): string {
  const position = textOf(span.file)?.lines.at(span.start) ?? { line: 1, column: 1 };
  return `${oneLine(span.file)}:${position.line}:${position.column}`;
}

function paintOf(finding: Finding, chalk: ChalkInstance): ChalkInstance {
  return finding.severity === 'error' ? chalk.red : finding.severity === 'warning' ? chalk.yellow : chalk.blue;
}
