import { finding } from '../../diagnostics/codes.js';
import type { Finding, FindingSeverity } from '../../diagnostics/finding.js';
import type { LintedScript } from './script.js';

/** What `shellcheck --format=json1` says of one place. Lines and columns count from 1, columns in characters. */
interface Comment {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly level: string;
  readonly code: number;
  readonly message: string;
}

const SEVERITIES: Readonly<Record<string, FindingSeverity>> = { error: 'error', warning: 'warning' };

/** What shellcheck says of a script, at its places; null: that is no answer of shellcheck. */
export function shellcheckFindings(script: LintedScript, answer: string): Finding[] | null {
  const comments = commentsOf(answer);
  if (comments === null) return null;
  const lineStarts = [0, ...[...script.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offset = (line: number, column: number): number => {
    const start = lineStarts[line - 1] ?? script.text.length;
    const before = [...script.text.slice(start, lineStarts[line] ?? undefined)].slice(0, column - 1);
    return start + before.join('').length;
  };
  return comments.map(({ line, column, endLine, endColumn, level, code, message }) =>
    finding(
      'lint/shellcheck',
      `shellcheck says: ${message}`,
      script.spanOf(offset(line, column), offset(endLine, endColumn)),
      { severity: SEVERITIES[level] ?? 'info', hint: `SC${code}: https://www.shellcheck.net/wiki/SC${code}` },
    ),
  );
}

function commentsOf(answer: string): readonly Comment[] | null {
  try {
    const { comments } = JSON.parse(answer) as { readonly comments?: unknown };
    return Array.isArray(comments) ? (comments as readonly Comment[]) : null;
  } catch {
    return null;
  }
}
