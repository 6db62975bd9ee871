import { type Document, isScalar, parseAllDocuments } from 'yaml';
import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import type { SourceDocument } from './types.js';
import { nodeRange } from './yaml-node.js';
import { syntaxFindings } from './yaml-syntax.js';
import { plainValue } from './yaml-value.js';

export interface ParsedFile {
  readonly documents: readonly SourceDocument[];
  /** Documents with mistakes in their YAML, as far as they could be understood: only to learn which ids they hold. */
  readonly broken: readonly SourceDocument[];
  readonly findings: readonly Finding[];
}

/** The documents of a YAML file. Empty ones do not count. */
export function parseDocuments(file: string, text: string, folder: SourceDocument['folder']): ParsedFile {
  const documents: SourceDocument[] = [];
  const broken: SourceDocument[] = [];
  const findings: Finding[] = [];
  for (const yaml of parsedYaml(text)) {
    if (yaml === 'too deep') {
      findings.push(
        finding('source/yaml-syntax', 'This file is nested too deeply to be read', { file, start: 0, end: 0 }),
      );
      continue;
    }
    const syntax = syntaxFindings(file, text, yaml);
    if (syntax.length === 0 && isEmpty(yaml)) continue;
    const plain = plainValue(file, yaml);
    const mistakes = plain.findings.filter((mistake) => !isEcho(mistake, syntax, text));
    const { value } = plain;
    findings.push(...syntax, ...mistakes);
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    const document: SourceDocument = { file, text, folder, yaml, value };
    if (syntax.length + mistakes.length > 0) broken.push(document);
    else if (isMapping) documents.push(document);
    else findings.push(notAMapping(document));
  }
  return { documents, broken, findings };
}

/** yaml descends by recursion, so absurd nesting ends in a RangeError, which is the file's mistake and not ours. */
function parsedYaml(text: string): readonly (Document.Parsed | 'too deep')[] {
  try {
    return [
      ...parseAllDocuments(text, {
        version: '1.2',
        schema: 'core',
        prettyErrors: false,
        uniqueKeys: false,
        logLevel: 'silent',
      }),
    ];
  } catch (error) {
    if (error instanceof RangeError) return ['too deep'];
    throw error;
  }
}

/** What looks odd on a line that YAML itself stumbled over is the same mistake. */
function isEcho(mistake: Finding, syntax: readonly Finding[], text: string): boolean {
  const start = mistake.span?.start ?? 0;
  return syntax.some(({ span }) => {
    const other = span?.start ?? 0;
    return (
      mistake.code === 'source/yaml-syntax' &&
      !text.slice(Math.min(start, other), Math.max(start, other)).includes('\n')
    );
  });
}

function isEmpty(yaml: Document.Parsed): boolean {
  const range = nodeRange(yaml.contents);
  return (
    yaml.contents === null || (isScalar(yaml.contents) && yaml.contents.value === null && range?.[0] === range?.[1])
  );
}

function notAMapping(document: SourceDocument): Finding {
  const [start, end] = nodeRange(document.yaml.contents) ?? [0, 0];
  const shown = Array.isArray(document.value) ? 'a list' : 'a single value';
  return finding(
    'source/not-a-mapping',
    `A document is a mapping of keys to values, but this is ${shown}`,
    { file: document.file, start, end },
    {
      hint: 'Every document begins with `apiVersion: aami/v1` and `kind: …`.',
    },
  );
}
