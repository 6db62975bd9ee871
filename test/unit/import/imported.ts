import { compile } from '../../../src/compile.js';
import { type Import, type ImportOptions, importFiles } from '../../../src/import/import.js';
import { shippedLibraries } from '../../../src/source/libraries.js';
import { memoryTree } from '../../../src/source/memory-tree.js';
import { readTree } from '../../../src/source/read.js';

/** Imports files that stand nowhere, by path. */
export function importTexts(
  files: Readonly<Record<string, string>>,
  options: Partial<ImportOptions> = {},
): Promise<Import> {
  return importFiles(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    { name: 'imported', format: null, groupLabel: null, severities: new Map(), exporters: [], ...options },
    (texts) => compile(readTree(memoryTree(texts), shippedLibraries())),
  );
}
