import { type Document, isScalar, parseAllDocuments } from 'yaml';
import { finding } from '../diagnostics/codes.js';
import type { Finding } from '../diagnostics/finding.js';
import { lineIndex } from '../diagnostics/position.js';
import type { SourceDocument } from './types.js';
import { nodeRange } from './yaml-node.js';
import { syntaxFindings, TOO_DEEP } from './yaml-syntax.js';
import { DEEPER, plainValue } from './yaml-value.js';

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
  const parsed = parseYaml(file, text);
  if ('code' in parsed) return { documents, broken, findings: [parsed] };
  for (const { yaml, value, findings: mistakes, empty } of parsed) {
    if (empty) continue;
    findings.push(...mistakes);
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    const document: SourceDocument = { file, text, folder, yaml, value };
    if (mistakes.length > 0) broken.push(document);
    else if (isMapping) documents.push(document);
    else findings.push(notAMapping(document));
  }
  return { documents, broken, findings };
}

/** A document of any YAML file, whatever it holds. */
export interface YamlDocument {
  readonly yaml: Document.Parsed;
  /** As far as it could be understood. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly empty: boolean;
}

/** Every document of a YAML file; the finding that says so where it is nested too deeply. */
export function parseYaml(file: string, text: string): readonly YamlDocument[] | Finding {
  try {
    return parseAllDocuments(text, YAML_OPTIONS).map((yaml) => readDocument(file, text, yaml));
  } catch (error) {
    // yaml descends by recursion, so absurd nesting exhausts the stack: the file's mistake, and not ours.
    if (!(error instanceof RangeError)) throw error;
    return finding('source/yaml-syntax', TOO_DEEP, { file, start: 0, end: 0 });
  }
}

function readDocument(file: string, text: string, yaml: Document.Parsed): YamlDocument {
  const syntax = syntaxFindings(file, text, yaml);
  if (syntax.length === 0 && isEmpty(yaml)) return { yaml, value: null, findings: [], empty: true };
  const { value, findings } = plainValue(file, yaml);
  // Where yaml gives up depends on the stack that is left; what lies too deep by our own count does not.
  const deeper = findings.filter(({ message }) => message === DEEPER);
  if (syntax.some(({ message }) => message === TOO_DEEP) && deeper.length > 0)
    return { yaml, value, findings: deeper, empty: false };
  return { yaml, value, findings: [...syntax, ...withoutEchoes(findings, syntax, text)], empty: false };
}

const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  // Frames are drawn, and keys that stand twice found, by us.
  prettyErrors: false,
  uniqueKeys: false,
  logLevel: 'silent',
} as const;

/** What looks odd on a line that YAML itself stumbled over is the same mistake. */
function withoutEchoes(mistakes: readonly Finding[], syntax: readonly Finding[], text: string): readonly Finding[] {
  if (syntax.length === 0) return mistakes;
  const { at } = lineIndex(text);
  const lineOf = ({ span }: Finding): number => at(span?.start ?? 0).line;
  const stumbled = new Set(syntax.map(lineOf));
  return mistakes.filter((mistake) => mistake.code !== 'source/yaml-syntax' || !stumbled.has(lineOf(mistake)));
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
