import type { DocumentMemory } from './document-memory.js';
import { type ParsedFile, parseDocuments } from './parse.js';
import type { SourceDocument } from './types.js';

/** The documents of a YAML file, parsed or remembered: the same either way. */
export function readDocuments(
  file: string,
  text: string,
  folder: SourceDocument['folder'],
  memory: DocumentMemory,
): ParsedFile {
  const values = memory.recall(text);
  if (values !== null) return { documents: rememberedDocuments(file, text, folder, values), broken: [], findings: [] };
  const parsed = parseDocuments(file, text, folder);
  if (parsed.findings.length + parsed.broken.length === 0)
    memory.remember(
      text,
      parsed.documents.map((document) => document.value),
    );
  return parsed;
}

/** Places are only asked for to report something, so the YAML is only then parsed. */
function rememberedDocuments(
  file: string,
  text: string,
  folder: SourceDocument['folder'],
  values: readonly unknown[],
): SourceDocument[] {
  let parsed: readonly SourceDocument[] | null = null;
  const yamlOf = (index: number): SourceDocument['yaml'] => {
    parsed ??= parseDocuments(file, text, folder).documents;
    const document = parsed[index];
    if (document === undefined) throw new Error(`The memory of ${file} is not of this text`);
    return document.yaml;
  };
  return values.map((value, index) => ({
    ...{ file, text, folder, value },
    get yaml() {
      return yamlOf(index);
    },
  }));
}
