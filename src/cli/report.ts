import { oneLine } from '../diagnostics/display.js';
import type { Finding } from '../diagnostics/finding.js';
import { loadReporter, type ReportFormat, type TextLookup } from '../diagnostics/reporters/index.js';
import { indexedTexts } from '../diagnostics/reporters/lines.js';
import { findingPage } from './finding-pages.js';
import { pathInGit } from './git-root.js';
import { type Io, type Sink, wantsColour } from './io.js';
import { packageVersion } from './package.js';

/**
 * Findings in a format, with colour where the sink that they go to can show it. `repo` is the folder of the repo, for
 * the formats that name files from the root of the git repo around it.
 */
export async function reportFindings(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  format: ReportFormat,
  sink: Sink,
  env: Io['env'],
  repo: string | null = null,
): Promise<string> {
  const report = await loadReporter(format);
  return report(findings, (file) => texts.get(file), {
    color: wantsColour(sink, env),
    root: repo === null ? '' : pathInGit(repo),
    version: packageVersion(),
    page: findingPage,
  });
}

/** One line for each finding: `file:line:column error[code]: message`. */
export function findingsInShort(findings: readonly Finding[], texts: ReadonlyMap<string, string>): string {
  const lookUp: TextLookup = (file) => texts.get(file);
  const textOf = indexedTexts(lookUp);
  return findings
    .map(({ span, severity, code, message }) => {
      const start = span === null ? null : (textOf(span.file)?.lines.at(span.start) ?? { line: 1, column: 1 });
      const place = span === null || start === null ? '' : `${oneLine(span.file)}:${start.line}:${start.column} `;
      return `${place}${severity}[${code}]: ${oneLine(message)}\n`;
    })
    .join('');
}

export function isError({ severity }: Finding): boolean {
  return severity === 'error';
}
