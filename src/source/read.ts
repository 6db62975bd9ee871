import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { finding } from '../diagnostics/codes.js';
import type { Finding, Span } from '../diagnostics/finding.js';
import { didYouMean } from '../diagnostics/nearest.js';
import { byCodeUnit } from '../diagnostics/order.js';
import { diskTree } from './disk-tree.js';
import { type DocumentMemory, NO_MEMORY } from './document-memory.js';
import { readDocuments } from './documents.js';
import type { FileTree } from './file-tree.js';
import { type LibraryShelf, shippedLibraries } from './libraries.js';
import { spanOf } from './positions.js';
import { leavesTree, namedScript, readScript, scriptKey, splitLibrary } from './scripts.js';
import { MAX_FILE_BYTES, yamlText } from './text.js';
import type { KindFolder, ScriptFile, SourceDocument, Sources } from './types.js';
import { findYamlFiles } from './walk.js';

const PROJECT_FILE = 'aami.yaml';
const RULES_FOLDER = 'rules';
/** Of the folders of kinds, those whose kinds exist so far. */
const READ_FOLDERS: readonly KindFolder[] = ['groups', 'targets', 'templates', 'policies', 'notifications'];

/** Reads the repo in a folder: every file that a compilation depends on. */
export async function readRepo(dir: string, memory: DocumentMemory = NO_MEMORY): Promise<Sources> {
  if (!isFolder(dir)) return withoutProject('There is no such folder', 'Give the folder of the repo with `-C <dir>`.');
  const sources = readTree(diskTree(dir), shippedLibraries(), memory);
  memory.save();
  return sources;
}

/** The same for any tree of files. */
export function readTree(tree: FileTree, shelf: LibraryShelf, memory: DocumentMemory = NO_MEMORY): Sources {
  if (tree.resolve(PROJECT_FILE).kind === 'missing') return withoutProject(...missingProject(tree));
  const reading = newReading(memory, shelf.agent());
  readYaml(reading, tree, PROJECT_FILE, PROJECT_FILE, 'project');
  if (reading.documents.length + reading.broken.length + reading.findings.length === 0) {
    const span = { file: PROJECT_FILE, start: 0, end: 0 };
    reading.findings.push(
      finding('source/no-project', 'aami.yaml holds no Project', span, {
        hint: 'A Project needs `apiVersion: aami/v1`, `kind: Project` and `name: …`.',
      }),
    );
  }
  const output = outputFolder(reading);
  for (const folder of READ_FOLDERS) readFolder(reading, tree, folder, folder, output);
  for (const use of librariesInUse(reading)) readLibrary(reading, tree, shelf, use, output);
  readRuleFiles(reading, tree, output);
  readScripts(reading, tree, shelf);
  return sourcesOf(reading);
}

/** What has been read so far; only the functions of this file write to it. */
interface Reading {
  readonly texts: Map<string, string>;
  readonly documents: SourceDocument[];
  readonly broken: SourceDocument[];
  readonly ruleFiles: string[];
  readonly scripts: Map<string, ScriptFile>;
  readonly findings: Finding[];
  readonly agent: Sources['agent'];
  readonly memory: DocumentMemory;
}

function newReading(memory: DocumentMemory, agent: Sources['agent']): Reading {
  return {
    ...{ texts: new Map(), documents: [], broken: [], ruleFiles: [], scripts: new Map(), findings: [] },
    ...{ agent, memory },
  };
}

function sourcesOf({ memory: _, ...reading }: Reading): Sources {
  const byFile = (a: SourceDocument, b: SourceDocument): number => byCodeUnit(a.file, b.file);
  const texts = new Map([...reading.texts].sort(([a], [b]) => byCodeUnit(a, b)));
  return { ...reading, texts, documents: reading.documents.sort(byFile), broken: reading.broken.sort(byFile) };
}

function withoutProject(message: string, hint: string): Sources {
  return sourcesOf({
    ...newReading(NO_MEMORY, new Map()),
    findings: [finding('source/no-project', message, null, { hint })],
  });
}

function missingProject(tree: FileTree): [string, string] {
  const hint =
    tree.resolve('aami.yml').kind === 'file'
      ? 'Rename aami.yml to aami.yaml.'
      : 'A repo begins with an aami.yaml that holds `apiVersion: aami/v1`, `kind: Project` and `name: …`; `-C <dir>` names another folder.';
  return ['There is no aami.yaml in this folder, so it is not a repo of aami', hint];
}

/** Reads a file once; its text, or null when there is none and a finding says why. */
function readText(reading: Reading, tree: FileTree, path: string, shown: string): string | null {
  const { kind } = tree.resolve(path);
  if (kind === 'outside') {
    reading.findings.push(
      finding('source/outside-repo', 'This symbolic link leads out of the repo', { file: shown, start: 0, end: 0 }),
    );
    return null;
  }
  const text = yamlText(shown, tree.read(path, MAX_FILE_BYTES));
  if (typeof text !== 'string') {
    reading.findings.push(text);
    return null;
  }
  reading.texts.set(shown, text);
  return text;
}

function readYaml(
  reading: Reading,
  tree: FileTree,
  path: string,
  shown: string,
  folder: SourceDocument['folder'],
): void {
  if (reading.texts.has(shown)) return;
  const text = readText(reading, tree, path, shown);
  if (text === null) return;
  const parsed = readDocuments(shown, text, folder, reading.memory);
  reading.documents.push(...parsed.documents);
  reading.broken.push(...parsed.broken);
  reading.findings.push(...parsed.findings);
}

function readFolder(
  reading: Reading,
  tree: FileTree,
  path: string,
  folder: KindFolder,
  output: string | null,
  prefix = '',
): void {
  const shown = (inside: string): string => prefix + inside;
  const found = findYamlFiles(tree, path, shown, output);
  reading.findings.push(...found.findings);
  for (const file of found.paths) readYaml(reading, tree, file, shown(file), folder);
}

function readRuleFiles(reading: Reading, tree: FileTree, output: string | null): void {
  const found = findYamlFiles(tree, RULES_FOLDER, (path) => path, output);
  reading.findings.push(...found.findings);
  for (const file of found.paths) if (readText(reading, tree, file, file) !== null) reading.ruleFiles.push(file);
}

function projectOf(reading: Reading): SourceDocument | null {
  return reading.documents.find((document) => (document.value as { kind?: unknown }).kind === 'Project') ?? null;
}

/** Whatever lies in the output folder is aami's own word. */
function outputFolder(reading: Reading): string | null {
  const output = (projectOf(reading)?.value as { output?: unknown } | undefined)?.output;
  return typeof output === 'string' ? posix.normalize(output).replace(/\/$/, '') : null;
}

interface LibraryUse {
  readonly name: string;
  readonly document: SourceDocument;
  readonly index: number;
}

function librariesInUse(reading: Reading): LibraryUse[] {
  const document = projectOf(reading);
  const libraries = (document?.value as { libraries?: unknown } | undefined)?.libraries;
  if (document === null || !Array.isArray(libraries)) return [];
  return libraries.flatMap((name: unknown, index) => (typeof name === 'string' ? [{ name, document, index }] : []));
}

interface LibraryFolder {
  readonly tree: FileTree;
  readonly path: string;
  /** Stands before the paths of its files wherever they are shown. */
  readonly prefix: string;
}

function readLibrary(
  reading: Reading,
  tree: FileTree,
  shelf: LibraryShelf,
  use: LibraryUse,
  output: string | null,
): void {
  const library = openLibrary(tree, shelf, use);
  if ('code' in library) reading.findings.push(library);
  else readFolder(reading, library.tree, library.path, 'templates', output, library.prefix);
}

function openLibrary(tree: FileTree, shelf: LibraryShelf, use: LibraryUse): LibraryFolder | Finding {
  const span = (): Span => spanOf({ document: use.document, path: ['libraries', use.index] });
  if (!use.name.startsWith('.') && !use.name.includes('/')) {
    const library = shelf.open(use.name);
    if (library !== null) return { tree: library, path: '', prefix: `${use.name}:` };
    const hint = didYouMean(use.name, shelf.names()) ?? librariesHint(shelf.names());
    return finding('reference/unknown-library', `There is no template library \`${use.name}\``, span(), { hint });
  }
  const path = posix.normalize(use.name).replace(/\/$/, '');
  const { kind } = tree.resolve(path);
  if (leavesTree(use.name) || kind === 'outside') {
    const hint = 'What is compiled must be in git.';
    return finding('source/outside-repo', `The library \`${use.name}\` lies outside of the repo`, span(), { hint });
  }
  if (kind === 'folder') return { tree, path, prefix: '' };
  return finding('reference/unknown-library', `There is no folder \`${path}\` in this repo`, span());
}

function librariesHint(shipped: readonly string[]): string {
  return `aami ships ${shipped.map((name) => `\`${name}\``).join(', ')}; a folder of the repo begins with \`./\`.`;
}

function readScripts(reading: Reading, tree: FileTree, shelf: LibraryShelf): void {
  for (const document of reading.documents) {
    const named = namedScript(document);
    if (named === null) continue;
    const key = scriptKey(document.file, named);
    if (reading.scripts.has(key)) continue;
    const { library } = splitLibrary(document.file);
    const home = library === '' ? tree : shelf.open(library.slice(0, -1));
    const script: ScriptFile = home === null ? { kind: 'missing' } : readScript(home, key.slice(library.length));
    reading.scripts.set(key, script);
    // What the template says of its script is said of the link too.
    const ofLink = reading.findings.findIndex(({ code, span }) => code === 'source/outside-repo' && span?.file === key);
    if (script.kind === 'outside' && ofLink >= 0) reading.findings.splice(ofLink, 1);
    if (script.kind === 'text') reading.texts.set(key, script.text);
  }
}

function isFolder(dir: string): boolean {
  try {
    return statSync(dir).isDirectory();
  } catch {
    return false;
  }
}
