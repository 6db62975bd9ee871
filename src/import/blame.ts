import type { Finding } from '../diagnostics/finding.js';
import { lineIndex } from '../diagnostics/position.js';
import { readYaml } from './read/cursor.js';
import { readRules } from './read/prometheus-rules.js';
import type { SourceRule } from './types.js';
import type { StaticFile } from './write/static-rules.js';

/** The names of templates that findings are about, in a template or a policy, with what is said. */
export function blamedTemplates(findings: readonly Finding[], files: ReadonlyMap<string, string>): Map<string, string> {
  const blamed = new Map<string, string>();
  for (const { span, message, severity } of findings) {
    const text = span === null ? undefined : files.get(span.file);
    if (span === null || text === undefined || severity === 'info') continue;
    const name = span.file.startsWith('templates/')
      ? nameBefore(text, span.start, /^name: (.*)$/)
      : span.file.startsWith('policies/')
        ? nameBefore(text, span.start, /^ {2}([^\s:][^:]*):/)
        : null;
    if (name !== null && !blamed.has(name)) blamed.set(name, message);
  }
  return blamed;
}

/** The name on the last line up to an offset, or on the next one, that has one; the name stands before all that can be wrong. */
function nameBefore(text: string, offset: number, pattern: RegExp): string | null {
  const lines = text.split('\n');
  for (let at = lineIndex(text).at(offset).line - 1; at >= 0; at--) {
    const [, name] = pattern.exec(lines[at] ?? '') ?? [];
    if (name !== undefined) return name.replaceAll(/^"|"$/g, '');
  }
  return null;
}

/** The carried rules that keep the repo from compiling, with what is wrong with them. */
export function blamedRules(findings: readonly Finding[], files: readonly StaticFile[]): Map<SourceRule, Finding> {
  const blamed = new Map<SourceRule, Finding>();
  for (const finding of findings) {
    const { span, severity } = finding;
    const file = files.find(({ path }) => path === span?.file);
    if (span === null || file === undefined || severity !== 'error') continue;
    const { line } = lineIndex(file.text).at(span.start);
    const rule = file.rules[linesOfRules(file).findLastIndex((one) => one <= line)];
    if (rule !== undefined && !blamed.has(rule)) blamed.set(rule, finding);
  }
  return blamed;
}

/** Where each of its rules begins. */
function linesOfRules(file: StaticFile): number[] {
  const read = readYaml(file);
  if ('errors' in read) return [];
  return readRules(file, read.documents).file.groups.flatMap(({ rules }) => rules.map(({ place }) => place.line));
}
